//! Small programs, one for each behavior of `multiprocess`, and what they share.
//!
//! Each program in `src/bin` does one thing and prints what came of it; the tests in `tests`, grouped by subject, run
//! them under a deadline and look at what they printed and at what they left behind. They are programs and not test
//! functions because a test process has threads, other tests' children, and a `main` that nobody wrote.
//!
//! A program is told what it needs by its environment: `METHOD` is the start method, `FOLDER` a folder of its own, and,
//! where it repeats what could go wrong by chance, `REPEATS` how often, and `SEED` where its random numbers begin.
//!
//! - [`show`]: a result as one line that names the variant; [`said`]: as one that does not.
//! - [`cgroup`]: a control group of the program's own.
//! - [`meeting`]: where a program and its children wait for each other.
//! - [`notes`]: what targets note down, to count how often they have run.
//! - [`random`]: numbers that look random, and can be had again.
//! - [`proc`]: what the kernel lists about processes.
//! - [`questions`]: what can be asked of a child.
//! - [`victims`]: processes that are killed at random moments.
//! - [`steps`]: processes that are killed at each step in turn.
//! - [`os`]: the system calls, and every `unsafe` of this crate.

#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod cgroup;
pub mod meeting;
pub mod notes;
pub mod os;
pub mod proc;
pub mod questions;
pub mod random;
pub mod steps;
pub mod victims;

use std::fmt::{Debug, Display};
use std::fs::OpenOptions;
use std::io::Write;

use multiprocess::{Error, JoinErrorKind, Process, Result, StartError, StartMethod, force_start_method};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The variable that tells a program that it was started as a child.
pub const CHILD: &str = "MULTIPROCESS_CHILD_0_1";

/// Calls [`multiprocess::init`], and then chooses the start method that the test asks for. With `OLDER_KERNEL` in the
/// environment the kernel seems to be one that keeps no status of a process that has been collected.
pub fn init() {
    if std::env::var_os("OLDER_KERNEL").is_some() {
        os::refuse_pidfd_info();
    }
    multiprocess::init();
    choose_start_method();
}

/// Chooses the start method that the test asks for.
pub fn choose_start_method() {
    // Where the choice is refused, so is every start; the program shows that.
    let _ = force_start_method(start_method());
}

/// The start method that the test names in `METHOD`; spawn if it names none.
pub fn start_method() -> StartMethod {
    match std::env::var("METHOD").as_deref() {
        Ok("fork") => os::fork_method(),
        Ok("forkserver") => StartMethod::forkserver(),
        Ok("spawn") | Err(_) => StartMethod::spawn(),
        Ok(other) => panic!("no start method {other:?}"),
    }
}

/// Starts a process and joins it.
pub fn run<R: Serialize + DeserializeOwned>(process: &Process<R>) -> Result<R> {
    Ok(process.start()?.join()?)
}

/// Prints a result on a line of its own: `Ok(42)`, or the variant, the sentence of the error, and its source.
pub fn show<R: Debug>(result: std::result::Result<R, impl Into<Error>>) {
    match result.map_err(Into::into) {
        Ok(value) => println!("Ok({value:?})"),
        Err(error) => println!("{}: {error:?}", variant(&error)),
    }
}

/// A result as text: `Ok(42)`, or `Err` and the sentence of the error, of whatever type that is.
pub fn said<R: Debug, E: Display>(result: std::result::Result<R, E>) -> String {
    match result {
        Ok(value) => format!("Ok({value:?})"),
        Err(error) => format!("Err({error})"),
    }
}

/// The name of the error's variant.
pub fn variant(error: &Error) -> &'static str {
    match error {
        Error::Start(error) => match error {
            StartError::NotInitialized => "NotInitialized",
            StartError::InitRefused(_) => "InitRefused",
            StartError::RaisedRights => "RaisedRights",
            StartError::Exiting => "Exiting",
            StartError::DaemonsStartNothing { .. } => "DaemonsStartNothing",
            StartError::NameRefused { .. } => "NameRefused",
            StartError::ArgumentsNotSerializable { .. } => "ArgumentsNotSerializable",
            StartError::ArgumentsChange { .. } => "ArgumentsChange",
            StartError::TargetOutsideExecutable { .. } => "TargetOutsideExecutable",
            StartError::ForeignSelf => "ForeignSelf",
            StartError::ForkWithThreads { .. } => "ForkWithThreads",
            StartError::ForkWhilePanicking => "ForkWhilePanicking",
            StartError::Forkserver { .. } => "Forkserver",
            StartError::ForkserversEnded { .. } => "ForkserversEnded",
            StartError::ForkserverRuns => "ForkserverRuns",
            StartError::StartMethodChosen { .. } => "StartMethodChosen",
            StartError::System { .. } => "System",
            _ => UNKNOWN,
        },
        Error::Join(error) => match &error.kind {
            JoinErrorKind::Panicked(_) => "Panicked",
            JoinErrorKind::Exited { .. } => "Exited",
            JoinErrorKind::Killed { .. } => "Killed",
            JoinErrorKind::Lost { .. } => "Lost",
            JoinErrorKind::NeverEntered { .. } => "NeverEntered",
            JoinErrorKind::Refused(_) => "Refused",
            JoinErrorKind::ResultUnreadable { .. } => "ResultUnreadable",
            JoinErrorKind::AlreadyJoined => "AlreadyJoined",
            JoinErrorKind::StillRunning => "StillRunning",
            JoinErrorKind::NotOurs { .. } => "NotOurs",
            JoinErrorKind::Wait { .. } => "Wait",
            _ => UNKNOWN,
        },
        Error::Signal(_) => "Signal",
        Error::Wait(_) => "WaitForSeveral",
        _ => UNKNOWN,
    }
}

const UNKNOWN: &str = "a variant that these programs do not know";

/// Appends a line to the file that the test named in `RUNS`, and ends the process after the tenth: a test counts the
/// processes that have reached this place, and a fault that starts them without end stays small.
pub fn note_run() {
    let Some(path) = std::env::var_os("RUNS") else { return };
    let mut file = OpenOptions::new().append(true).create(true).open(&path).expect("RUNS names a file");
    writeln!(file, "{}", std::process::id()).expect("there is room for a line");
    let runs = std::fs::read_to_string(&path).expect("RUNS is readable").lines().count();
    if runs >= 10 {
        eprintln!("{runs} processes have been started; giving up");
        std::process::exit(99);
    }
}

/// How often a program repeats what could go wrong by chance: `REPEATS`, or what it usually is.
pub fn repeats(usual: u32) -> u32 {
    std::env::var("REPEATS").map_or(usual, |repeats| repeats.parse().expect("REPEATS is a number"))
}

/// The first argument of the program: which variation of its behavior is asked for.
pub fn variation() -> String {
    std::env::args().nth(1).unwrap_or_default()
}
