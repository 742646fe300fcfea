//! What a thread asks of the kernel, as far as a timeline tells it.
//!
//! Numbers and arguments are those of system calls, not of the C library's functions: `fork()` is a `clone` with glibc.
//! A call of a 32-bit program is none of this kernel's own and is not looked at.

use libc::{c_int, c_long};

use crate::{
    arch,
    event::{Birth, Stream},
    messages::Ends,
    procfs,
    request::Extras,
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
    /// Wakes at most so many threads that wait at a futex.
    Wake { most: u64 },
    /// Says what is at these addresses, by the crate `marks`.
    Say { address: u64, length: usize },
    /// Makes a pair of sockets of this type, and writes the numbers of their descriptors here.
    Pair { kind: i32, address: u64 },
    /// Maps memory that others may map, too.
    Map,
    /// Makes a process, or a thread, of which the kernel has told us or not.
    Bear { name: &'static str, by: Birth, thread: bool, born: bool },
    /// Ends this thread alone.
    Leave,
    /// Has the kernel act for the program at another time: by a timer's signal, or by asynchronous input and output.
    Arrange,
}

/// What a thread waits for, where only a process of its own run can end the wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bond {
    /// It waits for these processes to end, which are of the run only if the run has them.
    pub(crate) processes: Vec<u32>,
    /// It waits for the other end of the pipe with this inode.
    pub(crate) pipe: Option<u64>,
}

/// Where the kernel says whom a wait has collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It collects no process.
    Nobody,
    /// The call gives the pid.
    Pid,
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

/// How a call of the table says what it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Write,
    Writev,
    Wait4,
    Waitid,
    /// Polls the descriptors in an array, those in sets, or those of an epoll instance, until a time that is in
    /// milliseconds or in the structure of the other calls.
    Poll(Fds, Timeout),
    /// Sends a signal to a process, to one of its threads, to a thread, or to the process of a pidfd.
    Kill,
    Tgkill,
    Tkill,
    PidfdSendSignal,
    Fork,
    Vfork,
    Clone,
    Clone3,
    Exit,
    Arrange,
    /// Sleep with some of their commands.
    Futex,
    Fcntl,
    Sleep,
    Map,
    Socketpair,
    /// Goes on with a call that a signal has interrupted.
    Restart,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fds {
    Array,
    Sets,
    Epoll,
}

/// The argument that is a call's timeout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timeout {
    Millis(usize),
    Time(usize),
}

/// The calls that are told of, and their names.
const CALLS: &[(c_long, &str, Kind)] = &[
    (libc::SYS_write, "write", Kind::Write),
    (libc::SYS_writev, "writev", Kind::Writev),
    (libc::SYS_pwritev2, "pwritev2", Kind::Writev),
    (libc::SYS_wait4, "wait4", Kind::Wait4),
    (libc::SYS_waitid, "waitid", Kind::Waitid),
    (libc::SYS_ppoll, "ppoll", Kind::Poll(Fds::Array, Timeout::Time(2))),
    (libc::SYS_pselect6, "pselect6", Kind::Poll(Fds::Sets, Timeout::Time(4))),
    (libc::SYS_epoll_pwait, "epoll_pwait", Kind::Poll(Fds::Epoll, Timeout::Millis(3))),
    (libc::SYS_epoll_pwait2, "epoll_pwait2", Kind::Poll(Fds::Epoll, Timeout::Time(3))),
    (libc::SYS_kill, "kill", Kind::Kill),
    (libc::SYS_rt_sigqueueinfo, "rt_sigqueueinfo", Kind::Kill),
    (libc::SYS_tgkill, "tgkill", Kind::Tgkill),
    (libc::SYS_rt_tgsigqueueinfo, "rt_tgsigqueueinfo", Kind::Tgkill),
    (libc::SYS_tkill, "tkill", Kind::Tkill),
    (libc::SYS_pidfd_send_signal, "pidfd_send_signal", Kind::PidfdSendSignal),
    (libc::SYS_clone, "clone", Kind::Clone),
    (libc::SYS_clone3, "clone3", Kind::Clone3),
    (libc::SYS_exit, "exit", Kind::Exit),
    (libc::SYS_setitimer, "setitimer", Kind::Arrange),
    (libc::SYS_timer_settime, "timer_settime", Kind::Arrange),
    (libc::SYS_io_submit, "io_submit", Kind::Arrange),
    (libc::SYS_io_uring_setup, "io_uring_setup", Kind::Arrange),
    (libc::SYS_futex, "futex", Kind::Futex),
    (libc::SYS_fcntl, "fcntl", Kind::Fcntl),
    (libc::SYS_restart_syscall, "restart_syscall", Kind::Restart),
    (libc::SYS_accept, "accept", Kind::Sleep),
    (libc::SYS_accept4, "accept4", Kind::Sleep),
    (libc::SYS_clock_nanosleep, "clock_nanosleep", Kind::Sleep),
    (libc::SYS_connect, "connect", Kind::Sleep),
    (libc::SYS_flock, "flock", Kind::Sleep),
    (libc::SYS_futex_waitv, "futex_waitv", Kind::Sleep),
    (libc::SYS_io_uring_enter, "io_uring_enter", Kind::Sleep),
    (libc::SYS_mq_timedreceive, "mq_timedreceive", Kind::Sleep),
    (libc::SYS_mq_timedsend, "mq_timedsend", Kind::Sleep),
    (libc::SYS_msgrcv, "msgrcv", Kind::Sleep),
    (libc::SYS_msgsnd, "msgsnd", Kind::Sleep),
    (libc::SYS_nanosleep, "nanosleep", Kind::Sleep),
    (libc::SYS_read, "read", Kind::Sleep),
    (libc::SYS_readv, "readv", Kind::Sleep),
    (libc::SYS_recvfrom, "recvfrom", Kind::Sleep),
    (libc::SYS_recvmmsg, "recvmmsg", Kind::Sleep),
    (libc::SYS_recvmsg, "recvmsg", Kind::Sleep),
    (libc::SYS_rt_sigsuspend, "rt_sigsuspend", Kind::Sleep),
    (libc::SYS_rt_sigtimedwait, "rt_sigtimedwait", Kind::Sleep),
    (libc::SYS_semop, "semop", Kind::Sleep),
    (libc::SYS_semtimedop, "semtimedop", Kind::Sleep),
    (libc::SYS_sendfile, "sendfile", Kind::Sleep),
    (libc::SYS_sendmsg, "sendmsg", Kind::Sleep),
    (libc::SYS_sendto, "sendto", Kind::Sleep),
    (libc::SYS_splice, "splice", Kind::Sleep),
    (libc::SYS_tee, "tee", Kind::Sleep),
    (libc::SYS_vmsplice, "vmsplice", Kind::Sleep),
    (arch::FORK, "fork", Kind::Fork),
    (arch::VFORK, "vfork", Kind::Vfork),
    (arch::POLL, "poll", Kind::Poll(Fds::Array, Timeout::Millis(2))),
    (arch::SELECT, "select", Kind::Poll(Fds::Sets, Timeout::Time(4))),
    (arch::EPOLL_WAIT, "epoll_wait", Kind::Poll(Fds::Epoll, Timeout::Millis(3))),
    (arch::PAUSE, "pause", Kind::Sleep),
    (arch::ALARM, "alarm", Kind::Arrange),
];

/// The call that matters as well where messages are told of: it makes what bytes go through.
const PAIR: c_long = libc::SYS_socketpair;

/// The call that matters as well where memory is told of, if it maps what others may map, too.
pub(crate) const MAP: c_long = libc::SYS_mmap;
/// Which of its arguments says so, and by which bit.
pub(crate) const MAP_FLAGS: (u32, u32) = (3, libc::MAP_SHARED as u32);

/// The numbers of the calls that are told of whatever their arguments are, as far as this architecture has them.
pub(crate) fn numbers(extras: Extras) -> impl Iterator<Item = u32> {
    let numbers = CALLS.iter().map(|&(number, ..)| number).chain(extras.messages.then_some(PAIR));
    numbers.filter_map(|number| u32::try_from(number).ok())
}

/// Which descriptors a call moves bytes to and from.
pub(crate) fn ends(number: c_long, args: [u64; 6]) -> Option<Ends> {
    let fd = |at: usize| Some(args[at] as c_int);
    let peeks = |at: usize| args[at] as c_int & libc::MSG_PEEK != 0;
    let (into, out_of) = match number {
        libc::SYS_write | libc::SYS_writev | libc::SYS_sendto | libc::SYS_sendmsg | libc::SYS_vmsplice => {
            (fd(0), None)
        }
        libc::SYS_read | libc::SYS_readv => (None, fd(0)),
        libc::SYS_recvfrom if !peeks(3) => (None, fd(0)),
        libc::SYS_recvmsg if !peeks(2) => (None, fd(0)),
        libc::SYS_splice => (fd(2), fd(0)),
        libc::SYS_sendfile => (fd(0), fd(1)),
        libc::SYS_tee => (fd(1), None),
        _ => return None,
    };
    Some(Ends { into, out_of })
}

/// Whether a call that moves bytes asks for any. One that does, and gets none, has come to the end of the file.
pub(crate) fn asks_for_bytes(tracee: Tracee, number: c_long, args: [u64; 6]) -> bool {
    let any_of = |address, count| pieces(tracee, address, count).iter().any(|&(_, length)| length > 0);
    match number {
        libc::SYS_read | libc::SYS_recvfrom => args[2] > 0,
        libc::SYS_readv => any_of(args[1], usize::try_from(args[2]).unwrap_or(0)),
        // `struct msghdr`: a name and its length, then the pieces and their number.
        libc::SYS_recvmsg => {
            tracee.words(args[1], 4).is_some_and(|header| any_of(header[2] as u64, header[3]))
        }
        libc::SYS_splice => args[4] > 0,
        libc::SYS_sendfile => args[3] > 0,
        _ => false,
    }
}

/// The descriptors that a call polls for bytes or for room, if it polls an array.
pub(crate) fn polled(tracee: Tracee, number: c_long, args: [u64; 6]) -> Option<Vec<Ends>> {
    let Kind::Poll(Fds::Array, _) = find(number)?.1 else { return None };
    let count = usize::try_from(args[1]).ok().filter(|&count| count <= Fds::MOST)?;
    // Any end is polled for hang-ups and errors, so one that is polled for nothing else adds nothing.
    let polled = tracee.polled(args[0], count).into_iter().filter(|&(_, events)| events != 0);
    let ends = polled.map(|(fd, events)| {
        let asks = |event: i16| (events & event != 0).then_some(fd);
        Ends { into: asks(libc::POLLOUT), out_of: asks(libc::POLLIN) }
    });
    Some(ends.collect())
}

/// What the call of this number asks, of which the arguments are just about to be looked at by the kernel; `None` where
/// there is nothing to tell.
pub(crate) fn read(tracee: Tracee, number: c_long, args: [u64; 6], pipes: Pipes) -> Option<Call> {
    let (name, kind) = find(number)?;
    let int = |at: usize| args[at] as c_int;
    let process = |at: usize| u32::try_from(int(at)).ok().filter(|&pid| pid > 0);
    let length = |at: usize| usize::try_from(args[at]).unwrap_or(0);
    match kind {
        Kind::Write if int(0) == marks::wire::DESCRIPTOR => {
            Some(Call::Say { address: args[1], length: length(2) })
        }
        Kind::Write | Kind::Writev => Some(match pipes.stream(tracee, int(0)) {
            Some(stream) if kind == Kind::Write => Call::Write { stream, pieces: vec![(args[1], length(2))] },
            Some(stream) => Call::Write { stream, pieces: pieces(tracee, args[1], length(2)) },
            None => Call::Sleep(name),
        }),
        Kind::Wait4 => Some(Call::Wait {
            name,
            of: process(0).into_iter().collect(),
            look: int(2) & libc::WNOHANG != 0,
            answer: Answer::Pid,
        }),
        Kind::Waitid => Some(waitid(name, tracee, args)),
        Kind::Poll(fds, timeout) => {
            let fds = fds.of(tracee, args);
            let look = match timeout {
                Timeout::Millis(at) => int(at) == 0,
                Timeout::Time(at) => tracee.is_no_time(args[at]),
            };
            poll(name, fds.into_iter().filter_map(|fd| tracee.process(fd)).collect(), look)
        }
        Kind::Kill => send(int(1), process(0)),
        Kind::Tgkill => send(int(2), process(0)),
        Kind::Tkill => send(int(1), process(0).and_then(procfs::process_of).map(|(process, _)| process)),
        Kind::PidfdSendSignal => send(int(1), tracee.process(int(0))),
        Kind::Fork => Some(bear(name, 0, libc::SIGCHLD)),
        Kind::Vfork => Some(bear(name, (libc::CLONE_VFORK | libc::CLONE_VM) as u64, libc::SIGCHLD)),
        Kind::Clone => Some(bear(name, args[0], int(0) & 0xff)),
        Kind::Clone3 => {
            // `struct clone_args`: flags, pidfd, child_tid, parent_tid, exit_signal; see clone(2).
            let fields = tracee.bytes(args[0], 40)?;
            let field = |at: usize| u64::from_ne_bytes(fields[8 * at..][..8].try_into().expect("8 bytes"));
            Some(bear(name, field(0), field(4) as c_int))
        }
        Kind::Exit => Some(Call::Leave),
        Kind::Arrange => Some(Call::Arrange),
        Kind::Futex => {
            const LOCK_PI2: c_int = 13;
            let sleeps = [libc::FUTEX_WAIT, libc::FUTEX_WAIT_BITSET, libc::FUTEX_LOCK_PI, LOCK_PI2];
            // Of a call that moves waiters to another futex, those count that it wakes.
            let wakes = [
                libc::FUTEX_WAKE,
                libc::FUTEX_WAKE_BITSET,
                libc::FUTEX_WAKE_OP,
                libc::FUTEX_REQUEUE,
                libc::FUTEX_CMP_REQUEUE,
            ];
            match int(1) & libc::FUTEX_CMD_MASK {
                command if sleeps.contains(&command) => Some(Call::Sleep(name)),
                command if wakes.contains(&command) => Some(Call::Wake { most: args[2] & 0xffff_ffff }),
                _ => None,
            }
        }
        Kind::Fcntl => [libc::F_SETLKW, libc::F_OFD_SETLKW].contains(&int(1)).then_some(Call::Sleep(name)),
        Kind::Sleep => Some(Call::Sleep(name)),
        Kind::Map => Some(Call::Map),
        Kind::Socketpair => Some(Call::Pair { kind: int(1), address: args[3] }),
        Kind::Restart => None,
    }
}

/// Whether the call would put something into an output that is in no memory from which it could be told.
pub(crate) fn is_untold_output(tracee: Tracee, number: c_long, args: [u64; 6], pipes: Pipes) -> bool {
    let into = match number {
        libc::SYS_sendfile | libc::SYS_vmsplice => args[0],
        libc::SYS_tee => args[1],
        libc::SYS_splice => args[2],
        _ => return false,
    };
    pipes.stream(tracee, into as c_int).is_some()
}

/// What the thread that has entered this call waits for; `None` where anything else than a process of the run may end the wait:
/// a timeout, a signal that the call is there for, a device, a file, a socket. Locks count if they are in memory that no other
/// process has.
pub(crate) fn bond(tracee: Tracee, number: c_long, args: [u64; 6], pipes: Pipes) -> Option<Bond> {
    let int = |at: usize| args[at] as c_int;
    match find(number)?.1 {
        Kind::Wait4 | Kind::Waitid => Some(Bond::default()),
        Kind::Futex => {
            let private = int(1) & libc::FUTEX_PRIVATE_FLAG != 0
                || tracee.mapping(args[0]).is_some_and(|mapping| !mapping.shared);
            (private && args[3] == 0).then(Bond::default)
        }
        Kind::Poll(fds, timeout) => {
            let forever = match timeout {
                Timeout::Millis(at) => int(at) < 0,
                Timeout::Time(at) => args[at] == 0,
            };
            // The other sets of `select` may hold whatever they like.
            let only_read = fds != Fds::Sets || (args[2] == 0 && args[3] == 0);
            let processes = fds.of(tracee, args).into_iter().map(|fd| tracee.process(fd));
            let processes =
                processes.collect::<Option<Vec<_>>>().filter(|processes| !processes.is_empty())?;
            (forever && only_read).then_some(Bond { processes, pipe: None })
        }
        _ if [libc::SYS_read, libc::SYS_readv, libc::SYS_write, libc::SYS_writev].contains(&number) => {
            let pipe = tracee.pipe(int(0)).filter(|inode| !pipes.0.contains(inode))?;
            Some(Bond { processes: vec![], pipe: Some(pipe) })
        }
        _ => None,
    }
}

fn find(number: c_long) -> Option<(&'static str, Kind)> {
    match number {
        MAP => Some(("mmap", Kind::Map)),
        PAIR => Some(("socketpair", Kind::Socketpair)),
        _ => CALLS.iter().find(|(told_of, ..)| *told_of == number).map(|&(_, name, kind)| (name, kind)),
    }
}

impl Fds {
    /// Far more than a program waits for that is there to be read.
    const MOST: usize = 256;

    /// Those that a call watches, each once; none where there are so many that to look at them would keep us from the clock.
    fn of(self, tracee: Tracee, args: [u64; 6]) -> Vec<i32> {
        let length = |at: usize| usize::try_from(args[at]).unwrap_or(usize::MAX);
        let mut fds = match self {
            Fds::Array if length(1) > Fds::MOST => vec![],
            Fds::Array => tracee.polled(args[0], length(1)).into_iter().map(|(fd, _)| fd).collect(),
            Fds::Sets => selected(tracee, args[1], length(0)),
            Fds::Epoll => tracee.watched(args[0] as c_int),
        };
        fds.sort_unstable();
        fds.dedup();
        if fds.len() > Fds::MOST { vec![] } else { fds }
    }
}

fn pieces(tracee: Tracee, address: u64, count: usize) -> Vec<(u64, usize)> {
    // No call takes more.
    let count = count.min(libc::UIO_MAXIOV as usize);
    let words = tracee.words(address, 2 * count).unwrap_or_default();
    words.chunks_exact(2).map(|piece| (piece[0] as u64, piece[1])).collect()
}

fn waitid(name: &'static str, tracee: Tracee, args: [u64; 6]) -> Call {
    let id = u32::try_from(args[1] & 0xffff_ffff).ok();
    let target = match args[0] as libc::idtype_t {
        libc::P_PID => id,
        libc::P_PIDFD => tracee.process(args[1] as c_int),
        _ => None,
    };
    let options = args[3] as c_int;
    let collects = options & libc::WEXITED != 0 && options & libc::WNOWAIT == 0;
    Call::Wait {
        name,
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
    Call::Bear { name, by, thread: has(libc::CLONE_THREAD), born: false }
}

/// A wait for descriptors: for processes, if there are pidfds among them.
fn poll(name: &'static str, of: Vec<u32>, look: bool) -> Option<Call> {
    match of.is_empty() {
        false => Some(Call::Wait { name, of, look, answer: Answer::Nobody }),
        true => (!look).then_some(Call::Sleep(name)),
    }
}

/// The descriptors in a set of `select`, which end before `end`. A pidfd becomes readable, so no other set matters.
fn selected(tracee: Tracee, address: u64, end: usize) -> Vec<i32> {
    let end = end.min(libc::FD_SETSIZE);
    let words = if address == 0 { None } else { tracee.words(address, end.div_ceil(usize::BITS as usize)) };
    let words = words.unwrap_or_default();
    let is_set = |fd: &usize| words.get(fd / 64).is_some_and(|word| word >> (fd % 64) & 1 == 1);
    (0..end).filter(is_set).map(|fd| fd as i32).collect()
}
