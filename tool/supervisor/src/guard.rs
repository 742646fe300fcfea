//! Ends a run whose supervisor cannot do it any more.
//!
//! A program runs as the same user as its supervisor, so it may stop it or kill it: `kill(getppid(), SIGSTOP)` is an easy
//! slip. The guard is the supervisor's parent and does nothing but watch it. It lets a stopped supervisor go on. It ends
//! the run when the supervisor has ended, when the caller is gone, and when the deadline has passed and processes are left.
//! As a child subreaper it becomes the parent of all that a killed supervisor leaves behind, traced or not.
//!
//! The supervisor watches the guard in turn, so the run ends when either is killed. Neither depends on the end of a pipe
//! alone: a program can open the pipes of its caller in `/proc` and hold them open. Both ask a pidfd whether the other lives.
//! Each gets a SIGCONT at the end of its parent, which wakes it if it was stopped.
//!
//! Rejected: a pid namespace, in which the kernel kills all processes with the first one. Many machines refuse it to an ordinary
//! user, and a program in it sees other process ids than its reader does.

use std::{
    fs::File,
    io::{self, stdin},
    os::fd::AsFd,
    process,
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, poll},
    sys::{
        prctl,
        signal::{SigSet, Signal, kill},
        signalfd::{SfdFlags, SignalFd},
    },
    unistd::{ForkResult, Pid, dup2_stdout, getpid, getppid},
};

use crate::{
    kill::{self, KILL_PATIENCE},
    sys::{self, Change, Pidfd, at_most},
};

/// How long the caller may take to read the last events.
pub(crate) const READ_PATIENCE: Duration = Duration::from_secs(30);
/// How long after the deadline a supervisor may leave processes alive.
pub(crate) const LATE: Duration = Duration::from_secs(2);
/// How long a supervisor may take to end a run whose caller is gone.
const GRACE: Duration = Duration::from_millis(300);

/// A signal descriptor that tells of changes in children. SIGCHLD has to be blocked.
pub(crate) fn children() -> nix::Result<SignalFd> {
    let mut changed = SigSet::empty();
    changed.add(Signal::SIGCHLD);
    SignalFd::with_flags(&changed, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)
}

/// Makes this process the guard of a child, the supervisor, in which alone the function returns: with the guard, or with
/// nothing if the guard or the caller has ended.
///
/// # Errors
///
/// When the kernel refuses a process, or what tells of one.
pub(crate) fn split(caller: Pid, deadline: Duration) -> io::Result<Option<Pidfd>> {
    prctl::set_pdeathsig(Signal::SIGCONT)?;
    let Some(caller) = parent(caller)? else { return Ok(None) };
    prctl::set_child_subreaper(true)?;
    let guard = getpid();
    match sys::fork()? {
        ForkResult::Child => {
            prctl::set_pdeathsig(Signal::SIGCONT)?;
            Ok(parent(guard)?)
        }
        ForkResult::Parent { child } => {
            let watched = watch(child, &caller, deadline);
            sys::exit_now(watched.unwrap_or_else(|error| {
                eprintln!("supervisor: its guard failed: {error}");
                1
            }))
        }
    }
}

/// This parent of ours; `None` if it has ended.
fn parent(pid: Pid) -> nix::Result<Option<Pidfd>> {
    let opened = Pidfd::open(pid.as_raw().cast_unsigned());
    // Asked after the descriptor is open: the pid of a parent that lives is not another process's.
    if getppid() == pid { opened.map(Some) } else { Ok(None) }
}

/// Watches until nothing is left. Gives the supervisor's exit code.
fn watch(supervisor: Pid, caller: &Pidfd, deadline: Duration) -> io::Result<i32> {
    prctl::set_name(c"guard")?;
    prctl::set_dumpable(false)?;
    // The caller learns from the end of that pipe that the supervisor has ended.
    dup2_stdout(File::open("/dev/null")?)?;
    let (me, children, begun) = (process::id(), children()?, Instant::now());
    let mut code = None;
    let mut next_kill = begun + deadline + LATE;
    let mut end = begun + deadline + KILL_PATIENCE + READ_PATIENCE;
    let mut caller_gone = false;
    while code.is_none() && Instant::now() < end {
        // First the signal, then the changes: one that comes in between signals again.
        while children.read_signal()?.is_some() {}
        while let Ok(Some((pid, change))) = sys::next_change_or_stop() {
            match change {
                Change::Exited(exit) if pid == supervisor => code = Some(exit),
                Change::Signaled(signal) if pid == supervisor => code = Some(128 + signal),
                // ESRCH: killed meanwhile.
                Change::Stopped { .. } if pid == supervisor => drop(kill(supervisor, Signal::SIGCONT)),
                _ => {}
            }
        }
        let now = Instant::now();
        if now >= next_kill {
            let _ = kill(supervisor, Signal::SIGCONT);
            kill::everything_below(me, Some(supervisor.as_raw().cast_unsigned()));
            next_kill = now + LATE;
        }
        let lifeline = stdin();
        let mut ready = vec![PollFd::new(children.as_fd(), PollFlags::POLLIN)];
        if !caller_gone {
            // A lifeline that is shut down is told of unasked.
            ready.push(PollFd::new(lifeline.as_fd(), PollFlags::empty()));
            ready.push(PollFd::new(caller.as_fd(), PollFlags::POLLIN));
        }
        if code.is_none() {
            match poll(&mut ready, at_most(next_kill.min(end).saturating_duration_since(now))) {
                Ok(_) | Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
        if ready[1..].iter().any(|fd| fd.any().unwrap_or(true)) {
            caller_gone = true;
            end = end.min(Instant::now() + GRACE);
            let _ = kill(supervisor, Signal::SIGCONT);
        }
    }
    if code.is_none() {
        let _ = kill(supervisor, Signal::SIGKILL);
    }
    kill::everything(&children, || {
        loop {
            match sys::next_change() {
                Ok(Some(_)) => {}
                Ok(None) => return Ok(false),
                // ECHILD, the only error that waitpid(2) can give here
                Err(_) => return Ok(true),
            }
        }
    })?;
    Ok(code.unwrap_or(128 + libc::SIGKILL))
}
