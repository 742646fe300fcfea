//! Python's module, to compare with.

use std::path::Path;
use std::process::Command;

use crate::pinned::Places;

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

/// An interpreter that has numpy: the one that the variable names, or the usual one.
pub(crate) fn with_numpy() -> Option<String> {
    with_package("numpy", "BENCHMARKS_NUMPY_PYTHON")
}

/// An interpreter that has loky, in the same way.
pub(crate) fn with_loky() -> Option<String> {
    with_package("loky", "BENCHMARKS_LOKY_PYTHON")
}

fn with_package(package: &str, variable: &str) -> Option<String> {
    let interpreter = std::env::var(variable).unwrap_or_else(|_| interpreter().to_owned());
    let mut asked = Command::new(&interpreter);
    let there = asked.args(["-c", &format!("import {package}")]).stderr(std::process::Stdio::null()).status();
    there.is_ok_and(|status| status.success()).then_some(interpreter)
}

/// What that interpreter and its loky call themselves, or that there is none.
pub(crate) fn loky() -> anyhow::Result<String> {
    told_by(with_loky(), "loky", "BENCHMARKS_LOKY_PYTHON")
}

fn told_by(interpreter: Option<String>, package: &str, variable: &str) -> anyhow::Result<String> {
    let Some(interpreter) = interpreter else {
        return Ok(format!(
            "{package} is not measured: no Python has it. `{variable}` names one that does.\n"
        ));
    };
    let code = format!(
        "import {package}, platform; print(f'{package} {{{package}.__version__}} on Python {{platform.python_version()}}')"
    );
    let told = Command::new(interpreter).args(["-c", &code]).output()?;
    Ok(format!("{}.\n", String::from_utf8(told.stdout)?.trim()))
}

/// What that interpreter and its numpy call themselves, or that there is none.
pub(crate) fn numpy() -> anyhow::Result<String> {
    told_by(with_numpy(), "numpy", "BENCHMARKS_NUMPY_PYTHON")
}

/// That interpreter, ready for tasks.
pub(crate) fn numpy_command(interpreter: &str) -> Command {
    let mut command = Command::new(interpreter);
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("python/parent.py"));
    command
}

/// The usual interpreter, ready to send messages and to take locks.
pub(crate) fn sharing_command(places: Option<Places>) -> Command {
    let mut command = Command::new(interpreter());
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("python/sharing.py"));
    if let Some(Places { ours, theirs }) = places {
        command.args([ours.to_string(), theirs.to_string()]);
    }
    command
}

/// The usual interpreter, ready to use pools.
pub(crate) fn pools_command() -> Command {
    pools_command_of(interpreter())
}

/// That interpreter, ready to use pools.
pub(crate) fn pools_command_of(interpreter: &str) -> Command {
    let mut command = Command::new(interpreter);
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("python/pools.py"));
    command
}

/// The usual interpreter, ready to compute, hash and wait in threads.
pub(crate) fn threads_command() -> Command {
    let mut command = Command::new(interpreter());
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("python/threads.py"));
    command
}
