//! Ends every process below this one, whatever session or group it has moved to.
//!
//! Killing a process group is not enough: `setsid` and a second fork leave it. `cgroup.kill` would do, but the
//! right to make a cgroup cannot be had everywhere. A child subreaper's descendants stay its descendants.

use std::{
    collections::BTreeSet,
    io,
    os::fd::AsFd,
    process,
    time::{Duration, Instant},
};

use nix::{
    poll::{PollFd, PollFlags, poll},
    sys::{signal::Signal, signalfd::SignalFd},
};

use crate::{
    procfs,
    sys::{Pidfd, at_most},
};

/// Far more rounds than a program needs that is not made to run away from them.
const ROUNDS: usize = 100;
/// How long a killed process may take to end; only one that hangs in the kernel takes longer than an instant.
pub(crate) const KILL_PATIENCE: Duration = Duration::from_secs(10);
/// When to look again for what no signal tells: what was born while its parents were killed.
const NEXT_ROUND: Duration = Duration::from_millis(20);
/// How often to go for the children alone before all of `/proc` is read again.
const TRIES_BETWEEN: usize = 1000;

/// Kills every process below this one again and again, until `nothing_left` says so, which collects those that have ended.
/// `children` tells of changes in them.
pub(crate) fn everything(
    children: &SignalFd,
    mut nothing_left: impl FnMut() -> io::Result<bool>,
) -> io::Result<()> {
    let me = process::id();
    let until = Instant::now() + KILL_PATIENCE;
    while !nothing_left()? {
        if Instant::now() >= until {
            let left = procfs::living_below(me);
            return Err(io::Error::other(format!("processes that SIGKILL does not end: {left:?}")));
        }
        everything_below(me, None);
        for _ in 0..TRIES_BETWEEN {
            own_children(me);
            if nothing_left()? {
                return Ok(());
            }
        }
        loop {
            if nothing_left()? {
                return Ok(());
            }
            let mut ready = [PollFd::new(children.as_fd(), PollFlags::POLLIN)];
            if poll(&mut ready, at_most(NEXT_ROUND))? == 0 {
                break;
            }
        }
    }
    Ok(())
}

/// One round: stops every process below `ancestor` but this one, then kills what is there.
///
/// All are stopped before any is killed, so that none can see another die and start a new one. What is born in
/// between is left for the next round.
pub(crate) fn everything_below(ancestor: u32, but: Option<u32>) {
    let mut stopped: BTreeSet<u32> = but.into_iter().collect();
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
    for pid in procfs::living_below(ancestor).into_iter().filter(|&pid| Some(pid) != but) {
        send(pid, ancestor, Signal::SIGKILL);
    }
}

/// Kills the children of this process, which is `me`.
///
/// A process that forks and exits again and again is gone from each pid before a reading of all of `/proc` comes
/// to it. But whenever it does so it becomes a child of ours, and those are quickly read.
fn own_children(me: u32) {
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
