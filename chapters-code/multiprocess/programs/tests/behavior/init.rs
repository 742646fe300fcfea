//! Who may start processes, and how many there ever are when a program gets it wrong.

use std::fs;

use crate::common::{Program, Ran, folder, program};
use crate::methods::{Method, every_method, only};

/// Runs the program, and counts the processes that reached its `main`.
fn count(test: &str, program: Program) -> (Ran, usize) {
    let runs = folder(test).join("runs");
    let ran = program.env("RUNS", &runs).run();
    let reached = fs::read_to_string(runs).expect("the program notes its runs").lines().count();
    if let Some(seen) = ran.processes() {
        assert_eq!(seen, reached, "{:?}", ran.0.processes);
    }
    (ran, reached)
}

#[test]
fn a_start_before_init_is_refused_and_makes_no_process() {
    every_method(|_| {
        let (ran, processes) = count("before_init", program!("start_before_init"));
        assert_eq!(processes, 1);
        ran.prints(&[
        "NotInitialized: no process was started, because this process has not called multiprocess::init(): make it \
         the first statement of main",
    ]);
    })
}

#[test]
fn without_init_in_the_child_there_is_one_extra_process() {
    only(Method::Spawn, "a child that is forked does not run main", || {
        let (ran, processes) = count("skipped", program!("init_skipped_in_child"));
        assert_eq!(processes, 2);
        ran.prints(&[
        "NotInitialized: no process was started, because this process has not called multiprocess::init(): make it \
         the first statement of main",
        "NeverEntered: Process-1 (pid <pid>) ended with exit code 0 and never took up its work: its main must call \
         multiprocess::init() first, and its executable must be this program",
    ]);
    })
}

#[test]
fn init_off_the_main_thread_makes_no_process() {
    every_method(|_| {
        let (ran, processes) = count("thread", program!("init_on_a_thread").arg("parent"));
        assert_eq!(processes, 1);
        ran.prints(&[
        "InitRefused: no process was started, because multiprocess::init() was called off the main thread: make it \
         the first statement of main",
    ]);
    })
}

#[test]
fn init_off_the_main_thread_of_the_child_does_not_run_the_target() {
    only(Method::Spawn, "a child that is forked does not run main", || {
        let (ran, processes) = count("thread_of_child", program!("init_on_a_thread").arg("child"));
        assert_eq!(processes, 2);
        ran.prints(&[
        "Refused: Process-1 (pid <pid>) gave no result, because multiprocess::init() was called off the main \
         thread: make it the first statement of main",
    ]);
    })
}

#[test]
fn a_thread_before_init_forbids_only_what_copies_a_process() {
    every_method(|method| {
        let (ran, processes) = count("beside", program!("init_beside_a_thread").arg("parent"));
        assert_eq!(processes, if method == Method::Fork { 1 } else { 2 });
        ran.prints(&[match method {
            Method::Spawn => "Ok(42)",
            Method::Fork => {
                "ForkWithThreads: no process was forked, because this process has 2 threads and only the calling one \
                 would exist in the child, with locks that the others hold: fork before starting threads, or use the \
                 spawn start method"
            }
            Method::Forkserver => {
                "Forkserver: the forkserver cannot serve: it has 2 threads before its program's main calls \
                 multiprocess::init(), and a fork copies only one"
            }
        }]);
    })
}

#[test]
fn a_second_thread_in_the_child_is_no_hindrance() {
    only(Method::Spawn, "a child that is forked does not run main", || {
        let (ran, processes) = count("beside_in_child", program!("init_beside_a_thread").arg("child"));
        assert_eq!(processes, 2);
        ran.prints(&["Ok(42)"]);
        let (ran, processes) = count("constructor", program!("thread_before_init").arg("child"));
        assert_eq!(processes, 2);
        ran.prints(&["Ok(42)", "the program goes on"]);
    })
}

#[test]
fn a_second_init_changes_nothing() {
    only(Method::Spawn, "a child that is forked does not run main", || {
        let (ran, processes) = count("twice", program!("init_twice"));
        assert_eq!(processes, 2);
        ran.prints(&["Ok(42)"]);
    })
}

/// The child does not see that it is one, and would start a child of its own, and so on without end.
#[test]
fn an_environment_cleared_before_init_makes_one_extra_process() {
    only(Method::Spawn, "a child that is forked does not run main", || {
        let (ran, processes) = count("cleared", program!("environment_cleared"));
        assert_eq!(processes, 2, "{ran:?}");
    })
}
