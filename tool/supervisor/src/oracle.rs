//! Tells whether something left something behind: a process, a zombie, an open descriptor.
//!
//! Every run marks its processes with a variable that they inherit, so that those which have left their session and
//! lost their parent can still be told.

use std::{
    collections::BTreeMap,
    fs,
    panic::resume_unwind,
    path::PathBuf,
    process,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use nix::unistd::gettid;

use crate::procfs;

/// The variable that marks the processes of a run.
pub const MARK: &str = "SUPERVISED_RUN";

/// How long what was killed may take to be gone. The kernel kills a killed supervisor's tracees on its own time.
const PATIENCE: Duration = Duration::from_secs(10);

/// The mark for a program that a test starts itself, and that starts runs in its turn.
pub fn mark() -> String {
    // A run inside a run keeps the outer one's mark, else what it leaves behind could not be told.
    let outer = std::env::var(MARK).map(|outer| outer + "/").unwrap_or_default();
    format!("{outer}{}.{}", process::id(), gettid())
}

/// The mark for the next run, which no other run has.
pub(crate) fn next_mark() -> String {
    // A counter, the whole state being the next number to give away.
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{}.{}", mark(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Calls `work`, and panics if it left behind a process of a run, a child, or an open descriptor.
///
/// Of the tests of one binary those that use this run one after another; the descriptors and children of a test
/// that does not, and runs beside it, cannot be told from leaks.
///
/// # Panics
///
/// When something is left after ten seconds, naming it; and when `work` does.
pub fn clean<T>(work: impl FnOnce() -> T) -> T {
    clean_within(PATIENCE, work)
}

/// Like [`clean`], with another patience than ten seconds.
///
/// # Panics
///
/// As [`clean`] does.
pub fn clean_within<T>(patience: Duration, work: impl FnOnce() -> T) -> T {
    look_after(patience, |_| work())
}

/// Calls `work` with each of `jobs`, with so many at a time, and gives what it made of them, in their order. Panics if all of them
/// together left anything behind, as [`clean`] does: runs that mostly wait take less time so than one after another.
///
/// # Panics
///
/// When something is left after ten seconds, naming it; and when `work` does.
pub fn clean_all<J: Sync, T: Send>(at_a_time: usize, jobs: &[J], work: impl Fn(&J) -> T + Sync) -> Vec<T> {
    look_after(PATIENCE, |marks| {
        let next = AtomicUsize::new(0);
        let worker = || {
            marks.lock().unwrap_or_else(PoisonError::into_inner).push(mark());
            let mut done = vec![];
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(job) = jobs.get(at) else { return done };
                done.push((at, work(job)));
            }
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..at_a_time).map(|_| scope.spawn(worker)).collect();
            let joined =
                workers.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
            let mut done: Vec<(usize, T)> = joined.flatten().collect();
            done.sort_unstable_by_key(|(at, _)| *at);
            done.into_iter().map(|(_, made)| made).collect()
        })
    })
}

/// Calls `work`, which may add the marks of other threads that it has start runs.
fn look_after<T>(patience: Duration, work: impl FnOnce(&Mutex<Vec<String>>) -> T) -> T {
    // Guards the process's descriptors and children as a whole, which are as global as a static.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    // A panic in another test's work says nothing about this one's.
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let before = descriptors();
    let marks = Mutex::new(vec![mark()]);
    let result = work(&marks);
    let marks = marks.into_inner().unwrap_or_else(PoisonError::into_inner);
    let until = Instant::now() + patience;
    loop {
        let left = left_since(&before, &marks);
        if left.is_empty() {
            return result;
        }
        assert!(Instant::now() < until, "left behind: {}", left.join("; "));
        // Nothing can be waited for here: what is left, if it is, belongs to nobody who would tell.
        thread::sleep(Duration::from_millis(5));
    }
}

/// The processes of runs whose caller is gone, with their names: an earlier test's or tool's, left behind on this machine.
///
/// While a caller is being killed its supervisor may be seen here for as long as it takes to end what it supervises.
pub fn strays() -> BTreeMap<u32, String> {
    let stray = |&(pid, stat): &(u32, procfs::Stat)| {
        !stat.ended && caller(pid).is_some_and(|caller| is_gone(caller, pid))
    };
    let name = |pid| procfs::names(pid).unwrap_or_default().argv0;
    procfs::all().into_iter().filter(stray).map(|(pid, _)| (pid, name(pid))).collect()
}

/// Who asked for the run that a process is of; of a run inside a run, for the outer one.
fn caller(pid: u32) -> Option<u32> {
    marks_of(pid).first()?.split('.').next()?.parse().ok()
}

/// The marks of the run that a process is of. The environment of a supervisor and its guard is not to be read, so they have them as
/// an argument as well.
fn marks_of(pid: u32) -> Vec<String> {
    let read = |file| fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let variable = format!("{MARK}=");
    let (environment, line) = (read("environ"), read("cmdline"));
    let in_environment =
        environment.split(|&b| b == 0).filter_map(|each| each.strip_prefix(variable.as_bytes()));
    let of_keeper = line.strip_prefix(b"supervisor\0").map(|rest| rest.strip_suffix(b"\0").unwrap_or(rest));
    in_environment.chain(of_keeper).map(text).collect()
}

/// Whether no process has this pid, or one that is younger than `run`, and so another than the one that started it.
fn is_gone(caller: u32, run: u32) -> bool {
    match (procfs::birth(caller), procfs::birth(run)) {
        (Some(caller), Some(run)) => caller > run,
        (None, Some(_)) => true,
        // The process has ended meanwhile.
        (_, None) => false,
    }
}

fn left_since(before: &BTreeMap<u32, PathBuf>, marks: &[String]) -> Vec<String> {
    let me = process::id();
    let mut left: Vec<String> = descriptors()
        .into_iter()
        .filter(|(fd, target)| before.get(fd) != Some(target))
        .map(|(fd, target)| format!("descriptor {fd} of {}", target.display()))
        .collect();
    for (pid, stat) in procfs::all() {
        let kind = if stat.ended { "zombie" } else { "process" };
        let name = || procfs::names(pid).unwrap_or_default().argv0;
        if stat.parent == me {
            left.push(format!("{kind} {pid} ({}), a child", name()));
        } else if pid != me && is_marked(pid, marks) {
            left.push(format!("{kind} {pid} ({}), of a run", name()));
        }
    }
    left
}

/// Whether the process is of a run that a thread with one of these marks started.
fn is_marked(pid: u32, marks: &[String]) -> bool {
    marks_of(pid).iter().any(|found| {
        let after = |mark: &String| found.strip_prefix(mark.as_str());
        marks.iter().filter_map(after).any(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
    })
}

/// The open descriptors and what they refer to.
fn descriptors() -> BTreeMap<u32, PathBuf> {
    let Ok(entries) = fs::read_dir("/proc/self/fd") else { return BTreeMap::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    // The descriptor that this folder is read through is closed by the time its target is asked for.
    let fds: Vec<u32> = names.collect();
    fds.into_iter().filter_map(|fd| Some((fd, fs::read_link(format!("/proc/self/fd/{fd}")).ok()?))).collect()
}
