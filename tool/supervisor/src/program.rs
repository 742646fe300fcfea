//! A listing as a program to run.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{catalog::Listing, request::Request};

/// The Cargo example that was built as `built`, run from the workspace's root.
pub fn example(root: &Path, built: &Path) -> Request {
    // What `cargo run` gives: the path from the workspace's root.
    let arg0 = built.strip_prefix(root).unwrap_or(built).to_owned();
    Request::new(built).arg0(arg0).dir(root)
}

/// A twin in Python, run from the workspace's root. `None` where there is no `python3` on the PATH.
pub fn twin(root: &Path, listing: &Listing) -> Option<Request> {
    let request = Request::new(python()?).args([listing.source()]).dir(root);
    // What a terminated process loses depends on the second one.
    Some(request.env("PYTHONDONTWRITEBYTECODE", "1").env_remove("PYTHONUNBUFFERED"))
}

/// The interpreter itself. What the PATH has may be a script that runs others before it (pyenv's is), and those would be
/// counted among the program's children.
fn python() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let found = env::split_paths(&path).map(|folder| folder.join("python3")).find(|file| file.is_file())?;
    let asked = Command::new(&found).args(["-c", "import sys; print(sys.executable)"]).output();
    let answer = asked.ok().and_then(|asked| String::from_utf8(asked.stdout).ok());
    Some(answer.map(|path| PathBuf::from(path.trim())).filter(|path| path.is_file()).unwrap_or(found))
}
