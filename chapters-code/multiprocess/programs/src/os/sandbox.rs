//! System calls that the kernel refuses, as it does in a sandbox ([seccomp(2)](https://man7.org/linux/man-pages/man2/seccomp.2.html)).

use super::{checked, rights};

/// A system call, or one use of it.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// What it is called here: its name, and which use of it.
    pub name: &'static str,
    number: libc::c_long,
    /// Only where this argument, with these bits of it looked at, has this value.
    only: Option<(u32, u32, u32)>,
}

const fn any(name: &'static str, number: libc::c_long) -> Call {
    Call { name, number, only: None }
}

/// With this value of the argument of that place, counted from 0.
const fn with(name: &'static str, number: libc::c_long, argument: u32, value: u32) -> Call {
    Call { name, number, only: Some((argument, u32::MAX, value)) }
}

/// With all of these bits in the argument of that place, counted from 0.
const fn flagged(name: &'static str, number: libc::c_long, argument: u32, bits: u32) -> Call {
    Call { name, number, only: Some((argument, bits, bits)) }
}

const fn fcntl(name: &'static str, command: libc::c_int) -> Call {
    with(name, libc::SYS_fcntl, 1, command.cast_unsigned())
}

/// What the library, and what it uses of the standard library and the C library, asks of the kernel to start and join a child.
pub const CALLS: &[Call] = &[
    any("clone", libc::SYS_clone),
    any("clone3", libc::SYS_clone3),
    any("execve", libc::SYS_execve),
    any("waitid", libc::SYS_waitid),
    any("wait4", libc::SYS_wait4),
    any("pidfd_open", libc::SYS_pidfd_open),
    any("pidfd_send_signal", libc::SYS_pidfd_send_signal),
    with("ioctl PIDFD_GET_INFO", libc::SYS_ioctl, 1, 0xc040_ff0b),
    any("kill", libc::SYS_kill),
    any("tgkill", libc::SYS_tgkill),
    any("setpgid", libc::SYS_setpgid),
    any("memfd_create", libc::SYS_memfd_create),
    any("ftruncate", libc::SYS_ftruncate),
    any("pwrite64", libc::SYS_pwrite64),
    any("pread64", libc::SYS_pread64),
    any("process_vm_readv", libc::SYS_process_vm_readv),
    flagged("mmap MAP_SHARED", libc::SYS_mmap, 3, libc::MAP_SHARED as u32),
    any("mmap", libc::SYS_mmap),
    any("munmap", libc::SYS_munmap),
    any("mprotect", libc::SYS_mprotect),
    any("madvise", libc::SYS_madvise),
    fcntl("fcntl F_DUPFD_CLOEXEC", libc::F_DUPFD_CLOEXEC),
    fcntl("fcntl F_GETFD", libc::F_GETFD),
    fcntl("fcntl F_SETFD", libc::F_SETFD),
    fcntl("fcntl F_GETFL", libc::F_GETFL),
    fcntl("fcntl F_SETFL", libc::F_SETFL),
    fcntl("fcntl F_SETOWN", libc::F_SETOWN),
    fcntl("fcntl F_SETSIG", 10),
    fcntl("fcntl F_GET_SEALS", libc::F_GET_SEALS),
    fcntl("fcntl F_ADD_SEALS", libc::F_ADD_SEALS),
    any("fcntl", libc::SYS_fcntl),
    any("close_range", libc::SYS_close_range),
    #[cfg(target_arch = "x86_64")]
    any("dup2", libc::SYS_dup2),
    any("dup3", libc::SYS_dup3),
    any("pipe2", libc::SYS_pipe2),
    any("socketpair", libc::SYS_socketpair),
    any("sendmsg", libc::SYS_sendmsg),
    any("recvmsg", libc::SYS_recvmsg),
    any("shutdown", libc::SYS_shutdown),
    any("getsockopt", libc::SYS_getsockopt),
    any("epoll_create1", libc::SYS_epoll_create1),
    any("epoll_ctl", libc::SYS_epoll_ctl),
    #[cfg(target_arch = "x86_64")]
    any("epoll_wait", libc::SYS_epoll_wait),
    any("epoll_pwait", libc::SYS_epoll_pwait),
    #[cfg(target_arch = "x86_64")]
    any("poll", libc::SYS_poll),
    any("ppoll", libc::SYS_ppoll),
    any("futex", libc::SYS_futex),
    any("sched_yield", libc::SYS_sched_yield),
    any("clock_nanosleep", libc::SYS_clock_nanosleep),
    flagged("openat O_PATH", libc::SYS_openat, 2, libc::O_PATH as u32),
    flagged("openat O_DIRECTORY", libc::SYS_openat, 2, libc::O_DIRECTORY as u32),
    flagged("openat O_RDWR", libc::SYS_openat, 2, libc::O_RDWR as u32),
    flagged("openat O_NONBLOCK", libc::SYS_openat, 2, libc::O_NONBLOCK as u32),
    any("openat", libc::SYS_openat),
    any("getdents64", libc::SYS_getdents64),
    any("statx", libc::SYS_statx),
    any("newfstatat", libc::SYS_newfstatat),
    any("fstat", libc::SYS_fstat),
    #[cfg(target_arch = "x86_64")]
    any("readlink", libc::SYS_readlink),
    any("readlinkat", libc::SYS_readlinkat),
    any("fchdir", libc::SYS_fchdir),
    any("chdir", libc::SYS_chdir),
    any("getrandom", libc::SYS_getrandom),
    with("prctl PR_SET_NAME", libc::SYS_prctl, 0, libc::PR_SET_NAME as u32),
    any("prctl", libc::SYS_prctl),
    any("unshare", libc::SYS_unshare),
    with("prlimit64 RLIMIT_FSIZE", libc::SYS_prlimit64, 1, libc::RLIMIT_FSIZE),
    any("prlimit64", libc::SYS_prlimit64),
    any("rt_sigaction", libc::SYS_rt_sigaction),
    any("rt_sigprocmask", libc::SYS_rt_sigprocmask),
    any("sigaltstack", libc::SYS_sigaltstack),
    any("set_robust_list", libc::SYS_set_robust_list),
    any("sched_getaffinity", libc::SYS_sched_getaffinity),
];

/// Calls that are not in the list though they are made, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("read, write, close, exit_group", "no program can speak or end without them"),
    ("access, arch_prctl, brk, rseq, set_tid_address", "the loader and the C library alone make them"),
    ("getpid, gettid, getpgrp", "they are documented never to fail"),
];

/// A signal for a process group by a pidfd, which Linux takes since 6.9.
pub const GROUP_SIGNAL: Call =
    flagged("pidfd_send_signal to a group", libc::SYS_pidfd_send_signal, 3, 1 << 2);

/// A call that the library has no use for.
pub const UNAME: Call = any("uname", libc::SYS_uname);

/// The call of that name.
pub fn call(name: &str) -> Call {
    *CALLS.iter().find(|call| call.name == name).unwrap_or_else(|| panic!("no call {name:?} in the list"))
}

/// Has the kernel answer the call with the error, to this process and all that it starts from now on.
pub fn refuse(call: Call, errno: libc::c_int) {
    let step = |code: u32, jt, jf, k| libc::sock_filter { code: code as u16, jt, jf, k };
    let load = |offset| step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, offset);
    let skip_unless = |value, steps| step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, steps, value);
    let end = |action| step(libc::BPF_RET | libc::BPF_K, 0, 0, action);
    let number = call.number as u32;
    // The number of the call, and the low half of the argument (`struct seccomp_data`, on a little-endian machine).
    let mut filter = match call.only {
        None => vec![load(0), skip_unless(number, 1)],
        Some((argument, bits, value)) => vec![
            load(0),
            skip_unless(number, 4),
            load(16 + 8 * argument),
            step(libc::BPF_ALU | libc::BPF_AND | libc::BPF_K, 0, 0, bits),
            skip_unless(value, 1),
        ],
    };
    filter.push(end(libc::SECCOMP_RET_ERRNO | errno.cast_unsigned()));
    filter.push(end(libc::SECCOMP_RET_ALLOW));
    let program = libc::sock_fprog { len: filter.len() as u16, filter: filter.as_mut_ptr() };
    rights::gain_none();
    // SAFETY: the call copies the program, which outlives it.
    checked(unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) });
}
