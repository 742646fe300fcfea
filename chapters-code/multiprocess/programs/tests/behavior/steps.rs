//! Processes that are killed at each step in turn of what they do with a queue, a pipe, a lock or memory with a name.

use std::time::Duration;

use supervisor::share;

use crate::common::{Program, Ran, build, program, seed, tell};
use crate::methods::{Method, every_method};

/// Runs scenes, and expects all of them to have gone well.
fn run(program: Program, scenes: &str, count: usize, steps: &str) -> Ran {
    let limit = Duration::from_secs(share::times(120, 7200));
    let ran = program.arg(scenes).arg(steps).untraced().within(limit).run();
    assert_eq!(ran.stdout(), format!("{count} scenes\n"), "{ran:?}");
    tell(&ran.stderr());
    ran
}

fn killed_at_each_call(scenes: &str, count: usize) {
    every_method(|_| {
        run(program!("kills_step_by_step"), scenes, count, "calls");
    });
}

#[test]
fn killed_at_each_system_call_a_user_of_a_queue_leaves_it_working() {
    killed_at_each_call("queue_", 12);
}

#[test]
fn killed_at_each_system_call_a_user_of_a_pipe_leaves_it_working() {
    killed_at_each_call("pipe_", 7);
}

#[test]
fn killed_at_each_system_call_a_user_of_a_lock_or_of_memory_leaves_it_working() {
    killed_at_each_call("shared_", 9);
}

/// A victim is started anew for each instruction, so the methods share them. In the night each is somebody's, up to long ways, of which
/// every twentieth is.
#[test]
#[ignore = "builds the library optimized, since a debug build takes ten times as many instructions"]
fn killed_behind_instructions_of_an_operation_its_user_leaves_the_others_working() {
    let stride = share::times(809, 3);
    let mut first = seed() % stride;
    tell(&format!("first {first}\n"));
    every_method(|method| {
        let folder =
            build("optimized", &["--release", "-p", "multiprocess-programs", "--bin", "kills_step_by_step"]);
        if share::full() {
            first = [Method::Spawn, Method::Fork, Method::Forkserver]
                .iter()
                .position(|&m| m == method)
                .expect("one of them") as u64;
        }
        let program =
            Program::at(folder.parent().expect("it is in a folder").join("release/kills_step_by_step"));
        let program = program.env("FIRST", first.to_string()).env("STRIDE", stride.to_string());
        run(program, "", 25, "instructions");
    });
}
