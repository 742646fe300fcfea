//! The system calls that the library and the supervisor are built on.

use std::fs::OpenOptions;
use std::io::{self, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::OpenOptionsExt;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, SealFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::{getpid, pipe2};

use crate::doctor::check::{Check, Trouble};
use crate::doctor::place::Place;
use crate::doctor::sys;
use crate::doctor::task::Task;

/// How long a signal or an end may take that has been caused already, in seconds.
const PATIENCE: u16 = 5;

/// One question for each call.
pub fn checks(place: Place) -> Vec<Check> {
    type Probe = fn() -> Result<&'static str, Errno>;
    let probes: [(&'static str, Task, &'static str, Probe); 6] = [
        ("pidfd_open", Task::Run, "5.3", pidfd_open),
        ("clone", Task::Run, "5.2", clone),
        ("close_range", Task::Run, "5.9", close_range),
        ("memfd_create", Task::Run, "3.17", memory_file),
        ("process_vm_readv", Task::Timelines, "3.2", read_memory),
        ("F_SETSIG", Task::Daemons, "2.4", set_signal),
    ];
    let ask = |(name, task, since, probe): (_, _, _, Probe)| {
        // Docker's filter counts this one among those of a debugger.
        let allow = if name == "process_vm_readv" { TRACING } else { CONTAINER };
        let answer = probe().map(str::to_owned).map_err(|errno| refused(errno, since, allow, place));
        Check::new(name, task, answer)
    };
    probes.map(ask).into()
}

/// Why a call failed that this kernel version has, and what helps.
fn refused(errno: Errno, since: &str, allow: &str, place: Place) -> Trouble {
    let fix = match errno {
        Errno::ENOSYS | Errno::EINVAL if place == Place::Wsl1 => {
            "WSL 1 has no kernel of Linux: `wsl --set-version DISTRIBUTION 2` in Windows gives it one".into()
        }
        Errno::ENOSYS => {
            format!("use Linux {since} or newer; if it is, a container hides the call: {allow}")
        }
        Errno::EPERM | Errno::EACCES => {
            format!("something forbids the call, most likely a container: {allow}")
        }
        Errno::EAGAIN => {
            "end some processes, or raise the limits on them: `ulimit -u`, pids.max of the cgroup".into()
        }
        Errno::EMFILE | Errno::ENFILE => "raise the limit on open files: `ulimit -n 1024`".into(),
        Errno::ENOMEM => "raise the limits on memory and addresses: `ulimit -v unlimited`".into(),
        Errno::ENOENT | Errno::ENOTDIR => "mount /proc: `mount -t proc proc /proc`".into(),
        _ => format!("use Linux {since} or newer, and not an imitation of it"),
    };
    Trouble::new(format!("{} ({errno:?})", errno.desc()), fix)
}

/// What helps where a container's filter refuses a call.
pub(crate) const CONTAINER: &str =
    "`docker run --security-opt seccomp=unconfined …`, and the same option for podman";

/// What helps where it refuses a call that debuggers make, as that of Docker before 23.0 does.
pub(crate) const TRACING: &str = "`docker run --cap-add=SYS_PTRACE …`; if that is not enough, `--security-opt seccomp=unconfined` beside it";

fn pidfd_open() -> Result<&'static str, Errno> {
    let child = sys::Child::start(false)?;
    let opened = child.open()?;
    let ended = |patience: PollTimeout| poll(&mut [PollFd::new(opened.as_fd(), PollFlags::POLLIN)], patience);
    if ended(PollTimeout::ZERO)? != 0 {
        return Err(Errno::EPROTO);
    }
    child.kill();
    match ended(PollTimeout::from(PATIENCE * 1000))? {
        0 => Err(Errno::ETIMEDOUT),
        _ => Ok("opens a process and reports its end"),
    }
}

fn clone() -> Result<&'static str, Errno> {
    match sys::Child::start(true)?.pidfd {
        Some(_) => Ok("starts a process and gives its descriptor (CLONE_PIDFD)"),
        // A kernel that does not know the flag ignores it.
        None => Err(Errno::ENOSYS),
    }
}

fn close_range() -> Result<&'static str, Errno> {
    sys::close_no_range().map(|()| "closes a range of descriptors")
}

fn memory_file() -> Result<&'static str, Errno> {
    let file = memfd_create(c"book-doctor", MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING)?;
    fcntl(&file, FcntlArg::F_ADD_SEALS(SealFlag::F_SEAL_SHRINK))?;
    Ok("makes a file in memory, and seals it")
}

fn read_memory() -> Result<&'static str, Errno> {
    let source = *b"read";
    let mut copy = [0; 4];
    let from = [RemoteIoVec { base: source.as_ptr() as usize, len: source.len() }];
    let count = process_vm_readv(getpid(), &mut [IoSliceMut::new(&mut copy)], &from)?;
    if count == source.len() && copy == source {
        Ok("reads the memory of a process")
    } else {
        Err(Errno::EIO)
    }
}

/// As a daemon asks to be killed when its parent ends.
fn set_signal() -> Result<&'static str, Errno> {
    let (read, write) = pipe2(OFlag::O_CLOEXEC)?;
    let path = format!("/proc/self/fd/{}", read.as_raw_fd());
    let came = sys::signal_comes(libc::SIGRTMIN(), PATIENCE.into(), || {
        let anew = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)?;
        sys::signal_when_ready(anew.as_fd(), libc::SIGRTMIN())?;
        // Closed before `anew` is: the signal is sent now, and waits to be taken.
        drop(write);
        Ok(())
    });
    match came.map_err(|error: io::Error| Errno::from_raw(error.raw_os_error().unwrap_or(libc::EIO)))? {
        true => Ok("sends a signal when a pipe is closed"),
        false => Err(Errno::ETIMEDOUT),
    }
}
