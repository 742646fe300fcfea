//! One small program for each way in which a check's listing can print and end.

use std::{
    env,
    io::{self, Write},
    process,
};

use nix::{
    sys::signal::{SigHandler, Signal, raise, signal},
    unistd::{ForkResult, fork, getpid, pause, setsid},
};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let number = || args[1].parse::<i32>().expect("a number");
    match args[0].as_str() {
        "lines" => args[1..].iter().for_each(|line| println!("{line}")),
        "text" => io::stdout().write_all(args[1].as_bytes()).expect("standard output"),
        "exit" => process::exit(number()),
        "signal" => raise(Signal::try_from(number()).expect("a signal")).expect("the signal is raised"),
        "deaf" => ignore_sigterm_and_stay("deaf"),
        "leaves_an_orphan" => leave_an_orphan(),
        "pid_of_main" => println!("main is {}", getpid()),
        "flood" => print!("{}", "x".repeat(args[1].parse().expect("a number of bytes"))),
        other => panic!("no such behavior: {other}"),
    }
}

fn ignore_sigterm_and_stay(line: &str) -> ! {
    // SAFETY: ignoring a signal installs no handler.
    unsafe { signal(Signal::SIGTERM, SigHandler::SigIgn) }.expect("SIGTERM can be ignored");
    println!("{line}");
    loop {
        pause();
    }
}

/// Forks twice, so that the second child has another session and no parent.
fn leave_an_orphan() {
    // SAFETY: this program has one thread.
    let child = || matches!(unsafe { fork() }.expect("a fork"), ForkResult::Child);
    if child() {
        setsid().expect("a session of its own");
        if child() {
            ignore_sigterm_and_stay("orphan");
        }
    }
}
