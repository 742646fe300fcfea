//! One small program for each way in which a program can try to outlive its run: `attack NAME`.
//!
//! Each says so once its attack is done, to the FIFO that the variable `ATTACKED` names, and then stays for as long as it is
//! let. What it gets from the calls that it makes goes to standard error.

use std::{
    env, fs, io,
    os::fd::{AsRawFd, IntoRawFd},
    process,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use libc::c_long;
use nix::unistd::{ForkResult, fork, getppid, pause, setsid};

fn main() {
    let name = env::args().nth(1).expect("the name of an attack");
    let supervisor = getppid().as_raw();
    match name.as_str() {
        // Whoever ends this run has to find a process that has left its session and its parent.
        "stop" => {
            hide();
            send(supervisor, libc::SIGSTOP);
            send_by_folder(supervisor, libc::SIGSTOP);
        }
        "kill" => {
            hide();
            send(supervisor, libc::SIGKILL);
            send_by_folder(supervisor, libc::SIGKILL);
        }
        "kill_both" => {
            hide();
            let guard = parent_of(supervisor);
            send(guard, libc::SIGKILL);
            send(supervisor, libc::SIGKILL);
        }
        "kill_both_unseen" => {
            hide();
            let guard = parent_of(supervisor);
            send_by_folder(guard, libc::SIGKILL);
            send_by_folder(supervisor, libc::SIGKILL);
        }
        "stop_both" => {
            hide();
            let guard = parent_of(supervisor);
            send_by_folder(guard, libc::SIGSTOP);
            send_by_folder(supervisor, libc::SIGSTOP);
        }
        "stop_and_kill" => {
            hide();
            let guard = parent_of(supervisor);
            send_by_folder(guard, libc::SIGSTOP);
            send_by_folder(supervisor, libc::SIGKILL);
        }
        "aim" => {
            let guard = parent_of(supervisor);
            [guard, supervisor].into_iter().for_each(aim_at);
            process::exit(0);
        }
        "limit" => {
            hide();
            let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            // SAFETY: the limits are there to be read, and the old ones are not asked for.
            let got = unsafe { libc::prlimit(supervisor, libc::RLIMIT_NOFILE, &none, std::ptr::null_mut()) };
            told("prlimit", got.into());
        }
        "seize" => {
            hide();
            for request in [libc::PTRACE_SEIZE, libc::PTRACE_INTERRUPT] {
                // SAFETY: the requests take no address.
                told("ptrace", unsafe { libc::ptrace(request, supervisor, 0, 0) });
            }
        }
        "lifeline" => {
            hide();
            hold_lifelines(supervisor);
        }
        "poll" => poll_without_end(),
        "maps" => futex_with_many_mappings(),
        "read_only" => read_only_flags(),
        "race" => race_on_flags(),
        #[cfg(target_arch = "x86_64")]
        "int80" => int80(),
        #[cfg(target_arch = "x86_64")]
        "x32" => x32(),
        #[cfg(not(target_arch = "x86_64"))]
        "int80" | "x32" => eprintln!("0 born: this architecture has no such calls"),
        other => panic!("no such attack: {other}"),
    }
    // Not by way of the supervisor, which may not be able to pass it on any more.
    if let Some(fifo) = env::var_os("ATTACKED") {
        fs::write(fifo, "attacked\n").expect("a reader");
    }
    forever()
}

fn forever() -> ! {
    loop {
        pause();
    }
}

fn told(call: &str, result: c_long) {
    let error = io::Error::last_os_error();
    match result {
        -1 => eprintln!("{call}: {error}"),
        _ => eprintln!("{call}: done"),
    }
}

/// Goes on in a process that is in a session of its own, an orphan, and deaf to what can be ignored.
fn hide() {
    for _ in 0..2 {
        // SAFETY: this program has one thread here.
        if let ForkResult::Parent { .. } = unsafe { fork() }.expect("a fork") {
            process::exit(0);
        }
        let _ = setsid();
    }
    for signal in [libc::SIGTERM, libc::SIGINT, libc::SIGHUP, libc::SIGCONT] {
        // SAFETY: ignoring a signal installs no handler.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
}

/// 0 if the process has ended.
fn parent_of(pid: i32) -> i32 {
    let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else { return 0 };
    let after_name = stat.rsplit(") ").next().expect("the fields after the name");
    after_name.split(' ').nth(1).expect("the parent").parse().expect("a pid")
}

fn send(pid: i32, signal: i32) {
    // SAFETY: the call takes two numbers.
    told("kill", unsafe { libc::kill(pid, signal) }.into());
}

/// Makes each call that can name a process, in a way that does no harm if it is let through.
fn aim_at(pid: i32) {
    let none = std::ptr::null_mut::<libc::c_void>();
    let me = c_long::from(process::id());
    let pid = c_long::from(pid);
    // From Linux's `fcntl.h` and `sockios.h`.
    let (own, own_ex, own_file, own_socket) = (8, 15, 0x8901, 0x8902);
    let calls: [(&str, c_long, [c_long; 3]); 23] = [
        ("kill", libc::SYS_kill, [pid, 0, 0]),
        ("kill of its group", libc::SYS_kill, [-pid, 0, 0]),
        ("kill of all", libc::SYS_kill, [-1, 0, 0]),
        ("tkill", libc::SYS_tkill, [pid, 0, 0]),
        ("tgkill", libc::SYS_tgkill, [pid, pid, 0]),
        ("tgkill of another thread", libc::SYS_tgkill, [me, pid, 0]),
        ("rt_sigqueueinfo", libc::SYS_rt_sigqueueinfo, [pid, 0, 0]),
        ("rt_tgsigqueueinfo", libc::SYS_rt_tgsigqueueinfo, [pid, pid, 0]),
        ("ptrace", libc::SYS_ptrace, [c_long::from(libc::PTRACE_PEEKDATA), pid, 0]),
        ("prlimit", libc::SYS_prlimit64, [pid, c_long::from(libc::RLIMIT_NOFILE), 0]),
        ("pidfd_open", libc::SYS_pidfd_open, [pid, 0, 0]),
        ("process_vm_writev", libc::SYS_process_vm_writev, [pid, 0, 0]),
        ("fcntl F_SETOWN", libc::SYS_fcntl, [0, own, pid]),
        ("fcntl F_SETOWN of its group", libc::SYS_fcntl, [0, own, -pid]),
        ("fcntl F_SETOWN_EX", libc::SYS_fcntl, [0, own_ex, 0]),
        ("ioctl FIOSETOWN", libc::SYS_ioctl, [0, own_file, 0]),
        ("ioctl SIOCSPGRP", libc::SYS_ioctl, [0, own_socket, 0]),
        ("sched_setaffinity", libc::SYS_sched_setaffinity, [pid, 0, 0]),
        ("sched_setscheduler", libc::SYS_sched_setscheduler, [pid, 0, 0]),
        ("sched_setparam", libc::SYS_sched_setparam, [pid, 0, 0]),
        ("sched_setattr", libc::SYS_sched_setattr, [pid, 0, 0]),
        ("setpriority", libc::SYS_setpriority, [0, pid, 0]),
        ("ioprio_set", libc::SYS_ioprio_set, [1, pid, 0]),
    ];
    for (name, number, [first, second, third]) in calls {
        // SAFETY: signal 0 is none, and no call is given an address that it could read or write.
        let result = unsafe { libc::syscall(number, first, second, third, none, 0, 0) };
        let errno = io::Error::last_os_error().raw_os_error().filter(|_| result == -1);
        println!("{name}: {}", if errno == Some(libc::EPERM) { "refused" } else { "let through" });
    }
}

/// Uses a descriptor of the folder in `/proc`, which the kernel takes for a pidfd: no filter sees whose it is.
fn send_by_folder(pid: i32, signal: i32) {
    let Ok(folder) = fs::File::open(format!("/proc/{pid}")) else { return };
    let none = std::ptr::null::<libc::siginfo_t>();
    // SAFETY: without a siginfo the call takes numbers only.
    let sent = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, folder.as_raw_fd(), signal, none, 0) };
    told("pidfd_send_signal", sent);
}

/// Opens for itself each pipe that a keeper of the run or its caller has, so that none of them is ever closed.
fn hold_lifelines(supervisor: i32) {
    let (mut pid, mut held) = (supervisor, 0);
    for _ in 0..3 {
        for entry in fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten() {
            let is_pipe =
                fs::read_link(entry.path()).is_ok_and(|to| to.to_string_lossy().starts_with("pipe:"));
            let opened = fs::OpenOptions::new().write(true).open(entry.path());
            if let (true, Ok(end)) = (is_pipe, opened) {
                let _ = end.into_raw_fd();
                held += 1;
            }
        }
        pid = parent_of(pid);
    }
    eprintln!("{held} held");
}

/// Polls far more descriptors than there are, in many threads, again and again.
fn poll_without_end() {
    let many = 1 << 20;
    let poll = move || {
        let mut fds = vec![libc::pollfd { fd: 0, events: 0, revents: 0 }; many];
        loop {
            // SAFETY: the array has as many entries as the call is told.
            unsafe { libc::poll(fds.as_mut_ptr(), many as libc::nfds_t, 0) };
        }
    };
    (0..20).for_each(|_| drop(thread::spawn(poll)));
}

/// Has as many mappings as the kernel allows, and waits for locks in many threads again and again.
fn futex_with_many_mappings() {
    let page = 4096;
    for number in 0..60_000 {
        let rights = if number % 2 == 0 { libc::PROT_READ } else { libc::PROT_READ | libc::PROT_WRITE };
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: a new mapping, wherever the kernel puts it.
        unsafe { libc::mmap(std::ptr::null_mut(), page, rights, flags, -1, 0) };
    }
    static WORD: AtomicU64 = AtomicU64::new(0);
    let wait = || loop {
        let soon = libc::timespec { tv_sec: 0, tv_nsec: 1 };
        // SAFETY: the word and the time live long enough.
        unsafe { libc::syscall(libc::SYS_futex, &WORD, libc::FUTEX_WAIT, 0, &soon) };
    };
    (0..20).for_each(|_| drop(thread::spawn(wait)));
}

/// How many children each attack on the tracer tries to have.
const CHILDREN: usize = 300;

/// What clone3(2) takes, in its first version.
#[repr(C, align(4096))]
struct CloneArgs {
    flags: AtomicU64,
    pidfd: u64,
    child_tid: u64,
    parent_tid: u64,
    exit_signal: u64,
    stack: u64,
    stack_size: u64,
    tls: u64,
}

static ARGS: CloneArgs = CloneArgs {
    flags: AtomicU64::new(libc::CLONE_UNTRACED as u64),
    pidfd: 0,
    child_tid: 0,
    parent_tid: 0,
    exit_signal: libc::SIGCHLD as u64,
    stack: 0,
    stack_size: 0,
    tls: 0,
};

fn clone3() -> c_long {
    // SAFETY: without a stack and without CLONE_VM this is a fork. The child makes system calls only.
    let pid = unsafe { libc::syscall(libc::SYS_clone3, &raw const ARGS, 64) };
    if pid == 0 {
        forever()
    }
    pid
}

/// Asks for children without a tracer, by memory that a tracer cannot change as the program itself could.
fn read_only_flags() {
    // SAFETY: nothing writes to this page from here on.
    unsafe { libc::mprotect((&raw const ARGS).cast_mut().cast(), 4096, libc::PROT_READ) };
    let born = (0..CHILDREN).filter(|_| clone3() > 0).count();
    eprintln!("{born} born");
}

/// Changes the flags back and forth while they are looked at, in a process that shares the memory and kills the one that
/// made a child, so that it does not come back to its tracer.
fn race_on_flags() {
    thread::spawn(|| {
        loop {
            ARGS.flags.store(0, Ordering::Relaxed);
            ARGS.flags.store(libc::CLONE_UNTRACED as u64, Ordering::Relaxed);
        }
    });
    let born = (0..CHILDREN).filter(|_| clone3() > 0).count();
    eprintln!("{born} born");
}

/// Makes children by the calls of a 32-bit program.
#[cfg(target_arch = "x86_64")]
fn int80() {
    const CLONE: u64 = 120;
    let mut born = 0;
    for _ in 0..CHILDREN {
        let flags = libc::CLONE_UNTRACED as u64 | libc::SIGCHLD as u64;
        let result: i64;
        // SAFETY: without a stack and without CLONE_VM this is a fork; `rbx` is the compiler's own and put back.
        unsafe {
            std::arch::asm!(
                "xchg rbx, {flags}", "int 0x80", "xchg rbx, {flags}",
                flags = inout(reg) flags => _,
                inlateout("rax") CLONE => result,
                in("rcx") 0, in("rdx") 0, in("rsi") 0, in("rdi") 0,
                out("r8") _, out("r9") _, out("r10") _, out("r11") _,
            );
        }
        match result {
            0 => forever_by_int80(),
            result => born += usize::from(result > 0),
        }
    }
    eprintln!("{born} born");
}

/// `pause` of a 32-bit program: its calls are not looked at.
#[cfg(target_arch = "x86_64")]
fn forever_by_int80() -> ! {
    loop {
        // SAFETY: the call takes nothing.
        unsafe {
            std::arch::asm!("int 0x80", inlateout("rax") 29_u64 => _, out("r8") _, out("r9") _, out("r10") _, out("r11") _)
        };
    }
}

/// Makes children by the calls of the x32 kind.
#[cfg(target_arch = "x86_64")]
fn x32() {
    const X32: c_long = 0x4000_0000;
    let flags = c_long::from(libc::CLONE_UNTRACED | libc::SIGCHLD);
    let mut born = 0;
    for _ in 0..CHILDREN {
        // SAFETY: without a stack and without CLONE_VM this is a fork.
        match unsafe { libc::syscall(X32 + libc::SYS_clone, flags, 0, 0, 0, 0) } {
            0 => forever(),
            pid => born += usize::from(pid > 0),
        }
    }
    eprintln!("{born} born");
}
