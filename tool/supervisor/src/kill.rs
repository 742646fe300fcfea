//! Ends every process below this one, whatever session or group it has moved to.
//!
//! Killing a process group is not enough: `setsid` and a second fork leave it. `cgroup.kill` would do, but the
//! right to make a cgroup cannot be had everywhere. A child subreaper's descendants stay its descendants.

use std::collections::BTreeSet;

use nix::sys::signal::Signal;

use crate::{procfs, sys::Pidfd};

/// Far more rounds than a program needs that is not made to run away from them.
const ROUNDS: usize = 100;

/// One round: stops every process below `ancestor`, then kills what is there.
///
/// All are stopped before any is killed, so that none can see another die and start a new one. What is born in
/// between is left for the next round.
pub(crate) fn everything_below(ancestor: u32) {
    let mut stopped = BTreeSet::new();
    for _ in 0..ROUNDS {
        let new: Vec<u32> = procfs::living_below(ancestor).difference(&stopped).copied().collect();
        if new.is_empty() {
            break;
        }
        for &pid in &new {
            send(pid, ancestor, Signal::SIGSTOP);
        }
        stopped.extend(new);
    }
    for pid in procfs::living_below(ancestor) {
        send(pid, ancestor, Signal::SIGKILL);
    }
}

/// Kills the children of this process, which is `me`.
///
/// A process that forks and exits again and again is gone from each pid before a reading of all of `/proc` comes
/// to it. But whenever it does so it becomes a child of ours, and those are quickly read.
pub(crate) fn own_children(me: u32) {
    for pid in procfs::own_children() {
        send(pid, me, Signal::SIGKILL);
    }
}

/// Signals the process that has this pid, if it is below `ancestor`: since the pid was read it may have become
/// that of a stranger, and where pids go up to 32768 a program that forks fast makes this happen.
pub(crate) fn send(pid: u32, ancestor: u32, signal: Signal) {
    // Asked after the descriptor is open. If the process then takes the signal, it was that one we asked about.
    if let Ok(process) = Pidfd::open(pid)
        && procfs::is_below(pid, ancestor)
    {
        // Fails only where the process is gone, or is another user's and out of our hands.
        let _ = process.send(signal);
    }
}
