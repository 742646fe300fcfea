//! What a spawned child executes, counted one instruction at a time by tracing it.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};
use nix::sys::ptrace::{self, Event, Options};
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::cpu::{self, Next};

/// From the child's `execve` to its end.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) instructions: u64,
    pub(crate) cpuid: u64,
    pub(crate) system_calls: u64,
    pub(crate) page_faults: u64,
}

/// Has a parent of `benchmark_parent` start one child, and counts what that child does.
pub(crate) fn of_a_child(parent: &Path) -> anyhow::Result<Counts> {
    let mut command = Command::new(parent);
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    // SAFETY: a single system call, in a child of this process.
    unsafe { command.pre_exec(|| Ok(ptrace::traceme()?)) };
    let mut process = command.spawn()?;
    process.stdin.take().context("its input is piped")?.write_all(b"start_and_join spawn\n")?;
    let parent = Pid::from_raw(process.id().cast_signed());
    ensure!(waitpid(parent, None)? == WaitStatus::Stopped(parent, Signal::SIGTRAP), "it is not traced");
    let options = Options::PTRACE_O_TRACEVFORK
        | Options::PTRACE_O_TRACEEXEC
        | Options::PTRACE_O_TRACEEXIT
        | Options::PTRACE_O_EXITKILL;
    ptrace::setoptions(parent, options)?;
    run_to(parent, Event::PTRACE_EVENT_VFORK)?;
    let child = Pid::from_raw(ptrace::getevent(parent)?.try_into()?);
    ptrace::cont(parent, None)?;
    run_to(child, Event::PTRACE_EVENT_EXEC)?;
    let counts = step_to_exit(child)?;
    ptrace::cont(child, None)?;
    ensure!(
        waitpid(child, Some(WaitPidFlag::__WALL))? == WaitStatus::Exited(child, 0),
        "it did not end well"
    );
    run_to_end(parent)?;
    Ok(counts)
}

/// Lets a process that is stopped, or will be, run until an event.
fn run_to(pid: Pid, event: Event) -> anyhow::Result<()> {
    // A traced process is stopped before its first instruction. The first one has been waited for.
    let mut signal = None;
    if event == Event::PTRACE_EVENT_VFORK {
        ptrace::cont(pid, None)?;
    }
    loop {
        match waitpid(pid, Some(WaitPidFlag::__WALL))? {
            WaitStatus::PtraceEvent(_, _, happened) if happened == event as i32 => return Ok(()),
            WaitStatus::Stopped(_, Signal::SIGSTOP) | WaitStatus::PtraceEvent(..) => {}
            WaitStatus::Stopped(_, other) => signal = Some(other),
            ended => bail!("{ended:?} before {event:?}"),
        }
        ptrace::cont(pid, signal.take())?;
    }
}

fn step_to_exit(pid: Pid) -> anyhow::Result<Counts> {
    let mut counts = Counts::default();
    let mut signal = None;
    loop {
        match cpu::next(pid)? {
            Next::Cpuid => counts.cpuid += 1,
            Next::SystemCall => counts.system_calls += 1,
            Next::Other => {}
        }
        counts.instructions += 1;
        ptrace::step(pid, signal.take())?;
        match waitpid(pid, Some(WaitPidFlag::__WALL))? {
            WaitStatus::Stopped(_, Signal::SIGTRAP) => {}
            WaitStatus::Stopped(_, other) => signal = Some(other),
            WaitStatus::PtraceEvent(_, _, event) if event == Event::PTRACE_EVENT_EXIT as i32 => break,
            other => bail!("{other:?} after {} instructions", counts.instructions),
        }
    }
    // proc_pid_stat(5): the tenth field, the eighth after the command.
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields = stat.rsplit_once(") ").context("a command in parentheses")?.1;
    counts.page_faults = fields.split(' ').nth(7).context("a tenth field")?.parse()?;
    Ok(counts)
}

fn run_to_end(pid: Pid) -> anyhow::Result<()> {
    loop {
        let signal = match waitpid(pid, Some(WaitPidFlag::__WALL))? {
            WaitStatus::Exited(_, 0) => return Ok(()),
            WaitStatus::Stopped(_, signal) => Some(signal),
            WaitStatus::PtraceEvent(..) => None,
            ended => bail!("{ended:?}"),
        };
        ptrace::cont(pid, signal)?;
    }
}
