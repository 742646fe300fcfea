//! Pools: tasks and results, and what becomes of them when workers, the program or the forkserver end.

use std::time::Duration;

use supervisor::{End, share};

use crate::common::{Ran, path_of, program, seeded, tell};
use crate::methods::{Method, but_not, every_method, only};

const SUM: &str = "Ok(332833500)";
const ENDED: &str = "Err(task 0 was not run)";

fn pools(variation: &str) -> Ran {
    program!("pools").arg(variation).run()
}

fn pools_end(variation: &str) -> Ran {
    program!("pools_end").arg(variation).untraced().run()
}

#[test]
fn results_come_in_the_order_of_the_tasks_or_as_they_come() {
    every_method(|_| pools("results").prints(&["done"]));
}

#[test]
fn a_handle_gives_the_result_later() {
    every_method(|_| pools("handles").prints(&["true Ok(332833500)", "Ok(42)", "false false", "Ok(Ok(()))"]));
}

#[test]
fn each_way_of_a_task_to_fail_is_its_own() {
    every_method(|_| {
        let ran = pools("ends");
        let place = "chapters-code/multiprocess/programs/src/bin/pools.rs";
        let lines = ran.stdout();
        let lines: Vec<&str> = lines.lines().collect();
        let (once, again) = lines.split_at(lines.len() / 2);
        assert_eq!(once, again, "with chunks of one, and of a hundred");
        let panicked = once[1].replace(place, "pools.rs");
        assert!(panicked.starts_with("task 1 panicked at pools.rs:"), "{panicked}");
        assert!(panicked.ends_with(": out of luck"), "{panicked}");
        assert_eq!(
            [&once[..1], &once[2..]].concat(),
            [
                "0",
                "0",
                "task 3 ended with exit code 3 before its target returned",
                "task 4 was ended by signal SIGKILL",
                "0",
                "task 6 was ended by signal SIGSEGV",
                "task 7 ran longer than 300ms, and its worker was killed",
                "0",
                "Err(task 0 was not sent, because its arguments cannot be serialized: Serde Serialization Error)",
                "true",
                "Ok(285)",
            ]
        );
    });
}

#[test]
fn a_panic_while_arguments_are_written_harms_no_other_task() {
    every_method(|_| {
        let ran = pools("panics while writing");
        assert_eq!(ran.stdout(), "1 true\n1 true\n1 true\n", "{ran:?}");
    });
}

#[test]
fn each_worker_is_initialized_once_and_runs_as_many_tasks_as_it_may() {
    every_method(|_| pools("renewal").prints(&["true Some(3) true", "true", "Ok(5)"]));
}

#[test]
fn an_initializer_that_always_fails_ends_the_pool() {
    every_method(|_| pools("initializer").prints(&[ENDED, "true"]));
}

#[test]
fn a_limit_of_memory_is_the_workers() {
    every_method(|_| {
        let ran = pools("memory");
        assert_eq!(ran.stdout(), "Ok(1048576)\ntrue\nOk(1048576)\n", "{ran:?}");
        assert!(ran.stderr().contains("memory allocation of"), "{ran:?}");
    });
}

#[test]
fn a_task_can_ask_how_much_time_it_has_left() {
    every_method(|_| pools("soft limit").prints(&["true None"]));
}

#[test]
fn a_worker_can_have_a_pool() {
    every_method(|_| pools("nested").prints(&["Ok(Ok(4))"]));
}

#[test]
fn several_threads_can_use_one_pool() {
    every_method(|_| pools("threads").prints(&["true"]));
}

#[test]
fn a_slow_consumer_holds_up_the_items() {
    every_method(|_| pools("back pressure").prints(&["99990 true"]));
}

#[test]
fn tasks_that_have_not_begun_when_their_call_is_given_up_are_not_run() {
    every_method(|_| pools("given up").prints(&[&format!("{SUM} 6"), "[0, 1, 2, 3, 4]", "6", SUM]));
}

#[test]
fn a_thread_that_waits_sleeps_while_no_task_ends() {
    every_method(|_| {
        let ran = program!("pools").arg("sleeps").untraced().run();
        assert_eq!(ran.stdout(), "true\ntrue\n", "{ran:?}");
        tell(&ran.stderr());
    });
}

#[test]
fn a_result_comes_while_its_worker_is_in_the_next_task() {
    every_method(|_| pools("early results").prints(&["[3, 4]", "[5, 6]"]));
}

#[test]
fn arguments_and_results_may_be_large() {
    every_method(|_| {
        let mebibytes = share::times(8, 256).to_string();
        let program = program!("pools").arg("large").env("MEBIBYTES", mebibytes);
        program.within(Duration::from_secs(300)).untraced().run().prints(&["true"]);
    });
}

#[test]
fn a_task_that_forks_or_closes_descriptors_harms_no_other() {
    every_method(|_| {
        let ran = program!("pools").arg("odd tasks").untraced().run();
        assert_eq!(ran.stdout(), "Ok(190)\nOk(())\nOk(9)\n", "{ran:?}");
        assert!(ran.stderr().contains("it ends, because a task has closed the descriptor"), "{ran:?}");
    });
}

#[test]
fn a_task_that_writes_garbage_harms_no_other() {
    every_method(|_| pools_end("garbage").prints(&["true", "Ok(9)"]));
}

#[test]
fn no_descriptor_and_no_process_is_left_of_a_pool() {
    every_method(|_| assert_eq!(pools("leftovers").stdout(), "true 0\n"));
}

#[test]
fn a_hundred_thousand_tasks_are_run_one_by_one() {
    every_method(|_| pools_end("many tasks").prints(&["Ok(333328333350000)"]));
}

#[test]
fn a_pool_may_have_two_hundred_workers() {
    every_method(|_| pools_end("many workers").prints(&["200 true true"]));
}

#[test]
fn workers_killed_at_any_moment_cost_one_task_each_at_most() {
    every_method(|_| {
        let ran = seeded(program!("pools_kill")).repeats(50, 500).run();
        assert_eq!(ran.stdout(), "true\n", "too few tasks failed: {ran:?}");
        tell(&ran.stderr());
    });
}

#[test]
fn a_forkserver_killed_at_any_moment_costs_no_task() {
    only(Method::Forkserver, "the others have none", || {
        let ran = seeded(program!("pools_kill").arg("server")).repeats(50, 500).run();
        assert_eq!(ran.stdout(), "true\n", "{ran:?}");
        tell(&ran.stderr());
    });
}

#[test]
fn of_a_program_killed_at_any_moment_no_worker_lives_on() {
    every_method(|_| {
        let program = seeded(program!("kills_parents")).env("PROGRAM", path_of!("pools_end"));
        let ran = program.repeats(30, 500).run();
        assert_eq!(ran.stdout(), "true\n", "too few had children: {ran:?}");
        tell(&ran.stderr());
    });
}

#[test]
fn an_interrupt_of_the_group_ends_the_workers_too() {
    every_method(|_| {
        // Whoever is left would be found.
        let ran = program!("pools_end").arg("interrupted").untraced().run_to_any_end();
        assert_eq!(ran.0.ended(), End::Signal(libc::SIGINT), "{ran:?}");
    });
}

fn interrupted(variation: &str) -> Ran {
    program!("pools_interrupted").arg(variation).untraced().run()
}

#[test]
fn ctrl_c_ends_a_pool_that_says_what_was_done() {
    every_method(|_| {
        let ran = interrupted("terminal");
        let not_run = "true Err(task 0 was not run)";
        let lines = ["ready", "5 done, 2 cut off, 3 not begun", not_run, "exit status: 130"];
        assert_eq!(ran.lines(), lines, "{ran:?}");
        tell(&ran.stderr());
    });
}

#[test]
fn an_interrupt_ends_every_kind_of_call() {
    every_method(|_| {
        interrupted("calls").prints(&[
            "map_async: 5 done, 2 cut off, 3 not begun",
            "imap: true",
            "imap_unordered: true, apply: true",
            "join: 5 done, 2 cut off, 3 not begun",
            "the same forkserver: true",
            "Ok(3)",
        ]);
    });
}

#[test]
fn an_interrupt_wakes_all_threads_that_wait() {
    but_not(&[Method::Fork], "a program with several threads cannot fork", |_| {
        interrupted("threads").prints(&["5 done, 2 cut off, 3 not begun"]);
    });
}

#[test]
fn a_second_interrupt_ends_the_program() {
    every_method(|_| {
        let ran = program!("pools_interrupted").arg("twice").untraced().run_to_any_end();
        assert_eq!(ran.0.ended(), End::Signal(libc::SIGINT), "{ran:?}");
        assert_eq!(ran.stdout(), "5 done, 2 cut off, 3 not begun\n");
    });
}

#[test]
fn an_interrupt_ends_a_pool_in_a_worker_too() {
    every_method(|_| interrupted("nested").prints(&["true"]));
}

#[test]
fn a_pool_leaves_the_programs_own_handling_of_interrupts_alone() {
    every_method(|_| {
        interrupted("handlers").prints(&[
            "true true",
            "Ok(0)",
            "true",
            "Err(task 0 was not run) true",
            "2",
            "Ok(0) false",
        ]);
    });
}

#[test]
fn a_later_pool_hears_interrupts_that_the_programs_own_handler_would_get() {
    every_method(|_| {
        interrupted("later handler").prints(&["Err(task 0 was not run) Err(task 0 was not run)", "1 true"]);
    });
}

#[test]
fn the_programs_own_handler_runs_on_the_stack_that_it_asked_for() {
    every_method(|_| interrupted("stacks").prints(&["true", "false"]));
}

#[test]
fn the_programs_own_handler_is_called_once_if_it_asked_for_that() {
    every_method(|_| interrupted("once").prints(&["1 true", "Err(task 0 was not run) true"]));
}

#[test]
fn a_pool_that_has_ended_leaves_interrupts_to_others() {
    every_method(|_| {
        let ran = interrupted("ended");
        let not_run = "Err(task 0 was not run)";
        let left = format!("{not_run} false");
        ran.prints(&["true false", not_run, "true false", "true Ok(0)", &left, "false false"]);
    });
}

#[test]
fn what_a_worker_starts_does_not_survive_an_interrupt() {
    every_method(|_| {
        interrupted("copies").prints(&[
            "Ok(\"signal: 2 (SIGINT)\")",
            "Ok(Err(\"was ended by signal SIGINT\"))",
            "Ok(true) false",
        ]);
    });
}

#[test]
fn an_interrupt_at_any_moment_leaves_one_true_result_for_each_task() {
    every_method(|_| {
        let ran = seeded(program!("pools_interrupted").arg("at any moment")).repeats(50, 500).run();
        assert_eq!(ran.stdout(), "true\n", "not every kind of result was seen: {ran:?}");
        tell(&ran.stderr());
    });
}

#[test]
fn an_interrupt_is_heard_while_a_call_begins_to_wait() {
    every_method(|_| {
        let program = seeded(program!("pools_interrupted").arg("as a wait begins"));
        program.repeats(1000, 5000).run().prints(&["true"]);
    });
}

#[test]
fn a_program_that_exits_ends_its_workers() {
    every_method(|_| pools_end("exits").prints(&["exits"]));
}

#[test]
fn a_pool_is_terminated_while_threads_wait() {
    but_not(&[Method::Fork], "a program with several threads cannot fork", |_| {
        pools_end("terminated").prints(&["2 killed, 8 not run", ENDED, "0"]);
    });
}

#[test]
fn a_stopped_worker_holds_up_its_own_task_only() {
    every_method(|_| pools_end("stopped").prints(&[SUM, "true", SUM]));
}

fn at_limits(variation: &str) -> Ran {
    program!("pools_at_limits").arg(variation).untraced().run()
}

#[test]
fn a_worker_that_is_stopped_for_a_while_goes_on() {
    every_method(|_| at_limits("stopped").prints(&[SUM, "false", SUM, "true"]));
}

#[test]
fn a_task_whose_file_grows_too_large_costs_its_worker_only() {
    every_method(|_| at_limits("file size").prints(&["true", "Ok(())", SUM, "Ok(1048576)", "100"]));
}

#[test]
fn a_task_that_no_worker_can_receive_fails_and_the_others_are_run() {
    every_method(|_| {
        let ran = at_limits("too large");
        assert_eq!(ran.stdout(), format!("true\n{SUM}\n").repeat(2), "{ran:?}");
        assert!(ran.stderr().contains("memory allocation of"), "{ran:?}");
        assert_eq!(at_limits("closed").stdout(), "true\n".repeat(3));
    });
}

#[test]
fn descriptors_that_find_no_room_in_a_worker_are_missed_by_their_own_task_only() {
    every_method(|_| {
        let ran = at_limits("lost descriptors");
        let lines = ran.stdout();
        let lines: Vec<&str> = lines.lines().skip(10).collect();
        let reason = "there was no room for all 3 descriptors that its arguments hold";
        let lost = format!("Err(task 1 gave no result, because it could not be prepared: {reason})");
        assert_eq!(lines, ["Ok(Ok(\"\"))", &lost, "Ok(Ok(\"f\"))", "Ok(Ok(\"g\"))"], "{ran:?}");
    });
}

#[test]
fn a_task_that_cannot_be_sent_fails_and_the_pool_goes_on() {
    every_method(|_| at_limits("unsent").prints(&[SUM, "true", &format!("Ok(\"\") {SUM}")]));
}

#[test]
fn a_pool_with_more_descriptors_than_are_allowed_by_now_goes_on() {
    every_method(|_| at_limits("lowered").prints(&[SUM, "true", SUM]));
}

#[test]
fn a_full_disk_is_an_error_of_the_task_that_writes() {
    every_method(|_| at_limits("full disk").prints(&["10", SUM]));
}

#[test]
fn a_pool_without_descriptors_goes_on_with_the_workers_that_it_has() {
    every_method(|_| {
        at_limits("descriptors").prints(&[
            "true",
            &format!("{SUM} 1"),
            &format!("true {SUM}"),
            "true",
            &format!("{ENDED} {SUM}"),
        ]);
    });
}

#[test]
fn a_pool_goes_on_without_its_forkserver() {
    only(Method::Forkserver, "the others have none", || {
        pools_end("without server").prints(&[SUM, SUM, "true", SUM]);
    });
}

#[test]
fn a_copy_of_the_program_neither_uses_nor_ends_its_pool() {
    every_method(|_| pools_end("copied").prints(&["true", "Ok(9)"]));
}
