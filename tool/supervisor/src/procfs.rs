//! What `/proc` tells about processes. See proc(5).

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::Read,
    path::Path,
};

/// One process in one reading of `/proc`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stat {
    pub(crate) parent: u32,
    /// It has ended, and nobody has waited for it.
    pub(crate) ended: bool,
}

/// Every process that this one may see. Not one moment's picture: processes come and go while it is read.
pub(crate) fn all() -> BTreeMap<u32, Stat> {
    let Ok(entries) = fs::read_dir("/proc") else { return BTreeMap::new() };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid| Some((pid, stat(pid)?))).collect()
}

fn stat(pid: u32) -> Option<Stat> {
    let fields = fields(pid)?;
    let mut fields = fields.split_ascii_whitespace();
    let ended = matches!(fields.next()?, "Z" | "X" | "x");
    Some(Stat { parent: fields.next()?.parse().ok()?, ended })
}

/// When a process started, in clock ticks since the machine did.
pub(crate) fn birth(pid: u32) -> Option<u64> {
    // The 22nd field; the first two are cut off.
    fields(pid)?.split_ascii_whitespace().nth(19)?.parse().ok()
}

/// What follows the name in `/proc/PID/stat`, from the state on.
fn fields(pid: u32) -> Option<String> {
    let text = fs::read(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the name in parentheses, which may itself hold parentheses and blanks.
    let after_name = text.iter().rposition(|&b| b == b')')? + 1;
    String::from_utf8(text[after_name..].to_vec()).ok()
}

/// The processes that descend from `ancestor` and have not ended.
pub(crate) fn living_below(ancestor: u32) -> BTreeSet<u32> {
    let all = all();
    let below = |mut pid: u32| {
        // A chain can be no longer than there are processes, even one read while pids were reused.
        for _ in 0..all.len() {
            match all.get(&pid) {
                Some(stat) if stat.parent == ancestor => return true,
                Some(stat) => pid = stat.parent,
                None => return false,
            }
        }
        false
    };
    all.iter().filter(|(_, stat)| !stat.ended).map(|(&pid, _)| pid).filter(|&pid| below(pid)).collect()
}

/// Whether a process descends from `ancestor`, asked of it and its ancestors alone.
pub(crate) fn is_below(mut pid: u32, ancestor: u32) -> bool {
    while let Some(stat) = stat(pid) {
        if stat.parent == ancestor {
            return true;
        }
        pid = stat.parent;
    }
    false
}

/// The children of this process, which has one thread, zombies included. Far quicker than [`all`]; empty where
/// the kernel was built without `CONFIG_PROC_CHILDREN`.
pub(crate) fn own_children() -> Vec<u32> {
    let text = fs::read_to_string("/proc/thread-self/children").unwrap_or_default();
    text.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

/// The process that a thread belongs to, and that process's parent.
pub(crate) fn process_of(tid: u32) -> Option<(u32, u32)> {
    let status = fs::read_to_string(format!("/proc/{tid}/status")).ok()?;
    let field = |name| status.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    Some((field("Tgid:")?, field("PPid:")?))
}

/// Whether a signal that is delivered to this thread is dropped.
pub(crate) fn ignores(tid: u32, signal: i32) -> bool {
    // What these do by default is nothing.
    let idle = [libc::SIGCHLD, libc::SIGURG, libc::SIGWINCH].contains(&signal);
    has_signal(tid, "SigIgn:", signal) || (idle && !has_signal(tid, "SigCgt:", signal))
}

/// Whether a process ignores the ends of its children expressly: the kernel keeps no zombies for it then.
pub(crate) fn gives_up_children(pid: u32) -> bool {
    has_signal(pid, "SigIgn:", libc::SIGCHLD)
}

/// Whether a signal is in one of the sets of this thread.
fn has_signal(tid: u32, set: &str, signal: i32) -> bool {
    let status = fs::read_to_string(format!("/proc/{tid}/status")).unwrap_or_default();
    let set = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix(set)?.trim(), 16).ok());
    set.is_some_and(|set| set >> (signal - 1) & 1 == 1)
}

/// How often this thread has given up its processor to wait for something, a tracer included.
pub(crate) fn switches(tid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{tid}/status")).unwrap_or_default();
    let count = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    count.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
}

/// How often this thread has given up its processor, if it sleeps now, and `None` if it does not.
pub(crate) fn asleep(tid: u32) -> Option<u64> {
    let sleeps = fields(tid)?.starts_with(" S");
    sleeps.then(|| switches(tid))
}

/// Whether a process other than these has an end of one of the pipes with these inodes. Those of other users cannot be asked.
pub(crate) fn are_held(pipes: &BTreeSet<u64>, by_others_than: impl Fn(u32) -> bool) -> bool {
    let names: Vec<String> = pipes.iter().map(|inode| format!("pipe:[{inode}]")).collect();
    let holds = |pid: &u32| {
        let entries = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        let mut targets = entries.filter_map(|entry| fs::read_link(entry.path()).ok());
        targets.any(|target| names.iter().any(|name| target.as_os_str() == name.as_str()))
    };
    !names.is_empty() && all().keys().any(|pid| !by_others_than(*pid) && holds(pid))
}

/// The threads of a process.
pub(crate) fn threads(pid: u32) -> Vec<u32> {
    let entries = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// Whether any process traces this thread.
pub(crate) fn is_traced(tid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{tid}/status")).unwrap_or_default();
    status.lines().any(|line| line.strip_prefix("TracerPid:").is_some_and(|tracer| tracer.trim() != "0"))
}

/// Whether a process has ended, whoever has been told. Its main thread may end before the others.
pub(crate) fn has_ended(pid: u32) -> bool {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else { return true };
    let mut tids = threads.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    tids.all(|tid| stat(tid).is_none_or(|stat| stat.ended))
}

/// Whether there is such a process, if only as a zombie.
pub(crate) fn exists(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

/// The names a process goes by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// Its `argv[0]`, which a process may overwrite.
    pub(crate) argv0: String,
    /// Its main thread's name, of 15 bytes at most.
    pub(crate) comm: String,
}

/// The name of the file that a process executes.
pub(crate) fn program(pid: u32) -> Option<String> {
    let file = fs::read_link(format!("/proc/{pid}/exe")).ok()?;
    let name = file.file_name()?.to_string_lossy();
    Some(name.strip_suffix(" (deleted)").unwrap_or(&name).into())
}

/// The names of a process that has not ended.
pub(crate) fn names(pid: u32) -> Option<Names> {
    /// A process can give itself a command line of any length.
    const MOST: u64 = 1 << 12;
    let mut cmdline = vec![];
    File::open(format!("/proc/{pid}/cmdline")).ok()?.take(MOST).read_to_end(&mut cmdline).ok()?;
    if cmdline.is_empty() {
        return None;
    }
    let argv0 = cmdline.split(|&b| b == 0).next().unwrap_or_default();
    Some(Names { argv0: text(argv0), comm: comm(pid)? })
}

/// The name of a thread, of 15 bytes at most.
pub(crate) fn comm(tid: u32) -> Option<String> {
    Some(text(&fs::read(format!("/proc/{tid}/comm")).ok()?))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches('\n').to_owned()
}
