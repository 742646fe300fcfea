//! Folders for work in passing. Nothing of them stays, however the program that works there ends.
//!
//! A folder is removed when its work is done. A program that is killed cannot do that, so the next one that [`sweep`]s the
//! same place does it: it knows such folders by their names, and by a lock on each whether its owner still lives. The kernel
//! releases that lock when the owner has ended, in whichever way.
//!
//! Rejected: to remove them when a signal comes, which takes a handler in every command and is too late for SIGKILL.

use std::{
    env,
    fs::{self, File, TryLockError},
    io,
    os::unix::fs::MetadataExt,
    path::Path,
};

use nix::unistd::geteuid;
use tempfile::{Builder, TempDir};

/// How the names of all such folders begin. Six letters and digits follow.
pub const PREFIX: &str = ".hello-process-world-";

/// A folder of this program's own, empty at first. It and all that is in it is gone when this value is dropped.
#[derive(Debug)]
pub struct Temporary {
    // Removed before the lock is released: the fields are dropped in this order.
    folder: TempDir,
    /// `None` on a file system without locks, where no sweep can take one either.
    _lock: Option<File>,
}

impl Temporary {
    /// A folder in the system's place for such folders.
    ///
    /// # Errors
    ///
    /// When it cannot be made. The error names the place, and the variable that names another one.
    pub fn new() -> io::Result<Temporary> {
        let place = env::temp_dir();
        let hint = "; the variable TMPDIR names the place for temporary folders";
        Temporary::in_place(&place).map_err(|error| told(&place, &error, hint))
    }

    /// A folder in this one, for files that are to be renamed into it. Those that were left there are swept.
    ///
    /// # Errors
    ///
    /// When it cannot be made. The error names the place.
    pub fn new_in(place: &Path) -> io::Result<Temporary> {
        sweep(place);
        Temporary::in_place(place).map_err(|error| told(place, &error, ""))
    }

    fn in_place(place: &Path) -> io::Result<Temporary> {
        loop {
            let folder = Builder::new().prefix(PREFIX).tempdir_in(place)?;
            match lock(folder.path()) {
                Ok(lock) => return Ok(Temporary { folder, _lock: Some(lock) }),
                Err(Unlocked::Unable) => return Ok(Temporary { folder, _lock: None }),
                // A sweep has found it before it was locked.
                Err(Unlocked::OfAnother) => {}
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes the folders in this place whose owners have ended without removing them.
pub fn sweep(place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let is_ours = || entry.metadata().is_ok_and(|meta| meta.is_dir() && meta.uid() == geteuid().as_raw());
        if entry.file_name().to_str().is_some_and(is_name)
            && is_ours()
            && let Ok(_lock) = lock(&entry.path())
        {
            // What cannot be removed now, the next sweep finds.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_name(name: &str) -> bool {
    let is_random = |rest: &str| rest.len() == 6 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.strip_prefix(PREFIX).is_some_and(is_random)
}

/// Why a folder was not locked.
enum Unlocked {
    /// It is in use, or gone.
    OfAnother,
    /// There are no locks here.
    Unable,
}

fn lock(folder: &Path) -> Result<File, Unlocked> {
    let file = File::open(folder).map_err(|_| Unlocked::OfAnother)?;
    match file.try_lock() {
        // While it was opened and locked, a sweep may have removed it.
        Ok(()) if folder.exists() => Ok(file),
        Ok(()) | Err(TryLockError::WouldBlock) => Err(Unlocked::OfAnother),
        Err(TryLockError::Error(_)) => Err(Unlocked::Unable),
    }
}

/// The same error, with the place and what helps.
fn told(place: &Path, error: &io::Error, hint: &str) -> io::Error {
    // tempfile's own message ends with the path that it tried.
    let said = error.to_string();
    let why = said.split_once(" at path ").map_or(said.as_str(), |(why, _)| why);
    io::Error::new(error.kind(), format!("cannot make a folder in {}: {why}{hint}", place.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(place: &Path) -> Vec<String> {
        let entries = fs::read_dir(place).expect("a folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
        names.sort();
        names
    }

    #[test]
    fn a_sweep_removes_what_was_left_and_nothing_else() {
        let place = tempfile::tempdir().expect("a folder");
        let in_use = Temporary::new_in(place.path()).expect("a folder");
        fs::write(in_use.path().join("file"), "in use").expect("a file");
        let others = [
            "letters",
            ".hello-process-world-",
            ".hello-process-world-drafts1",
            ".hello-process-world-a b-c_",
        ];
        for name in others {
            fs::create_dir(place.path().join(name)).expect("a folder");
        }
        fs::write(place.path().join(".hello-process-world-abcdef"), "a file").expect("a file");
        let kept = names(place.path());
        let left = place.path().join(".hello-process-world-left42");
        fs::create_dir_all(left.join("site")).expect("a folder");
        fs::write(left.join("site/page.html"), "half").expect("a file");
        sweep(place.path());
        assert_eq!(names(place.path()), kept);
        assert!(in_use.path().join("file").exists());
        drop(in_use);
        assert_eq!(names(place.path()).len(), kept.len() - 1);
    }

    #[test]
    fn a_place_that_cannot_be_used_is_named() {
        let error = Temporary::new_in(Path::new("/proc/nowhere")).expect_err("no such folder");
        let said = error.to_string();
        assert_eq!(said, "cannot make a folder in /proc/nowhere: No such file or directory (os error 2)");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
