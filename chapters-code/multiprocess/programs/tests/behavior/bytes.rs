//! Arguments and results as bytes: those that cannot be written or read, and 64 MiB of them.

use std::time::Duration;

use crate::common::{folder, program, script};
use crate::methods::{Method, every_method, only};

const READ_BACK: &str = ": their types must read back what they write, in a format that does not name its fields (no \
                         untagged enums, no skipped fields)";

#[test]
fn arguments_that_do_not_read_back_are_refused_by_the_child() {
    every_method(|_| {
        for (variation, reason) in [
            ("argument never read", "Serde Deserialization Error"),
            ("argument untagged", "This is a feature that PostCard will never implement"),
            ("argument with bytes left over", "1 bytes are left over"),
        ] {
            program!("unreadable_values").arg(variation).run().prints(&[&format!(
                "Refused: Process-1 (pid <pid>) gave no result, because its arguments cannot be deserialized \
             ({reason}){READ_BACK}"
            )]);
        }
    })
}

#[test]
fn arguments_that_cannot_be_written_are_an_error_of_the_start() {
    every_method(|_| {
        let ran = program!("unreadable_values").arg("argument not written").run();
        assert_eq!(ran.processes().unwrap_or(1), 1);
        ran.prints(&[
        "ArgumentsNotSerializable: the arguments of unreadable_values::main::{{closure}} could not be serialized: Serde \
         Serialization Error",
    ]);
    })
}

#[test]
fn a_result_that_cannot_be_written_is_told_of_by_the_child() {
    every_method(|_| {
        program!("unreadable_values").arg("result not written").run().prints(&[
            "Refused: Process-1 (pid <pid>) gave no result, because its result cannot be serialized (Serde \
         Serialization Error); the target itself ran to its end",
        ]);
    })
}

#[test]
fn a_result_that_does_not_read_back_is_an_error_of_the_join() {
    every_method(|_| {
        for (variation, reason) in [
            ("result never read", "Serde Deserialization Error"),
            ("result untagged", "This is a feature that PostCard will never implement"),
        ] {
            program!("unreadable_values").arg(variation).run().prints(&[&format!(
                "ResultUnreadable: Process-1 (pid <pid>) returned, but its result cannot be read: {reason}"
            )]);
        }
    })
}

#[test]
fn a_panic_of_the_values_own_code_is_a_panic() {
    every_method(|_| {
        let ran = program!("unreadable_values").arg("argument panics").run();
        assert!(ran.stdout().contains("Panicked: Process-1 "), "{ran:?}");
        assert!(ran.stdout().contains("while it is read"), "{ran:?}");
    })
}

#[test]
fn huge_arguments_arrive() {
    every_method(|_| {
        let ran = program!("huge_arguments").run();
        assert_eq!(ran.lines(), ["Ok(67108864)"], "{ran:?}");
    })
}

#[test]
fn huge_arguments_to_a_program_that_ends_without_reading_them_block_nobody() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        let ran =
            program!("huge_arguments").env("EXECUTABLE", "/bin/true").within(Duration::from_secs(20)).run();
        assert!(ran.stdout().starts_with("NeverEntered: "), "{ran:?}");
    })
}

#[test]
fn huge_arguments_to_a_program_that_sleeps_do_not_block_the_start() {
    only(Method::Spawn, "a child that is forked is started from no file", || {
        let sleeper = folder("sleeper").join("sleeper");
        script(&sleeper, "exec sleep 1000");
        let ran = program!("huge_arguments_to_a_sleeper").env("EXECUTABLE", &sleeper).run();
        ran.prints(&["started", "Killed: Process-1 (pid <pid>) was ended by signal SIGKILL"]);
    })
}

#[test]
fn a_huge_result_is_collected_whole() {
    every_method(|_| {
        program!("huge_result").arg("collected").run().prints(&["Ok((67108864, true))"]);
    })
}

/// The child may end after its parent: the run has ended when both have.
#[test]
fn a_huge_result_that_nobody_collects_blocks_nobody() {
    every_method(|_| {
        let ran = program!("huge_result").arg("dropped").run();
        ran.prints(&[]);
        if ran.processes().is_some() {
            let ended = &ran.0.processes[1];
            assert_eq!(ended.ending, supervisor::End::Exit(0), "{ended:?}");
        }
    })
}
