//! What a process makes of a descriptor 3 that it is started with.
//!
//! A launcher that both clears the environment and closes descriptors leaves a child nothing by which to know that it
//! is one; that cannot be noticed, so it is not tested.

use std::fs;

use multiprocess_programs::CHILD;
use supervisor::End;

use crate::common::{Ran, folder, path_of, program, test_name};
use crate::methods::no_method;

const ORDINARY: &str = "this is the first process";

/// What tells a first message apart that is for a child.
pub(crate) const FRONT: &str = "multiprocess 0.1.0 child\n";

/// An order without a place and without descriptors among the arguments.
pub(crate) const ORDER: &str = "0 0";

/// Runs `other_program` with a socket as its descriptor 3, in which there is a message with a file that holds these bytes.
fn handed(file: &[u8], arguments: &[&str]) -> Ran {
    let frame = folder(&format!("{}_frame", test_name())).join("frame");
    fs::write(&frame, file).expect("it can be written");
    let program = program!("hands_out_work").env("FRAME", &frame).env("PROGRAM", path_of!("other_program"));
    arguments.iter().fold(program, |program, argument| program.arg(argument)).run()
}

#[test]
fn the_mark_of_a_child_without_work_is_told_of() {
    no_method("the program starts no process", || {
        let ran = program!("other_program").env(CHILD, "yes").run_to_any_end();
        assert_eq!(ran.0.ending, End::Exit(1), "{ran:?}");
        assert_eq!(ran.stdout(), "");
        assert_eq!(
            ran.stderr(),
            "multiprocess: MULTIPROCESS_CHILD_0_1 is set, but descriptor 3 holds no work for this process. The variable \
             is set for child processes only: if this is one, what started it has closed its descriptors or done its \
             work already; if not, unset it.\n",
        );
        // The marks of other versions, and of one whose work has been taken up.
        for (name, value) in
            [(CHILD, "---"), ("MULTIPROCESS_CHILD", "yes"), ("MULTIPROCESS_CHILD_0_2", "yes")]
        {
            program!("other_program").env(name, value).run().prints(&[ORDINARY]);
        }
    })
}

#[test]
fn a_descriptor_that_holds_no_work_is_left_alone() {
    no_method("the program starts no process", || {
        let file = b"w\0\0\0\0\0\0\0\0";
        for message in [
            "memory",
            "nothing",
            "multiprocess 0.1.0 chil",
            "multiprocess 0.2.0 child\n",
            "Multiprocess 0.1.0 child\n",
            "a longer message of another program, which has its own idea of what its descriptor 3 is to be",
        ] {
            let ran = handed(file, &[message, ORDER]);
            assert!(
                ran.stdout().starts_with(&format!("{ORDINARY}\nexit status: 0\nw")),
                "{message}: {ran:?}"
            );
        }
    })
}

#[test]
fn work_that_is_damaged_is_refused() {
    no_method("the program starts no process", || {
        let with = |length: u64, bytes: &[u8]| [b"w", &length.to_le_bytes()[..], bytes].concat();
        for (file, reason) in [
            (b"".to_vec(), "it is gone"),
            (b"w".to_vec(), "it has only 1 bytes"),
            (with(0, b"")[..8].to_vec(), "it has only 8 bytes"),
            (with(255, b"hello"), "it has less than the 255 bytes that it states"),
            (with(u64::MAX, b""), "it has less than the 18446744073709551615 bytes that it states"),
            (with(0, b""), "Hit the end of buffer, expected more data"),
            ([b"t", &[0; 8][..]].concat(), "it is gone"),
            ([b"x", &[0; 8][..]].concat(), "it does not begin as it must"),
        ] {
            let ran = handed(&file, &[FRONT, ORDER]);
            assert_eq!(ran.lines()[0], "exit status: 1", "{reason}: {ran:?}");
            assert!(ran.stdout().contains(reason), "{reason}: {ran:?}");
        }
    })
}

#[test]
fn an_order_that_is_damaged_or_incomplete_is_told_of() {
    no_method("the program starts no process", || {
        for order in ["", "2", "0", "0 0 0", "1 0"] {
            let ran = handed(b"w\0\0\0\0\0\0\0\0", &[FRONT, order]);
            assert_eq!(ran.lines()[0], "exit status: 1", "{order}: {ran:?}");
            assert!(
                ran.stderr().starts_with("multiprocess: the work this process was started for: "),
                "{ran:?}"
            );
        }
        // What is known of the work is said where its parent looks.
        let ran = handed(b"w\0\0\0\0\0\0\0\0", &[FRONT, ORDER, "no pipe"]);
        assert_eq!(ran.lines()[0], "exit status: 1", "{ran:?}");
        assert!(ran.stdout().contains("not all descriptors came that belong to it"), "{ran:?}");
        let ran = handed(b"w\0\0\0\0\0\0\0\0", &[FRONT, "0 1"]);
        assert!(ran.stdout().contains("not all descriptors came that belong to it"), "{ran:?}");
    })
}
