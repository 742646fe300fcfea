//! What a thread asks of the kernel, as far as a timeline tells it.
//!
//! Numbers and arguments are those of system calls, not of the C library's functions: `fork()` is a `clone` with glibc.
//! A call of a 32-bit program is none of this kernel's own and is not looked at.

use libc::{c_int, c_long};

use crate::{
    event::{Birth, Stream},
    procfs,
    tracee::Tracee,
};

/// A system call that is told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// Waits for processes, those named or any child; or only looks.
    Wait { name: &'static str, of: Vec<u32>, look: bool, answer: Answer },
    /// Writes to an output what is at these addresses.
    Write { stream: Stream, pieces: Vec<(u64, usize)> },
    /// Sends a signal to a process, or to several.
    Send { signal: i32, to: Option<u32> },
    /// May sleep for another reason.
    Sleep(&'static str),
    /// Makes a process, or a thread.
    Bear { name: &'static str, by: Birth, thread: bool },
    /// Ends this thread alone.
    Leave,
}

/// Where the kernel says whom a wait has collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It collects nobody.
    Nobody,
    /// The call gives the pid, and writes the status here, if anywhere.
    Status(u64),
    /// The call writes a `siginfo_t` here, if anywhere; it can be about nobody but this process, if one is named.
    Info(u64, Option<u32>),
}

/// The inodes of the pipes that are a run's standard output and standard error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pipes(pub(crate) [u64; 2]);

impl Pipes {
    fn stream(self, tracee: Tracee, fd: i32) -> Option<Stream> {
        let pipe = tracee.pipe(fd)?;
        let at = self.0.iter().position(|&inode| inode == pipe)?;
        Some([Stream::Stdout, Stream::Stderr][at])
    }
}

/// What the call of this number asks, of which the arguments are just about to be looked at by the kernel.
pub(crate) fn read(tracee: Tracee, number: c_long, args: [u64; 6], pipes: Pipes) -> Option<Call> {
    let int = |at: usize| args[at] as c_int;
    let length = |at: usize| usize::try_from(args[at]).unwrap_or(0);
    match number {
        libc::SYS_write | libc::SYS_writev => {
            let pieces = || match number {
                libc::SYS_write => vec![(args[1], length(2))],
                _ => pieces(tracee, args[1], length(2)),
            };
            Some(match pipes.stream(tracee, int(0)) {
                Some(stream) => Call::Write { stream, pieces: pieces() },
                None => Call::Sleep(if number == libc::SYS_write { "write" } else { "writev" }),
            })
        }
        libc::SYS_wait4 => Some(Call::Wait {
            name: "wait4",
            of: u32::try_from(int(0)).ok().filter(|&pid| pid > 0).into_iter().collect(),
            look: int(2) & libc::WNOHANG != 0,
            answer: Answer::Status(args[1]),
        }),
        libc::SYS_waitid => Some(waitid(tracee, args)),
        libc::SYS_kill | libc::SYS_rt_sigqueueinfo => send(int(1), u32::try_from(int(0)).ok()),
        libc::SYS_tgkill | libc::SYS_rt_tgsigqueueinfo => send(int(2), u32::try_from(int(0)).ok()),
        libc::SYS_tkill => {
            let process = u32::try_from(int(0)).ok().and_then(procfs::process_of);
            send(int(1), process.map(|(process, _)| process))
        }
        libc::SYS_pidfd_send_signal => send(int(1), tracee.process(int(0))),
        libc::SYS_clone => Some(bear("clone", args[0], args[0] as c_int & 0xff)),
        libc::SYS_clone3 => {
            // `struct clone_args`: flags, pidfd, child_tid, parent_tid, exit_signal; see clone(2).
            let fields = tracee.bytes(args[0], 40)?;
            let field = |at: usize| u64::from_ne_bytes(fields[8 * at..][..8].try_into().expect("8 bytes"));
            Some(bear("clone3", field(0), field(4) as c_int))
        }
        libc::SYS_exit => Some(Call::Leave),
        libc::SYS_futex => {
            const LOCK_PI2: c_int = 13;
            let sleeps = [libc::FUTEX_WAIT, libc::FUTEX_WAIT_BITSET, libc::FUTEX_LOCK_PI, LOCK_PI2];
            sleeps.contains(&(int(1) & libc::FUTEX_CMD_MASK)).then_some(Call::Sleep("futex"))
        }
        libc::SYS_fcntl => {
            [libc::F_SETLKW, libc::F_OFD_SETLKW].contains(&int(1)).then_some(Call::Sleep("fcntl"))
        }
        _ => poll(tracee, number, args)
            .or_else(|| of_old(number))
            .or_else(|| SLEEPS.iter().find(|(sleep, _)| *sleep == number).map(|(_, name)| Call::Sleep(name))),
    }
}

/// Calls that can put a thread to sleep, beside those that need a closer look.
const SLEEPS: [(c_long, &str); 24] = [
    (libc::SYS_accept, "accept"),
    (libc::SYS_accept4, "accept4"),
    (libc::SYS_clock_nanosleep, "clock_nanosleep"),
    (libc::SYS_connect, "connect"),
    (libc::SYS_flock, "flock"),
    (libc::SYS_futex_waitv, "futex_waitv"),
    (libc::SYS_io_uring_enter, "io_uring_enter"),
    (libc::SYS_mq_timedreceive, "mq_timedreceive"),
    (libc::SYS_mq_timedsend, "mq_timedsend"),
    (libc::SYS_msgrcv, "msgrcv"),
    (libc::SYS_msgsnd, "msgsnd"),
    (libc::SYS_nanosleep, "nanosleep"),
    (libc::SYS_read, "read"),
    (libc::SYS_readv, "readv"),
    (libc::SYS_recvfrom, "recvfrom"),
    (libc::SYS_recvmmsg, "recvmmsg"),
    (libc::SYS_recvmsg, "recvmsg"),
    (libc::SYS_rt_sigsuspend, "rt_sigsuspend"),
    (libc::SYS_rt_sigtimedwait, "rt_sigtimedwait"),
    (libc::SYS_semop, "semop"),
    (libc::SYS_semtimedop, "semtimedop"),
    (libc::SYS_sendmsg, "sendmsg"),
    (libc::SYS_sendto, "sendto"),
    (libc::SYS_splice, "splice"),
];

/// Calls that younger architectures do without.
#[cfg(target_arch = "x86_64")]
fn of_old(number: c_long) -> Option<Call> {
    match number {
        libc::SYS_fork => Some(bear("fork", 0, libc::SIGCHLD)),
        libc::SYS_vfork => Some(bear("vfork", (libc::CLONE_VFORK | libc::CLONE_VM) as u64, libc::SIGCHLD)),
        libc::SYS_pause => Some(Call::Sleep("pause")),
        _ => None,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn of_old(_number: c_long) -> Option<Call> {
    None
}

fn pieces(tracee: Tracee, address: u64, count: usize) -> Vec<(u64, usize)> {
    // No call takes more.
    let count = count.min(libc::UIO_MAXIOV as usize);
    let words = tracee.words(address, 2 * count).unwrap_or_default();
    words.chunks_exact(2).map(|piece| (piece[0] as u64, piece[1])).collect()
}

fn waitid(tracee: Tracee, args: [u64; 6]) -> Call {
    let id = u32::try_from(args[1] & 0xffff_ffff).ok();
    let target = match args[0] as libc::idtype_t {
        libc::P_PID => id,
        libc::P_PIDFD => tracee.process(args[1] as c_int),
        _ => None,
    };
    let options = args[3] as c_int;
    let collects = options & libc::WEXITED != 0 && options & libc::WNOWAIT == 0;
    Call::Wait {
        name: "waitid",
        of: target.into_iter().collect(),
        look: options & libc::WNOHANG != 0,
        answer: if collects { Answer::Info(args[2], target) } else { Answer::Nobody },
    }
}

/// Signal 0 is none: it asks whether one could be sent.
fn send(signal: i32, to: Option<u32>) -> Option<Call> {
    (signal != 0).then_some(Call::Send { signal, to: to.filter(|&pid| pid > 0) })
}

fn bear(name: &'static str, flags: u64, exit_signal: i32) -> Call {
    let has = |flag: c_int| flags & flag as u64 != 0;
    let by = if has(libc::CLONE_VFORK) {
        Birth::Vfork
    } else if exit_signal == libc::SIGCHLD && !has(libc::CLONE_VM) {
        Birth::Fork
    } else {
        Birth::Clone
    };
    Call::Bear { name, by, thread: has(libc::CLONE_THREAD) }
}

/// A call that waits for descriptors: for processes, if there are pidfds among them.
fn poll(tracee: Tracee, number: c_long, args: [u64; 6]) -> Option<Call> {
    // No process can have more descriptors, see `fs.nr_open`.
    let count = usize::try_from(args[1]).unwrap_or(0).min(1 << 20);
    let polled = || polled(tracee, args[0], count);
    let selected = || selected(tracee, args[1], args[0] as usize);
    let watched = || tracee.watched(args[0] as c_int);
    let (name, fds, look) = match number {
        libc::SYS_ppoll => ("ppoll", polled(), tracee.is_no_time(args[2])),
        libc::SYS_pselect6 => ("pselect6", selected(), tracee.is_no_time(args[4])),
        libc::SYS_epoll_pwait => ("epoll_pwait", watched(), args[3] as c_int == 0),
        libc::SYS_epoll_pwait2 => ("epoll_pwait2", watched(), tracee.is_no_time(args[3])),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll => ("poll", polled(), args[2] as c_int == 0),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_select => ("select", selected(), tracee.is_no_time(args[4])),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_epoll_wait => ("epoll_wait", watched(), args[3] as c_int == 0),
        _ => return None,
    };
    let of: Vec<u32> = fds.into_iter().filter_map(|fd| tracee.process(fd)).collect();
    match of.is_empty() {
        false => Some(Call::Wait { name, of, look, answer: Answer::Nobody }),
        true => (!look).then_some(Call::Sleep(name)),
    }
}

fn polled(tracee: Tracee, address: u64, count: usize) -> Vec<i32> {
    // `struct pollfd`: a descriptor, then two halves of an int.
    let words = tracee.bytes(address, count * size_of::<libc::pollfd>()).unwrap_or_default();
    let fds = words.chunks_exact(size_of::<libc::pollfd>());
    fds.map(|fd| i32::from_ne_bytes(fd[..4].try_into().expect("4 bytes"))).filter(|&fd| fd >= 0).collect()
}

/// The descriptors in a set of `select`, which end before `end`. A pidfd becomes readable, so no other set matters.
fn selected(tracee: Tracee, address: u64, end: usize) -> Vec<i32> {
    let end = end.min(libc::FD_SETSIZE);
    let words = if address == 0 { None } else { tracee.words(address, end.div_ceil(usize::BITS as usize)) };
    let words = words.unwrap_or_default();
    let is_set = |fd: &usize| words.get(fd / 64).is_some_and(|word| word >> (fd % 64) & 1 == 1);
    (0..end).filter(is_set).map(|fd| fd as i32).collect()
}
