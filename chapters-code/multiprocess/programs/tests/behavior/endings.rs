//! How a child ends, and what its parent is told.

use crate::common::{program, without_pid};
use crate::methods::{Method, but_not, every_method};
use multiprocess_programs::proc::kernel_keeps_statuses;

#[track_caller]
fn ends(how: &str, line: &str) {
    program!("ends").arg(how).run().prints(&[line]);
}

#[test]
fn a_value_and_an_error_value_come_back() {
    every_method(|_| {
        ends("value", r#"Ok(Ok("a value"))"#);
        ends("error", r#"Ok(Err("an error"))"#);
    })
}

#[test]
fn an_exit_code_is_told_as_the_kernel_keeps_it() {
    every_method(|_| {
        for (given, kept) in [(0, 0), (3, 3), (255, 255), (256, 0), (-1, 255)] {
            let line = format!(
                "Exited: Process-1 (pid <pid>) ended with exit code {kept} before its target returned"
            );
            ends(&format!("exit {given}"), &line);
        }
        let line = "Exited: Process-1 (pid <pid>) ended with exit code 4 before its target returned";
        ends("exit-on-thread 4", line);
    })
}

/// Whoever ends the process after the target has returned decides how it ended; the value is not handed out.
#[test]
fn an_end_after_the_target_has_returned_is_told_as_such() {
    every_method(|_| {
        ends(
            "handler exits",
            "Exited: Process-1 (pid <pid>) ended with exit code 5 after its target returned",
        );
        ends("handler kills", "Killed: Process-1 (pid <pid>) was ended by signal SIGKILL");
    });
}

#[test]
fn a_signal_is_told_by_name_and_a_real_time_signal_by_number() {
    every_method(|_| {
        for (how, signal) in [
            ("abort".to_owned(), "SIGABRT"),
            (format!("signal {}", libc::SIGKILL), "SIGKILL"),
            (format!("signal {}", libc::SIGTERM), "SIGTERM"),
            ("segfault".to_owned(), "SIGSEGV"),
            ("stack overflow".to_owned(), "SIGABRT"),
            (format!("signal {}", libc::SIGRTMIN() + 1), "35"),
        ] {
            let ran = program!("ends").arg(&how).run();
            let line = crate::common::without_pid(&ran.lines()[0]);
            let told = format!("Killed: Process-1 (pid <pid>) was ended by signal {signal}");
            // A core file is the machine's choice.
            assert_eq!(line.trim_end_matches(", which wrote a core file"), told, "{how}: {ran:?}");
        }
    })
}

#[test]
fn a_panic_in_a_second_thread_leaves_the_value() {
    every_method(|_| {
        let ran = program!("ends").arg("thread").run();
        assert_eq!(ran.lines(), [r#"Ok(Ok("the thread panicked: true"))"#], "{ran:?}");
        let said = ran.stderr();
        assert!(said.starts_with("Process-1, an unnamed thread, panicked at "), "{said}");
        assert!(said.ends_with(": in a second thread\n"), "{said}");
    })
}

#[test]
fn a_program_that_takes_the_childs_place_ends_for_it() {
    every_method(|_| {
        ends("exec", "Exited: Process-1 (pid <pid>) ended with exit code 7 before its target returned");
    })
}

#[test]
fn a_status_that_other_code_collected_is_known_or_lost_and_a_value_is_not() {
    but_not(&[Method::Forkserver], "other code cannot collect what is the forkserver's", |_| {
        let lost = "Lost: Process-1 (pid <pid>) has ended, but other code collected its exit status: look for \
                waitpid(-1) in a signal handler or a library, or for SIGCHLD set to be ignored";
        let killed = "Killed: Process-1 (pid <pid>) was ended by signal SIGKILL";
        for how in ["thread", "ignored"] {
            let program = || program!("collected_elsewhere").arg(how);
            program().run().prints(&["Ok(42)"]);
            let program = || program!("collected_elsewhere").arg(format!("{how} killed"));
            program().env("OLDER_KERNEL", "1").run().prints(&[lost]);
            // Since Linux 6.15 the kernel keeps the status.
            let ran = program().run();
            let line = if ran.stdout().starts_with("Lost") { lost } else { killed };
            ran.prints(&[line]);
        }
    })
}

#[test]
fn a_child_that_the_kernel_would_collect_at_once_is_not_lost() {
    but_not(&[Method::Forkserver], "other code cannot collect what is the forkserver's", |_| {
        program!("collected_elsewhere").arg("ignored slow parent").run().prints(&["Ok(42)"]);
    });
}

#[test]
fn a_second_join_is_an_error_of_its_own() {
    every_method(|_| {
        program!("joins_twice").run().prints(&[
            "Ok(42)",
            "AlreadyJoined: Process-1 (pid <pid>) has been joined already: a result is handed out once",
        ]);
    })
}

/// Runs what ends children with their groups. Gives whether a signal after the join has reached what was left of a group.
fn ends_groups(variation: &str) -> bool {
    let lines = program!("ends_a_group").arg(variation).run().lines();
    let after = lines.iter().find_map(|line| line.strip_prefix("after the join: ")).unwrap_or_default();
    let expected = [
        "without a group: Ok(false)",
        "with its group: Ok(true)",
        "kill: true false",
        "terminate: true false",
        "killer: true false",
        "active child: true false",
        "drop: true false",
        &format!("after the join: {after}"),
        "[TimedOut]",
    ];
    assert_eq!(lines, expected);
    after == "true false"
}

#[test]
fn a_child_with_a_group_is_ended_with_all_that_has_not_left_the_group() {
    every_method(|_| {
        let after = ends_groups("");
        assert!(after || !kernel_keeps_statuses(), "since Linux 6.9 a group is reached after the join, too");
    });
}

#[test]
fn on_an_older_kernel_a_child_with_a_group_is_ended_with_it_until_it_has_been_joined() {
    every_method(|method| {
        // A server's child may still be on its way out when it has been joined.
        assert!(!ends_groups("older kernel") || method == Method::Forkserver);
    });
}

#[test]
fn where_a_group_is_refused_the_step_is_named() {
    every_method(|method| {
        let lines = program!("ends_a_group").arg("refused").run().lines();
        let refused = match method {
            Method::Spawn => "not started: Process-2 could not be started: its process group",
            Method::Fork | Method::Forkserver => {
                "with its group: Err(Process-2 (pid <pid>) gave no result, because it could not be prepared: its process \
                 group: Operation not permitted (os error 1))"
            }
        };
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert_eq!(without_pid(&lines[1]), refused);
    });
}
