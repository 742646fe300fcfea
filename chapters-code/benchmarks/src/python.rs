//! Python's module, to compare with.

use std::path::Path;
use std::process::Command;

/// One of its start methods.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    /// Whether the forkserver has imported all that a child needs, and the program has no file to import anew.
    pub(crate) preloaded: bool,
}

pub(crate) const FORK: Method = Method { name: "fork", preloaded: false };
pub(crate) const SPAWN: Method = Method { name: "spawn", preloaded: false };
pub(crate) const FORKSERVER: Method = Method { name: "forkserver", preloaded: false };
pub(crate) const PRELOADED: Method = Method { name: "forkserver", preloaded: true };
pub(crate) const METHODS: [Method; 4] = [FORK, PRELOADED, FORKSERVER, SPAWN];

impl Method {
    /// What it is called in a table.
    pub(crate) fn case(&self) -> String {
        format!(
            "Python's `Process`, {}{}",
            self.name,
            if self.preloaded { ", everything preloaded" } else { "" }
        )
    }
}

/// Debian's interpreter where there is one: others that may be first on the path have been seen to start slower.
pub(crate) fn interpreter() -> &'static str {
    if Path::new("/usr/bin/python3").exists() { "/usr/bin/python3" } else { "python3" }
}

/// The interpreter, ready for tasks.
pub(crate) fn command(method: &Method) -> Command {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
    let mut command = Command::new(interpreter());
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    if method.preloaded {
        command.args(["-c", "import parent; parent.serve()"]).env("PYTHONPATH", folder);
    } else {
        command.arg(folder.join("parent.py"));
    }
    command
}
