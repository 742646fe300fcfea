//! The file systems that the book reads and writes.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use nix::sys::statvfs::statvfs;

use crate::doctor::check::{Check, Trouble};
use crate::doctor::limits::mebibytes;
use crate::doctor::task::Task;

/// What Docker gives, and more than any listing shares.
const SHARED: u64 = 60 << 20;
/// A full build takes about three times that; what was built already is not built again.
const BUILT: u64 = 1 << 30;
/// Snapshots, sites and sockets of the tests.
const TEMPORARY: u64 = 64 << 20;

/// One question for each place.
pub fn checks(root: &Path) -> Vec<Check> {
    let target = target(root);
    let build = "have Cargo build elsewhere: `CARGO_TARGET_DIR=…`";
    let temporary = "name another folder: `TMPDIR=/var/tmp …`";
    let shared = "`mount -t tmpfs -o size=64m tmpfs /dev/shm`, or `docker run --shm-size=64m …`";
    vec![
        Check::new("/proc", Task::Run, processes()),
        Check::new("temporary files", Task::Run, writable(&env::temp_dir(), TEMPORARY, temporary)),
        Check::new("target folder", Task::Build, writable(&target, BUILT, build)),
        Check::new("/dev/shm", Task::SharedMemory, shared_memory(Path::new("/dev/shm"), shared)),
    ]
}

fn processes() -> Result<String, Trouble> {
    match fs::read_link("/proc/self/exe").and_then(|_| fs::read("/proc/thread-self/stat")) {
        Ok(_) => Ok("shows this process".into()),
        Err(error) => {
            Err(Trouble::new(format!("does not show this process: {error}"), "`mount -t proc proc /proc`"))
        }
    }
}

/// Where Cargo builds: as it was told, or where this program was built.
fn target(root: &Path) -> PathBuf {
    let told = env::var_os("CARGO_TARGET_DIR").map(|folder| root.join(folder));
    told.unwrap_or_else(|| root.join("target"))
}

/// A file of four kibibytes can be written in it, and so many bytes are free.
fn writable(folder: &Path, wanted: u64, fix: &str) -> Result<String, Trouble> {
    // A folder that is still to be made will be where the nearest one above it is.
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(folder);
    let found = |what: String| format!("{}: {what}", folder.display());
    let written = tempfile::tempfile_in(there).and_then(|mut file| file.write_all(&[0; 4096]));
    if let Err(error) = written {
        // tempfile's own message ends with the path that it tried.
        let why = error.raw_os_error().map_or(error, io::Error::from_raw_os_error);
        return Err(Trouble::new(found(format!("cannot be written: {why}")), fix));
    }
    let free = statvfs(there).map_err(|error| Trouble::new(found(error.desc().into()), fix))?;
    let free = free.blocks_available() * free.fragment_size();
    let found = found(format!("{} free", mebibytes(free)));
    if free < wanted {
        return Err(Trouble::new(found, format!("free {} there, or {fix}", mebibytes(wanted))));
    }
    Ok(found)
}

/// Whether it is memory, and not a folder of the disk.
fn shared_memory(folder: &Path, fix: &str) -> Result<String, Trouble> {
    if !folder.is_dir() {
        return Err(Trouble::new("there is no such folder", fix));
    }
    let kind = nix::sys::statfs::statfs(folder).map(|system| system.filesystem_type());
    if kind != Ok(nix::sys::statfs::TMPFS_MAGIC) {
        return Err(Trouble::new("it is not a file system in memory (tmpfs)", fix));
    }
    writable(folder, SHARED, fix)
}
