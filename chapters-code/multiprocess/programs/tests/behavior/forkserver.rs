//! What is special about the forkserver: that it can be wrecked, starved and talked nonsense to, its hook, and that its
//! children are its client's in every respect but the kernel's.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use crate::common::{path_of, program, seeded, tell};
use crate::methods::{Method, cannot_run, only};

const NO_SERVER: &str = "the others have no server";

fn wrecked(how: &str, threads: u32, usual: u32, soak: u32) {
    only(Method::Forkserver, NO_SERVER, || {
        let program = program!("wrecks_its_forkserver").arg(threads.to_string()).env("HOW", how);
        let ran = seeded(program).repeats(usual, soak).run();
        assert_eq!(ran.stdout(), "true\n", "{ran:?}");
        tell(&ran.stderr());
    });
}

#[test]
fn killed_while_one_thread_starts_it_is_replaced_and_each_child_runs_once() {
    wrecked("kills", 1, 200, 5000);
}

#[test]
fn killed_while_four_threads_start_it_is_replaced_and_each_child_runs_once() {
    wrecked("kills", 4, 200, 5000);
}

#[test]
fn stopped_it_is_told_to_go_on_and_each_child_runs_once() {
    wrecked("stops", 1, 4, 50);
    wrecked("stops", 4, 4, 50);
}

#[test]
fn stopped_for_a_moment_it_is_waited_for_and_each_child_runs_once() {
    wrecked("stops and continues", 1, 100, 2000);
    wrecked("stops and continues", 4, 100, 2000);
}

fn starved(what: &str) {
    only(Method::Forkserver, NO_SERVER, || {
        let ran = seeded(program!("starves_its_forkserver").arg(what)).repeats(200, 2000).run();
        match ran.stdout().as_str() {
            "not root\n" => cannot_run("only root can become a user who has no process left"),
            said => match said.strip_prefix("not possible: ") {
                Some(reason) => cannot_run(reason),
                None => {
                    assert_eq!(said, "true\n", "{ran:?}");
                    tell(&ran.stderr());
                }
            },
        }
    });
}

#[test]
fn without_descriptors_it_says_so_and_works_again_when_children_have_been_joined() {
    starved("descriptors");
}

#[test]
fn without_processes_of_its_user_it_says_so_and_works_again() {
    starved("processes, by the user");
}

#[test]
fn without_processes_in_its_control_group_it_says_so_and_works_again_when_children_have_been_joined() {
    starved("processes, by a control group");
}

#[test]
fn nonsense_is_no_demand_and_no_order() {
    only(Method::Forkserver, NO_SERVER, || {
        let ran = seeded(program!("garbage_to_its_forkserver")).repeats(400, 10_000).run();
        assert_eq!(ran.stdout(), "true\n", "{ran:?}");
        tell(&ran.stderr());
    });
}

/// That nothing else is left when a client is killed, daemons among it, is tested with every method.
#[test]
fn children_of_a_client_killed_at_any_moment_run_to_their_end_and_once() {
    only(Method::Forkserver, "the others fork no child that waits for its order", || {
        let program = seeded(program!("kills_parents")).env("PROGRAM", path_of!("notes_until_killed"));
        let notes = program.folder().join("notes");
        let ran = program.repeats(200, 2000).run();
        assert_eq!(ran.stdout(), "true\n", "too few had children: {ran:?}");
        tell(&ran.stderr());
        let mut counts = BTreeMap::<String, u32>::new();
        for line in fs::read_to_string(notes).expect("children have noted something").lines() {
            *counts.entry(line.to_owned()).or_default() += 1;
        }
        let (begun, done): (Vec<_>, Vec<_>) = counts.iter().partition(|(line, _)| line.ends_with(" begins"));
        assert!(counts.values().all(|&count| count == 1), "some ran twice: {counts:?}");
        let name = |line: &str| line.split(' ').next().map(str::to_owned);
        let begun: Vec<_> = begun.into_iter().map(|(line, _)| name(line)).collect();
        let done: Vec<_> = done.into_iter().map(|(line, _)| name(line)).collect();
        assert_eq!(begun, done, "some did not run to their end");
        tell(&format!("{} children ran", done.len()));
        assert!(done.len() > 200, "there were {}", done.len());
    });
}

fn preloads(hook: &str, lines: &[&str]) {
    program!("preloads").arg(hook).run().prints(lines);
}

#[test]
fn a_hook_runs_once_in_the_server_and_what_it_made_is_there_in_every_child() {
    only(Method::Forkserver, NO_SERVER, || {
        preloads(
            "makes",
            &[
                "Ok(42)",
                "Ok(42)",
                "Ok(42)",
                "ForkserverRuns: the forkserver is already running, without this preload hook: call set_forkserver_preload \
                 before the first process is started",
                "true",
                "here: 0",
            ],
        );
        preloads("opens a file", &["Ok(true)", "Ok(true)"]);
    });
}

#[test]
fn a_hook_that_fails_is_named_by_every_start() {
    only(Method::Forkserver, NO_SERVER, || {
        let ran = program!("preloads").arg("panics").run_to_any_end();
        let said = ran.stderr();
        assert!(said.contains("forkserver panicked at ") && said.contains("out of luck"), "{ran:?}");
        assert!(said.contains("cannot serve: its preload hook panicked: out of luck"), "{ran:?}");
        let ran = program!("preloads").arg("panics at length").run();
        assert_eq!(ran.stdout(), "true\n", "{ran:?}");
        let threads = "Forkserver: the forkserver cannot serve: its preload hook left a thread running, which a fork does \
                       not copy: let the hook join what it starts";
        preloads("leaves a thread", &[threads, threads]);
        let exits =
            "Forkserver: the forkserver cannot serve: it ended with exit code 3 before it could serve";
        preloads("exits", &[exits, exits]);
    });
}

#[test]
fn a_hook_starts_no_process() {
    only(Method::Forkserver, NO_SERVER, || {
        let ran = program!("preloads").arg("starts").run();
        let lines = ran.lines();
        assert_eq!((lines.len(), lines[0].as_str()), (2, "Ok(42)"), "{ran:?}");
        assert!(lines[1].starts_with("no process was started, because "), "{ran:?}");
        assert!(lines[1].contains("forkserver"), "{ran:?}");
    });
}

#[test]
fn it_can_be_started_early_and_twice_and_then_takes_no_hook() {
    only(Method::Forkserver, NO_SERVER, || {
        preloads(
            "is late",
            &[
                "Ok(())",
                "Ok(())",
                "the same: true",
                "ForkserverRuns: the forkserver is already running, without this preload hook: call set_forkserver_preload \
                 before the first process is started",
                "Ok(0)",
            ],
        );
    });
}

#[test]
fn what_is_sent_to_the_whole_group_hurts_neither_the_server_nor_a_child_that_stands_by() {
    only(Method::Forkserver, NO_SERVER, || {
        let ran = seeded(program!("interrupts_everybody")).repeats(2000, 50_000).run();
        assert_eq!(ran.lines()[0], "true", "{ran:?}");
    });
}

#[test]
fn a_signal_sent_right_after_a_start_is_not_lost() {
    only(Method::Forkserver, "the others have no child that stands by", || {
        program!("signals_at_once").repeats(200, 5000).run();
    });
}

#[test]
fn a_child_is_where_its_client_is_at_its_start_and_its_parent_is_the_client() {
    only(Method::Forkserver, "with the others the client is the kernel's parent too", || {
        program!("follows_its_client").run().prints(&[
            r#"Ok(("MainProcess", true, true, true))"#,
            r#"Ok(Ok((("middle", true, true, true), true, true)))"#,
        ]);
    });
}

#[test]
fn daemons_end_with_the_client_and_not_with_the_server_and_others_are_told() {
    only(Method::Forkserver, NO_SERVER, || {
        let ran = program!("survives_its_forkserver").within(Duration::from_secs(20)).run();
        ran.prints(&[
            "another server: true",
            "the daemon lives: true",
            "told: [0], alive: false",
            "the daemon is gone: true",
        ]);
    });
}

#[test]
fn the_server_and_what_stands_by_end_with_the_client_though_a_copy_of_it_lives_on_and_when_it_becomes_another_program()
 {
    only(Method::Forkserver, NO_SERVER, || {
        for end in ["ends", "ends by SIGKILL"] {
            let program = program!("leaves_its_forkserver").arg(end).within(Duration::from_secs(20));
            program.untraced().run().prints(&["the copy is left: true"]);
        }
        let program = program!("leaves_its_forkserver").arg("executes").within(Duration::from_secs(20));
        program.untraced().run().prints(&["the server ends: [0]", "the client goes on: true"]);
    });
}

#[test]
fn children_started_together_by_as_many_threads_all_answer() {
    only(Method::Forkserver, "a test of its own starts from many threads with every method", || {
        for (threads, usual, soak) in [("16", 20, 1000), ("100", 4, 200), ("500", 1, 20)] {
            let ran = program!("starts_together").arg(threads).repeats(usual, soak).run();
            assert!(ran.stdout().ends_with(" children answered\n"), "{ran:?}");
        }
    });
}

/// There the server collects its children and reports them.
#[test]
fn on_a_kernel_that_keeps_no_status_the_ends_are_told_as_exactly() {
    only(Method::Forkserver, NO_SERVER, || {
        let older = |program: crate::common::Program| program.env("OLDER_KERNEL", "1");
        for (how, line) in [
            ("exit 3", "Exited: Process-1 (pid <pid>) ended with exit code 3 before its target returned"),
            ("signal 9", "Killed: Process-1 (pid <pid>) was ended by signal SIGKILL"),
            ("handler kills", "Killed: Process-1 (pid <pid>) was ended by signal SIGKILL"),
        ] {
            older(program!("ends").arg(how)).run().prints(&[line]);
        }
        let ran = older(seeded(program!("kills_children"))).repeats(50, 2000).run();
        tell(&ran.stderr());
        older(program!("starts_a_thousand")).run().prints(&["nothing is left of 1000 processes"]);
        let program = program!("wrecks_its_forkserver").arg("4").env("HOW", "stops and continues");
        let ran = older(seeded(program)).repeats(50, 500).run();
        assert_eq!(ran.stdout(), "true\n", "{ran:?}");
    });
}
