//! Starts where the system has no more to give.

use crate::common::program;
use crate::methods::{Method, but_not, cannot_run, every_method};

/// The step at which a child comes to be.
fn birth(method: Method) -> &'static str {
    match method {
        Method::Spawn => "clone",
        Method::Fork => "fork",
        Method::Forkserver => "fork, in the forkserver",
    }
}

/// A child may itself lack the descriptor that it needs to see its parent by, or for an empty input; it says so.
#[test]
fn at_every_limit_of_descriptors_a_start_works_or_fails_at_a_named_step_and_leaves_nothing() {
    every_method(|method| {
        for variation in ["", "low numbers taken"] {
            let lines = program!("no_descriptors_left").arg(variation).untraced().run().lines();
            assert_eq!(lines.last().map(String::as_str), Some("Ok(42)"), "{lines:?}");
            let failed: Vec<&String> = lines.iter().filter(|line| *line != "Ok(42)").collect();
            let unprepared = "gave no result, because it could not be prepared: ";
            for line in &failed {
                let started = ["System: Process-", "System: forkserver "];
                assert!(
                    started.iter().any(|start| line.starts_with(start)) || line.contains(unprepared),
                    "{line}"
                );
                assert!(line.ends_with(": Too many open files (os error 24)"), "{line}");
            }
            let memory = match method {
                Method::Spawn => "memory for its work",
                Method::Fork => "memory for its outcome",
                // With its limit the server is another one, too.
                Method::Forkserver => "a pair of sockets",
            };
            let last = birth(method);
            let steps = [memory, last];
            for step in &steps[..if variation.is_empty() { 1 } else { 2 }] {
                assert!(
                    failed.iter().any(|line| line.contains(&format!(": {step}: "))),
                    "{step}: {lines:#?}"
                );
            }
        }
    })
}

#[test]
fn without_processes_a_start_fails_at_a_named_step_and_leaves_nothing() {
    but_not(&[Method::Forkserver], "its server may have forked ahead, and has a test of its own", |method| {
        let ran = program!("no_processes_left").untraced().run();
        if ran.stdout() == "not root\n" {
            return cannot_run("only root can become a user who has no process left");
        }
        let step = birth(method);
        ran.prints(&[
            "Ok(42)",
            &format!(
                "System: Process-2 could not be started: {step}: Resource temporarily unavailable (os error 11)"
            ),
        ]);
    })
}

#[test]
fn in_a_control_group_without_processes_a_start_fails_at_a_named_step_and_leaves_nothing() {
    but_not(&[Method::Forkserver], "its server may have forked ahead, and has a test of its own", |method| {
        let ran = program!("no_processes_left_in_a_cgroup").untraced().run();
        if let Some(reason) = ran.stdout().strip_prefix("not possible: ") {
            return cannot_run(reason);
        }
        let step = birth(method);
        let failed = |n: u32| {
            format!(
                "System: Process-{n} could not be started: {step}: Resource temporarily unavailable (os error 11)"
            )
        };
        ran.prints(&[
            &failed(3),
            &failed(4),
            "Killed: Process-1 (pid <pid>) was ended by signal SIGKILL",
            "Ok(42)",
            "Killed: Process-2 (pid <pid>) was ended by signal SIGKILL",
        ]);
    })
}

#[test]
fn a_result_larger_than_the_largest_file_ends_the_child_only() {
    every_method(|_| {
        program!("small_files_only")
        .run()
        .prints(&[
            "Refused: Process-1 (pid <pid>) gave no result, because its result cannot be serialized (File too \
             large (os error 27)); the target itself ran to its end",
            "Ok(42)",
        ]);
    })
}

#[test]
fn without_proc_a_program_is_not_started_anew_and_the_step_is_named() {
    every_method(|method| {
        let ran = program!("without_proc").run();
        if ran.stdout() == "not root\n" {
            return cannot_run("only root can take /proc away");
        }
        let failed = |what| {
            format!(
                "System: {what} could not be started: /proc/self/exe: No such file or directory (os error 2)"
            )
        };
        ran.prints(&[&match method {
            Method::Spawn => failed("Process-1"),
            Method::Fork => "Ok(42)".to_owned(),
            Method::Forkserver => failed("forkserver"),
        }]);
    })
}

#[test]
fn a_process_bound_to_one_cpu_may_use_one() {
    every_method(|_| program!("cpus").run().prints(&["true", "true", "Ok(true)"]));
}

#[test]
fn a_process_in_a_control_group_may_use_the_whole_cpus_of_its_share_and_one_at_least() {
    but_not(&[Method::Forkserver], "a forkserver stays in the control group that it was started in", |_| {
        let ran = program!("cpus_in_a_cgroup").run();
        if let Some(reason) = ran.stdout().strip_prefix("not possible: ") {
            return cannot_run(reason);
        }
        ran.prints(&[
            "without a limit: true",
            "100 hundredths: true",
            "Ok(true)",
            "199 hundredths: true",
            "Ok(true)",
            "200 hundredths: true",
            "Ok(true)",
            "50 hundredths: true",
            "Ok(true)",
            "100000 hundredths: true",
            "Ok(true)",
        ]);
    });
}
