//! Who chooses the start method, and what is special about fork.

use std::time::Duration;

use supervisor::End;

use crate::common::program;
use crate::methods::{Method, every_method, its_own_methods, only};

#[test]
fn the_method_is_the_processs_or_the_contexts_or_the_programs_or_spawn() {
    its_own_methods(|| {
        program!("start_methods").run().prints(&[
            "[spawn, fork, forkserver], by default spawn; here none",
            // A child hands on what its parent has chosen, and not what its parent is.
            r#"Ok(("spawn", "spawn"))"#,
            "Ok(())",
            "StartMethodChosen: the start method is already fork: choose it once, in main, or use force_start_method \
             where a later choice must win",
            r#"Ok(("fork", "fork"))"#,
            r#"Ok(("spawn", "fork"))"#,
            r#"Ok("spawn")"#,
            "Ok(())",
            "StartMethodChosen: the start method is already spawn: choose it once, in main, or use force_start_method \
             where a later choice must win",
            r#"Ok("spawn")"#,
            r#"Ok("fork")"#,
            r#"Ok(("forkserver", "spawn"))"#,
        ]);
    });
}

#[test]
fn beside_threads_a_fork_is_refused_and_their_number_is_named() {
    only(Method::Fork, "the others are tested with many threads", || {
        program!("forks_beside_threads").run().prints(&[
            "ForkWithThreads: no process was forked, because this process has 4 threads and only the calling one would \
             exist in the child, with locks that the others hold: fork before starting threads, or use the spawn start \
             method",
            "Ok(42)",
        ]);
    });
}

/// The threads of a scope are still there for a moment when it has ended. Spawn, which does not look, is there for its time.
#[test]
fn after_a_scope_of_threads_a_fork_works() {
    every_method(|method| {
        let (usual, soak) = if method == Method::Fork { (2000, 50_000) } else { (50, 2000) };
        let ran = program!("forks_after_threads").repeats(usual, soak).run();
        assert_eq!(ran.stdout(), "every start worked\n", "{ran:?}");
        crate::common::tell(&ran.stderr());
    });
}

#[test]
fn what_is_buffered_at_a_start_is_printed_once() {
    every_method(|method| {
        let ran = program!("buffered_output").run();
        let printed = ran.stdout();
        for text in ["<rust>", "<c>", "<rust in the child>", "<c in the child>", "<end>"] {
            assert_eq!(printed.matches(text).count(), 1, "{text}: {ran:?}");
        }
        if method == Method::Fork {
            assert!(printed.starts_with("<rust><c><"), "it is written before the copy is made: {ran:?}");
        }
    });
}

#[test]
fn a_child_runs_its_own_exit_handlers_and_not_its_parents_and_unwinds_no_frame_of_its_parents() {
    every_method(|_| {
        for (how, joined, report) in [
            ("returns", "Ok(())", ""),
            ("exits", "Exited: Process-1 (pid <pid>) ended with exit code 3 before its target returned", ""),
            (
                "exits on a thread",
                "Exited: Process-1 (pid <pid>) ended with exit code 3 before its target returned",
                "",
            ),
            ("panics", "Panicked: ", "Process-1 panicked at "),
        ] {
            let ran = program!("exit_handlers").arg(how).within(Duration::from_secs(10)).run();
            let lines = ran.lines();
            assert!(crate::common::without_pid(&lines[0]).starts_with(joined), "{how}: {ran:?}");
            assert_eq!(lines[1..], ["the guard is dropped"], "{how}: {ran:?}");
            let said = ran.stderr();
            let mut said: Vec<&str> = said.lines().collect();
            if !report.is_empty() {
                assert!(said.remove(0).starts_with(report), "{how}: {ran:?}");
            }
            assert_eq!(said, ["the child's handler", "the parent's handler"], "{how}: {ran:?}");
            if how == "returns" {
                ran.ended("Process-1", End::Exit(0));
            }
        }
    });
}
