//! Which CPUs a thread may run on.

use anyhow::Context;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// The calling thread.
const SELF: Pid = Pid::from_raw(0);

/// Where a process that measures runs, and where its peer does.
#[derive(Clone, Copy)]
pub(crate) struct Places {
    pub(crate) ours: usize,
    pub(crate) theirs: usize,
}

/// Both on one CPU.
pub(crate) fn on_one() -> anyhow::Result<Places> {
    let first = *cpus()?.first().context("this process may run somewhere")?;
    Ok(Places { ours: first, theirs: first })
}

/// Each on a CPU of its own, if there are two.
pub(crate) fn on_two() -> anyhow::Result<Option<Places>> {
    Ok(match cpus()?[..] {
        [ours, theirs, ..] => Some(Places { ours, theirs }),
        _ => None,
    })
}

fn cpus() -> anyhow::Result<Vec<usize>> {
    let allowed = sched_getaffinity(SELF)?;
    Ok((0..CpuSet::count()).filter(|&cpu| allowed.is_set(cpu) == Ok(true)).collect())
}

/// Keeps the calling thread on a CPU from now on.
pub(crate) fn pin(cpu: usize) -> anyhow::Result<()> {
    let mut only = CpuSet::new();
    only.set(cpu)?;
    Ok(sched_setaffinity(SELF, &only)?)
}

/// Does something on a CPU, and lets the thread run where it could before.
pub(crate) fn pinned<T>(cpu: Option<usize>, run: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let Some(cpu) = cpu else { return run() };
    let before = sched_getaffinity(SELF)?;
    pin(cpu)?;
    let done = run();
    sched_setaffinity(SELF, &before)?;
    done
}
