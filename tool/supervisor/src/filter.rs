//! Decides in the kernel, at each system call of a program, whether it goes on: a filter of seccomp(2). All that the program
//! starts inherits it.
//!
//! - Every run has a *shield*: no call can name the processes that keep the run, whether to signal, trace or limit them.
//!   They are recognized by numbers in registers, which no other thread can change behind the filter's back. Calls of
//!   another architecture, whose numbers mean something else, fail.
//! - A run that is traced in detail stops for its tracer at the few calls that are told of (`SECCOMP_RET_TRACE`), and at no
//!   other. It does without io_uring, which no tracer can follow. That fails as on a kernel without it, so that a program takes
//!   another way.

use libc::{c_long, sock_filter, sock_fprog};
use nix::{errno::Errno, sys::prctl, unistd::Pid};

use crate::{arch, call, request::Extras, sys};

/// The filter, ready to be put in place.
pub(crate) struct Filter {
    shield: Vec<sock_filter>,
    /// What a run in detail has as well.
    stops: Option<Vec<sock_filter>>,
}

/// Where `struct seccomp_data` has the call's number, the architecture that it is a number of, and the lower half of an
/// argument, which is all of a pid.
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;
const fn argument(at: u32) -> u32 {
    // They are 64-bit numbers, and both architectures put the lower half first.
    16 + 8 * at
}

/// The calls that a program could harm its keepers with, and their argument that is a process or a thread.
const AIMED: &[(c_long, u32)] = &[
    (libc::SYS_kill, 0),
    (libc::SYS_rt_sigqueueinfo, 0),
    (libc::SYS_tgkill, 0),
    (libc::SYS_tgkill, 1),
    (libc::SYS_rt_tgsigqueueinfo, 0),
    (libc::SYS_rt_tgsigqueueinfo, 1),
    (libc::SYS_tkill, 0),
    (libc::SYS_ptrace, 1),
    (libc::SYS_prlimit64, 0),
    (libc::SYS_pidfd_open, 0),
    (libc::SYS_process_vm_writev, 0),
    (libc::SYS_sched_setaffinity, 0),
    (libc::SYS_sched_setscheduler, 0),
    (libc::SYS_sched_setparam, 0),
    (libc::SYS_sched_setattr, 0),
    (libc::SYS_setpriority, 1),
    (libc::SYS_ioprio_set, 1),
];

/// The commands that choose which process gets a file's signals. The first one has the process in a register, and the others
/// have it in memory, which the filter cannot read, so they always fail.
const F_SETOWN: u32 = 8;
const F_SETOWN_EX: u32 = 15;
const FIOSETOWN: u32 = 0x8901;
const SIOCSPGRP: u32 = 0x8902;

impl Filter {
    /// Why the kernel does not offer what it takes to follow a run in detail, if it does not.
    pub(crate) fn refused() -> Option<String> {
        let action = libc::SECCOMP_RET_TRACE;
        let asked = sys::seccomp(libc::SECCOMP_GET_ACTION_AVAIL, &action);
        asked.err().map(|errno| format!("seccomp: {}", errno.desc()))
    }

    /// A filter that shields these processes. In detail, it also stops at the calls that are told of with these extras.
    pub(crate) fn new(keepers: [Pid; 2], detailed: Option<Extras>) -> Filter {
        let shield = shield(keepers.map(|keeper| keeper.as_raw().cast_unsigned()));
        Filter { shield, stops: detailed.map(stops) }
    }

    /// Whether it stops at calls, if a tracer follows the program.
    pub(crate) fn stops(&self) -> bool {
        self.stops.is_some()
    }

    /// Puts it in place, for this thread and for all that it starts. Without a tracer the program would get an error from each
    /// call that it should stop at, so it has the shield alone then, or nothing where the kernel refuses that.
    ///
    /// Who is not privileged has to give up set-user-ID programs for it. A traced process has none anyway.
    ///
    /// # Errors
    ///
    /// When a traced program cannot have the filter.
    pub(crate) fn apply(&self, traced: bool) -> nix::Result<()> {
        let stops = self.stops.as_deref().filter(|_| traced);
        let steps = [&self.shield, stops.unwrap_or_default(), &[give(libc::SECCOMP_RET_ALLOW)]].concat();
        match put_in_place(&steps) {
            Err(errno) if stops.is_some() => Err(errno),
            _ => Ok(()),
        }
    }
}

fn put_in_place(steps: &[sock_filter]) -> nix::Result<()> {
    let len = u16::try_from(steps.len()).map_err(|_| Errno::E2BIG)?;
    let program = sock_fprog { len, filter: steps.as_ptr().cast_mut() };
    match sys::seccomp(libc::SECCOMP_SET_MODE_FILTER, &program) {
        Err(Errno::EACCES) => {
            prctl::set_no_new_privs()?;
            sys::seccomp(libc::SECCOMP_SET_MODE_FILTER, &program)
        }
        other => other,
    }
}

/// Goes on behind these steps only with a call of this architecture that does not aim at the keepers.
fn shield(keepers: [u32; 2]) -> Vec<sock_filter> {
    /// Numbers from here on are those of x32, a second kind of calls on x86-64.
    const X32: u32 = 0x4000_0000;
    let [first, second] = keepers;
    // Each has a process group of its own, which `kill` names by a negative number. -1 names all processes of the user.
    let names = [first, second, first.wrapping_neg(), second.wrapping_neg(), u32::MAX];
    // Both another architecture and x32 come to the first `fail`.
    let mut steps = vec![load(ARCHITECTURE), unless(arch::AUDIT, 2), load(NUMBER)];
    steps.push(step(libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K, X32, 0, 1));
    steps.push(fail(libc::ENOSYS));
    let refuse = |values: &[u32]| {
        values.iter().flat_map(|&value| [unless(value, 1), fail(libc::EPERM)]).collect::<Vec<_>>()
    };
    let refuse_names = refuse(&names);
    for &(number, at) in AIMED {
        steps.extend(of_call(number, [vec![load(argument(at))], refuse_names.clone()].concat()));
    }
    let names_follow = [unless(F_SETOWN, over(1 + refuse_names.len())), load(argument(2))];
    let owner =
        [vec![load(argument(1))], refuse(&[F_SETOWN_EX]), names_follow.to_vec(), refuse_names].concat();
    steps.extend(of_call(libc::SYS_fcntl, owner));
    let owner = [vec![load(argument(1))], refuse(&[FIOSETOWN, SIOCSPGRP])].concat();
    steps.extend(of_call(libc::SYS_ioctl, owner));
    steps
}

/// The steps for one call. Behind them its number has been loaded again.
fn of_call(number: c_long, mut block: Vec<sock_filter>) -> Vec<sock_filter> {
    block.push(load(NUMBER));
    block.insert(0, unless(number as u32, over(block.len())));
    block
}

/// A jump over so many steps.
fn over(steps: usize) -> u8 {
    u8::try_from(steps).expect("a block of a few steps")
}

/// Stops at the calls that are told of. The number has been loaded.
fn stops(extras: Extras) -> Vec<sock_filter> {
    // What is asked for by io_uring is done without a call.
    let unfollowed = [unless(libc::SYS_io_uring_setup as u32, 1), fail(libc::ENOSYS)];
    let told = call::numbers(extras).flat_map(|number| [unless(number, 1), give(libc::SECCOMP_RET_TRACE)]);
    // A call that maps memory stops only if others may map it, too. It is the last one, so its number need not be loaded again.
    let (flags, shared) = call::MAP_FLAGS;
    let mapping = [
        unless(call::MAP as u32, 3),
        load(argument(flags)),
        step(libc::BPF_JMP | libc::BPF_JSET | libc::BPF_K, shared, 0, 1),
        give(libc::SECCOMP_RET_TRACE),
    ];
    let mapping = if extras.memory { &mapping[..] } else { &[] };
    unfollowed.into_iter().chain(told).chain(mapping.iter().copied()).collect()
}

/// One step: goes over `jt` steps if what it asks is so, and over `jf` if not.
fn step(code: u32, k: u32, jt: u8, jf: u8) -> sock_filter {
    sock_filter { code: code as u16, jt, jf, k }
}

fn load(offset: u32) -> sock_filter {
    step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, offset, 0, 0)
}

/// Goes over so many steps if another value was loaded.
fn unless(value: u32, over: u8) -> sock_filter {
    step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, value, 0, over)
}

fn give(answer: u32) -> sock_filter {
    step(libc::BPF_RET | libc::BPF_K, answer, 0, 0)
}

fn fail(errno: i32) -> sock_filter {
    give(libc::SECCOMP_RET_ERRNO | errno.cast_unsigned())
}
