//! One small program for each way in which a listing can be hard to run, print or end.

use std::{
    env, fs,
    io::{self, Read, Write},
    os::{fd::AsRawFd, unix::process::CommandExt},
    process::{self, Command},
    thread,
    time::Duration,
};

use nix::{
    sys::{
        signal::{SigHandler, SigSet, Signal, kill, raise, signal},
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::{ForkResult, Pid, fork, getpid, getppid, gettid, pause, setsid},
};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let number = || args[1].parse::<i32>().expect("a number");
    let count = || args[1].parse::<usize>().expect("a count");
    match args[0].as_str() {
        "exit" => process::exit(number()),
        "signal" => die_of(number()),
        "lines" => args[1..].iter().for_each(|line| say(line)),
        "text" => io::stdout().write_all(args[1].as_bytes()).expect("standard output"),
        "both" => {
            say("out");
            eprintln!("err");
        }
        "descriptors" => descriptors(),
        "environment" => say(&format!("{:?}", env::var(&args[1]))),
        "flood" => flood(count()),
        "close_stdout" => close_stdout(),
        "deaf" => deaf(),
        "double_fork" => double_fork(false),
        "double_fork_and_stay" => double_fork(true),
        "storm" => storm(count()),
        "bomb" => bomb(),
        "chain" => chain(),
        "churn" => churn(count()),
        "hop" => hop(count()),
        "respawn" => respawn(),
        "pids" => pids(),
        "named" => named(),
        "renamed" => renamed(),
        "thread_exec" => thread_exec(),
        "kill_group" => kill_group(),
        "say_pid" => say(&format!("I am {}", getpid())),
        "pid_of_main" => say(&format!("main is {}", getpid())),
        "stopped" => stopped(),
        "real_time" => real_time(),
        "panics" => panics(),
        "spliced" => spliced(&args[1]),
        other => panic!("no such behavior: {other}"),
    }
}

fn say(line: &str) {
    println!("{line}");
}

fn fork_here() -> Option<Pid> {
    // SAFETY: this program has one thread wherever it forks.
    match unsafe { fork() }.expect("a fork") {
        ForkResult::Parent { child } => Some(child),
        ForkResult::Child => None,
    }
}

fn forever() -> ! {
    loop {
        pause();
    }
}

fn die_of(number: i32) -> ! {
    // SAFETY: the default action installs no handler (Rust's own for SIGSEGV would return), and raise(3) has no
    // preconditions.
    unsafe {
        libc::signal(number, libc::SIG_DFL);
        libc::raise(number);
    }
    forever()
}

fn descriptors() {
    let mut open: Vec<i32> = fs::read_dir("/proc/self/fd")
        .expect("the descriptors")
        .map(|entry| {
            entry.expect("one").file_name().into_string().expect("a number").parse().expect("a number")
        })
        .collect();
    open.sort();
    // The last is the one that reads the folder.
    open.pop();
    let mut input = String::new();
    io::stdin().read_to_string(&mut input).expect("standard input");
    say(&format!("{open:?} {input:?}"));
}

fn flood(bytes: usize) {
    let chunk = [b'x'; 1 << 16];
    let mut left = bytes;
    while left > 0 {
        left -= io::stdout().write(&chunk[..left.min(chunk.len())]).expect("standard output");
    }
    eprintln!("wrote {bytes}");
}

fn close_stdout() {
    say("before");
    // SAFETY: nothing in this program owns descriptor 1 and closes it.
    unsafe { libc::close(1) };
    eprintln!("after");
}

fn ignore_all_that_can_be() {
    for number in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGQUIT] {
        // SAFETY: ignoring installs no handler.
        unsafe { signal(number, SigHandler::SigIgn) }.expect("a signal that can be ignored");
    }
}

fn deaf() {
    ignore_all_that_can_be();
    say("deaf");
    forever()
}

fn double_fork(stay: bool) {
    let reaper = getppid();
    if fork_here().is_none() {
        setsid().expect("a session of its own");
        if fork_here().is_none() {
            ignore_all_that_can_be();
            say(&format!("reaper {reaper} orphan {}", getpid()));
            forever()
        }
        process::exit(0);
    }
    if stay {
        forever()
    }
}

/// Forks in every process there is, until there are `bound` of them, all of which stay.
fn storm(bound: usize) {
    let (mut tokens, mut giver) = io::pipe().expect("a pipe");
    giver.write_all(&vec![b't'; bound - 1]).expect("room for the tokens");
    drop(giver);
    say("storm");
    while tokens.read(&mut [0]).expect("a pipe") == 1 {
        if fork_here().is_none() {
            setsid().expect("a session of its own");
        }
    }
    forever()
}

/// Forks in every process there is, without end.
fn bomb() -> ! {
    say("bomb");
    loop {
        fork_here();
    }
}

/// Each process starts the next one and ends, without end.
fn chain() -> ! {
    say("chain");
    while fork_here().is_none() {}
    process::exit(0)
}

/// So many processes start a child each that ends at once, again and again.
fn churn(count: usize) -> ! {
    for _ in 0..count {
        if fork_here().is_none() {
            respawn_those_that_end();
        }
    }
    say("churn");
    forever()
}

fn respawn_those_that_end() -> ! {
    loop {
        match fork_here() {
            Some(child) => waitpid(child, None).expect("a child"),
            None => process::exit(0),
        };
    }
}

/// Moves to a new process again and again, in a session of its own each time.
fn hop(bound: usize) {
    for _ in 0..bound {
        if fork_here().is_some() {
            process::exit(0);
        }
        let _ = setsid();
    }
    say("hopped");
    forever()
}

/// Starts a new child whenever one dies.
fn respawn() {
    say("respawn");
    loop {
        let Some(child) = fork_here() else { forever() };
        waitpid(child, None).expect("a child");
    }
}

fn pids() {
    say(&format!("main {} of {}, not 1{}, {}.5 or 3.{}", getpid(), getppid(), getpid(), getpid(), getpid()));
    for _ in 0..2 {
        if fork_here().is_none() {
            say(&format!("child {} of {}", getpid(), getppid()));
            process::exit(0);
        }
        nix::sys::wait::wait().expect("a child");
    }
    thread::spawn(|| say(&format!("thread {} of {}", gettid(), getpid()))).join().expect("a thread");
}

fn named() {
    let run = |name: &str| {
        let status = Command::new("/proc/self/exe").arg0(name).arg("say_pid").status().expect("a program");
        assert!(status.success());
    };
    ["Process-1", "twin", "twin"].into_iter().for_each(run);
}

fn renamed() {
    if fork_here().is_none() {
        nix::sys::prctl::set_name(c"worker").expect("a name");
        say(&format!("I am {}", getpid()));
        process::exit(0);
    }
    nix::sys::wait::wait().expect("a child");
}

fn kill_group() -> ! {
    kill(Pid::from_raw(0), Signal::SIGKILL).expect("the group of this process");
    forever()
}

/// A thread replaces the program, which ends all other threads.
fn thread_exec() {
    let exec = || Command::new("/proc/self/exe").arg("say_pid").exec();
    panic!("{:?}", thread::spawn(exec).join());
}

fn stopped() {
    let Some(child) = fork_here() else {
        raise(Signal::SIGSTOP).expect("to stop");
        process::exit(7);
    };
    let seen = waitpid(child, Some(WaitPidFlag::WUNTRACED)).expect("a child");
    assert_eq!(seen, WaitStatus::Stopped(child, Signal::SIGSTOP));
    // It stays so, for as long as anyone likes to look.
    thread::sleep(Duration::from_millis(100));
    let still = waitpid(child, Some(WaitPidFlag::WNOHANG)).expect("a child");
    assert_eq!(still, WaitStatus::StillAlive);
    kill(child, Signal::SIGCONT).expect("a stopped child");
    let ended = waitpid(child, None).expect("a child");
    assert_eq!(ended, WaitStatus::Exited(child, 7));
    say("stopped, continued, ended");
}

fn real_time() {
    let number = libc::SIGRTMIN() + 1;
    // SAFETY: the set is initialized before it is used, and both calls are given valid pointers.
    let received = unsafe {
        let mut set = *SigSet::empty().as_ref();
        libc::sigaddset(&mut set, number);
        libc::sigprocmask(libc::SIG_BLOCK, &set, std::ptr::null_mut());
        libc::raise(number);
        let mut received = 0;
        libc::sigwait(&set, &mut received);
        received
    };
    assert_eq!(received, number);
    say("received");
    die_of(libc::SIGRTMIN() + 2)
}

/// Puts a file into standard output in each way that needs no memory of this process, and says how that went.
fn spliced(path: &str) {
    let said = |result: isize| match result {
        -1 => format!("{:?}", io::Error::last_os_error().kind()),
        count => format!("{count} bytes"),
    };
    let file = || fs::File::open(path).expect("a file");
    let (from_file, none) = (file(), std::ptr::null_mut());
    // SAFETY: the descriptors are open, and no addresses are given.
    let results = unsafe {
        [
            said(libc::sendfile(1, from_file.as_raw_fd(), none, 100)),
            said(libc::splice(from_file.as_raw_fd(), none.cast(), 1, none.cast(), 100, 0)),
            said(libc::syscall(libc::SYS_io_uring_setup, 8, none) as isize),
        ]
    };
    io::copy(&mut file(), &mut io::stdout()).expect("another way");
    say(&results.join(", "));
}

fn panics() {
    let thread =
        thread::Builder::new().name("worker".into()).spawn(|| panic!("in a thread")).expect("a thread");
    let _ = thread.join();
    panic!("in main");
}
