//! What the kernel lists about processes, in `/proc`.

use std::collections::BTreeMap;
use std::fs;

/// The open descriptors of this process and what each one is, without the one that the question itself opens, and without
/// what is the forkserver's: its sockets, and pidfds of processes that go by its name, which come and go.
pub fn descriptors() -> BTreeMap<i32, String> {
    let own = format!("/proc/{}/fd", std::process::id());
    let entries = fs::read_dir(&own).expect("/proc is mounted");
    let listed = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let number = entry.file_name().to_str()?.parse().ok()?;
        Some((number, fs::read_link(entry.path()).ok()?.display().to_string()))
    });
    listed.filter(|(number, what)| *what != own && !is_forkservers(*number, what)).collect()
}

fn is_forkservers(number: i32, what: &str) -> bool {
    let pid = || {
        let info = fs::read_to_string(format!("/proc/self/fdinfo/{number}")).ok()?;
        info.lines().find_map(|line| line.strip_prefix("Pid:")).and_then(|pid| pid.trim().parse::<i32>().ok())
    };
    // A child that has its work may go by the server's name for a moment yet.
    let is_child = |pid| multiprocess::active_children().iter().any(|child| child.pid().cast_signed() == pid);
    // One that ended before it was needed, and has been collected, is -1 here until that is noticed.
    let is_unused = |pid: i32| pid == -1 || is_forkserver(pid.cast_unsigned()) && !is_child(pid);
    uses_forkserver()
        && match what {
            "anon_inode:[pidfd]" => pid().is_some_and(is_unused),
            what => what.starts_with("socket:"),
        }
}

fn uses_forkserver() -> bool {
    std::env::var("METHOD").is_ok_and(|method| method == "forkserver")
}

fn is_forkserver(pid: u32) -> bool {
    uses_forkserver()
        && fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|comm| comm.trim_end() == "forkserver")
}

/// The children of this process, zombies included and its forkserver not: pid and state (`Z` for a zombie).
pub fn children() -> Vec<(u32, char)> {
    let own = std::process::id();
    let pids = fs::read_dir("/proc").expect("/proc is mounted");
    let pids = pids.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    pids.filter_map(|pid| Some((pid, state_and_parent(pid)?)))
        .filter_map(|(pid, (state, parent))| (parent == own && !is_forkserver(pid)).then_some((pid, state)))
        .collect()
}

/// The children of this process as the kernel sees them: its forkserver among them, and not what that has forked.
pub fn kernels_children() -> Vec<u32> {
    let threads = fs::read_dir("/proc/self/task").expect("/proc is mounted").flatten();
    // A thread may have ended meanwhile.
    let listed = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    listed
        .flat_map(|pids| pids.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<u32>>())
        .collect()
}

/// Whether this kernel knows how a process ended that another one has collected, as Linux does since 6.15.
pub fn kernel_keeps_statuses() -> bool {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").expect("/proc is mounted");
    let mut numbers = release.split(['.', '-']).map_while(|number| number.parse::<u32>().ok());
    (numbers.next(), numbers.next()) >= (Some(6), Some(15))
}

/// How many descriptors a process has open; 0 if it has ended.
pub fn count_descriptors(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count)
}

/// This process's forkserver, if one runs and has taken up its work.
pub fn forkserver() -> Option<u32> {
    kernels_children()
        .into_iter()
        .find(|&pid| is_forkserver(pid) && state(pid).is_some_and(|state| state != 'Z'))
}

fn state_and_parent(pid: u32) -> Option<(char, u32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The command's name stands in parentheses and may hold any character.
    let mut rest = stat.rsplit_once(')')?.1.split_whitespace();
    Some((rest.next()?.chars().next()?, rest.next()?.parse().ok()?))
}

/// A line of this process's `status` file, such as `SigIgn`, without its name.
pub fn status(field: &str) -> String {
    let status = fs::read_to_string("/proc/self/status").expect("/proc is mounted");
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    line.expect("the kernel knows the field").trim().to_owned()
}

/// Whether a mask as `status` prints it, such as `SigBlk`, holds a signal.
pub fn holds_signal(field: &str, signal: i32) -> bool {
    let mask = u64::from_str_radix(&status(field), 16).expect("a mask is a hexadecimal number");
    mask & 1 << (signal - 1) != 0
}

/// The state of a process (`Z` for a zombie), if there is one.
pub fn state(pid: u32) -> Option<char> {
    state_and_parent(pid).map(|(state, _)| state)
}

/// The parent of a process, if there is one.
pub fn parent(pid: u32) -> Option<u32> {
    state_and_parent(pid).map(|(_, parent)| parent)
}

/// Whether another process traces that one.
pub fn is_traced(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status.lines().any(|line| line.strip_prefix("TracerPid:").is_some_and(|tracer| tracer.trim() != "0"))
}

/// Whether another process has children.
pub fn has_children(pid: u32) -> bool {
    let listed = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    listed.is_ok_and(|children| !children.trim().is_empty())
}
