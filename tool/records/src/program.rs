//! A listing as a program to run.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use supervisor::request::Request;

use crate::{catalog::Listing, fresh};

/// The executable of a listing in a folder of built examples, if it is as new as every source that it was built from, and as
/// the manifests and the lock file of its workspace. A change to those need not change the executable, so `checked`, when
/// Cargo said of it that it is new, does as well. Cargo takes a fifth of a second to say the same.
pub fn built(
    root: &Path,
    listing: &Listing,
    examples: &Path,
    checked: Option<SystemTime>,
) -> Option<PathBuf> {
    let built = examples.join(&listing.name);
    fresh::check(&built, &root.join(listing.source()), root).ok()?;
    let chapter = Path::new("chapters-code").join(&listing.chapter).join("Cargo.toml");
    let manifests = [Path::new("Cargo.toml"), Path::new("Cargo.lock"), &chapter];
    let newest = fresh::modified(&built).ok().max(checked)?;
    let is_newer = |manifest: &&Path| fresh::modified(&root.join(manifest)).is_ok_and(|at| at > newest);
    (!manifests.iter().any(is_newer)).then_some(built)
}

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
