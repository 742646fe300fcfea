//! Starts where the system has no more to give.

use crate::common::program;

#[test]
fn without_descriptors_a_start_fails_at_a_named_step_and_leaves_nothing() {
    let lines = program!("no_descriptors_left").untraced().run().lines();
    let failed: Vec<&String> = lines.iter().filter(|line| line.starts_with("Start: Process-")).collect();
    assert!(failed.len() >= 2 && lines.last().is_some_and(|line| line == "Ok(42)"), "{lines:?}");
    assert!(failed.iter().all(|line| line.ends_with(": Too many open files (os error 24)")), "{lines:?}");
    for step in ["a pipe to see its parent by", "memory for its plan", "/dev/null"] {
        assert!(failed.iter().any(|line| line.contains(&format!(": {step}: "))), "{step}: {lines:?}");
    }
}

#[test]
fn without_processes_a_start_fails_at_a_named_step_and_leaves_nothing() {
    let ran = program!("no_processes_left").untraced().run();
    if ran.stdout() == "not root\n" {
        return eprintln!("not tested: only root can become a user who has no process left");
    }
    ran.prints(&[
        "Ok(42)",
        "Start: Process-2 could not be started: clone: Resource temporarily unavailable (os error 11)",
    ]);
}

#[test]
fn a_result_larger_than_the_largest_file_ends_the_child_only() {
    program!("small_files_only")
        .run()
        .prints(&[
            "Refused: Process-1 (pid <pid>) did not run its target, because its result cannot be serialized (File too \
             large (os error 27)); the target itself did run to its end",
            "Ok(42)",
        ]);
}

#[test]
fn without_proc_a_start_fails_at_a_named_step() {
    let ran = program!("without_proc").run();
    if ran.stdout() == "not root\n" {
        return eprintln!("not tested: only root can take /proc away");
    }
    ran.prints(&[
        "Start: Process-1 could not be started: /proc/self/exe: No such file or directory (os error 2)",
    ]);
}
