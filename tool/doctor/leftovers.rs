//! What earlier runs left behind, which should be nothing.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::unistd::getuid;
use supervisor::{oracle, shell};

use crate::doctor::check::{Check, Trouble};
use crate::doctor::task::Task;

/// How names in `/dev/shm` begin that come from here: the library's, its tests', and those of Python's twins.
const SHARED: [&str; 4] = ["multiprocess", "psm_", "sem.mp-", "pym-"];

/// Processes and shared memory.
pub fn checks() -> Vec<Check> {
    vec![
        Check::new("stray processes", Task::Measure, processes()),
        Check::new("stray shared memory", Task::Measure, shared_memory()),
    ]
}

fn processes() -> Result<String, Trouble> {
    let strays = oracle::strays();
    if strays.is_empty() {
        return Ok("none".into());
    }
    let words: Vec<String> = strays.iter().map(|(pid, name)| format!("{name} ({pid})")).collect();
    let pids: Vec<String> = strays.keys().map(u32::to_string).collect();
    let kill = shell::command(["kill", "-9"].into_iter().chain(pids.iter().map(String::as_str)));
    Err(Trouble::new(words.join(", "), format!("`{kill}`")))
}

fn shared_memory() -> Result<String, Trouble> {
    let strays = unused(Path::new("/dev/shm"));
    if strays.is_empty() {
        return Ok("none".into());
    }
    let paths: Vec<String> = strays.keys().map(|path| path.display().to_string()).collect();
    let bytes: u64 = strays.values().sum();
    let remove = shell::command(["rm"].into_iter().chain(paths.iter().map(String::as_str)));
    Err(Trouble::new(format!("{} ({bytes} bytes)", paths.join(", ")), format!("`{remove}`")))
}

/// Files with such names that are this user's and that no process has open or mapped, with their sizes.
fn unused(folder: &Path) -> BTreeMap<PathBuf, u64> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let ours = SHARED.iter().any(|prefix| entry.file_name().to_string_lossy().starts_with(prefix));
        if let Ok(meta) = entry.metadata()
            && ours
            && meta.uid() == getuid().as_raw()
        {
            found.insert(entry.path(), meta.len());
        }
    }
    if !found.is_empty() {
        let used = used_files();
        found.retain(|path, _| !used.contains(path));
    }
    found
}

/// Every file that a process of this user's has open or mapped.
fn used_files() -> std::collections::BTreeSet<PathBuf> {
    let mut used = std::collections::BTreeSet::new();
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        for folder in ["fd", "map_files"] {
            let links = fs::read_dir(process.path().join(folder)).into_iter().flatten().flatten();
            used.extend(links.filter_map(|link| fs::read_link(link.path()).ok()));
        }
    }
    used
}
