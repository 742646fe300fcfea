//! How much this process may have: processors, children, open files, memory.

use std::fs::{self, File};
use std::thread;

use nix::errno::Errno;
use nix::sched::{CpuSet, sched_getaffinity};
use nix::sys::resource::{Resource, getrlimit};
use nix::unistd::Pid;

use crate::doctor::check::{Check, Trouble};
use crate::doctor::place::Place;
use crate::doctor::sys::Child;
use crate::doctor::task::Task;

/// How many children at once the listings start, with some to spare: the largest burst is of 50.
const CHILDREN: usize = 64;
/// How many files at once the parent of as many children has open, with some to spare.
const FILES: usize = 256;
/// What the largest of the compilers and linkers of a build takes, doubled, since two may run at once.
const MEMORY: u64 = 1 << 30;

/// One question for each limit.
pub fn checks(place: Place) -> Vec<Check> {
    vec![
        Check::new("children", Task::Run, children()),
        Check::new("open files", Task::Run, open_files()),
        Check::new("memory", Task::Build, memory(place)),
        Check::new("processors", Task::Measure, processors(place)),
    ]
}

/// The limit of the user (RLIMIT_NPROC) does not bind root, that of the cgroup (pids.max) binds everybody: so it is tried.
fn children() -> Result<String, Trouble> {
    let mut started = vec![];
    while started.len() < CHILDREN {
        match Child::start(false) {
            Ok(child) => started.push(child),
            Err(error) => {
                let found = format!("{} at once, then {} ({error:?})", started.len(), error.desc());
                let fix = format!(
                    "`ulimit -u` shows the user's limit, {}; raise it, or pids.max of the cgroup, or end processes",
                    soft(Resource::RLIMIT_NPROC)
                );
                return Err(Trouble::new(found, fix));
            }
        }
    }
    Ok(format!("{CHILDREN} at once"))
}

fn open_files() -> Result<String, Trouble> {
    let mut opened = vec![];
    while opened.len() < FILES {
        match File::open("/dev/null") {
            Ok(file) => opened.push(file),
            Err(error) => {
                let found = format!("{} at once, then {error}", opened.len());
                return Err(Trouble::new(
                    found,
                    "`ulimit -n 1024`, where the hard limit, `ulimit -Hn`, allows it",
                ));
            }
        }
    }
    Ok(format!("{FILES} at once (the limit is {})", soft(Resource::RLIMIT_NOFILE)))
}

fn memory(place: Place) -> Result<String, Trouble> {
    let wanted = mebibytes(MEMORY);
    let setting = place.setting("memory");
    let fix = format!("end other programs or raise the limit: a build takes up to {wanted}{setting}");
    let (available, of) = least_memory();
    let found = format!("{} available {of}", mebibytes(available));
    if available < MEMORY { Err(Trouble::new(found, fix)) } else { Ok(found) }
}

/// The memory that the tightest of the limits leaves, and whose limit that is.
fn least_memory() -> (u64, &'static str) {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| meminfo(&text));
    let own = getrlimit(Resource::RLIMIT_AS).ok().map(|(soft, _)| soft);
    let candidates = [
        machine.map(|bytes| (bytes, "on this machine")),
        own.map(|bytes| (bytes, "to one process (`ulimit -v`)")),
        cgroup_memory().map(|bytes| (bytes, "in this cgroup")),
    ];
    candidates.into_iter().flatten().min().unwrap_or((u64::MAX, "as far as can be told"))
}

fn meminfo(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| kib << 10)
}

/// What the limits of this cgroup and of those above it leave. In a container its own is mounted as the root.
fn cgroup_memory() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let path = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let number = |folder: &str, file: &str| {
        let text = fs::read_to_string(format!("/sys/fs/cgroup/{folder}/{file}")).ok()?;
        text.trim().parse::<u64>().ok()
    };
    let left =
        |folder: &str| Some(number(folder, "memory.max")?.saturating_sub(number(folder, "memory.current")?));
    let folders = path.match_indices('/').map(|(at, _)| &path[..at]).chain(["", path]);
    folders.filter_map(left).min()
}

/// On one processor nothing runs at the same time, and no listing about speed shows what it is about.
fn processors(place: Place) -> Result<String, Trouble> {
    let online = fs::read_to_string("/sys/devices/system/cpu/online").map_or(1, |list| listed(list.trim()));
    let affinity = sched_getaffinity(Pid::from_raw(0))
        .map_or(1, |set| (0..CpuSet::count()).filter(|&cpu| set.is_set(cpu) == Ok(true)).count());
    // Also knows the quota of the cgroup.
    let usable = thread::available_parallelism().map_or(1, usize::from);
    let found = format!("{online} online, {affinity} by affinity, {usable} by the cgroup's quota as well");
    match usable {
        0 | 1 if online < 2 => {
            let setting = place.setting("processors");
            Err(Trouble::new(found, format!("give this machine a second processor{setting}")))
        }
        0 | 1 if affinity < 2 => Err(Trouble::new(found, format!("`taskset -c 0-{} …`", online - 1))),
        0 | 1 => Err(Trouble::new(found, "raise cpu.max of the cgroup: `docker run --cpus=2 …`")),
        _ => Ok(found),
    }
}

/// How many numbers a list such as `0-3,8` has.
fn listed(list: &str) -> usize {
    let count = |range: &str| match range.split_once('-') {
        Some((first, last)) => Some(last.parse::<usize>().ok()? + 1 - first.parse::<usize>().ok()?),
        None => range.parse::<usize>().ok().map(|_| 1),
    };
    list.split(',').filter_map(count).sum()
}

fn soft(resource: Resource) -> String {
    match getrlimit(resource) {
        Ok((nix::libc::RLIM_INFINITY, _)) => "none".into(),
        Ok((soft, _)) => soft.to_string(),
        Err(error) => Errno::desc(error).into(),
    }
}

pub(crate) fn mebibytes(bytes: u64) -> String {
    if bytes >= 10 << 30 { format!("{} GiB", bytes >> 30) } else { format!("{} MiB", bytes >> 20) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_processors_is_counted() {
        for (list, count) in [("0", 1), ("0-3", 4), ("0-3,8", 5), ("0,2-3,7", 4), ("", 0)] {
            assert_eq!(listed(list), count, "{list}");
        }
    }

    #[test]
    fn available_memory_is_read() {
        assert_eq!(meminfo("MemTotal: 9 kB\nMemAvailable:   2048 kB\n"), Some(2 << 20));
        assert_eq!(meminfo("MemTotal: 9 kB\n"), None);
    }
}
