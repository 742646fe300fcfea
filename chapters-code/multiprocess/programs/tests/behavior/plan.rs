//! What a process makes of a descriptor 3 that it is started with.
//!
//! A launcher that both clears the environment and closes descriptors leaves a child nothing by which to know that it
//! is one; that cannot be noticed, so it is not tested.

use std::fs;

use supervisor::End;

use crate::common::{Ran, folder, path_of, program, test_name};
use crate::methods::no_method;

const ORDINARY: &str = "this is the first process";

/// Runs `other_program` with these bytes as its descriptor 3.
fn handed(bytes: &[u8], arguments: &[&str]) -> Ran {
    let frame = folder(&format!("{}_frame", test_name())).join("frame");
    fs::write(&frame, bytes).expect("it can be written");
    let program = program!("hands_out_memory").env("FRAME", &frame).env("PROGRAM", path_of!("other_program"));
    arguments.iter().fold(program, |program, argument| program.arg(argument)).run()
}

/// A plan that states these lengths and holds these bytes.
fn plan(header: u32, body: u64, bytes: &[u8]) -> Vec<u8> {
    let check = (u64::from(header) ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9)
        ^ body.rotate_left(32);
    [b"mprplan\x01", &header.to_le_bytes()[..], &body.to_le_bytes(), &check.to_le_bytes(), bytes].concat()
}

#[test]
fn the_mark_of_a_child_without_work_is_told_of() {
    no_method("the program starts no process", || {
        for value in ["yes", "", "3,4"] {
            let ran = program!("other_program").env("MULTIPROCESS_CHILD", value).run_to_any_end();
            assert_eq!(ran.0.ending, End::Exit(1), "{value:?}: {ran:?}");
            assert_eq!(ran.stdout(), "", "{value:?}");
            assert_eq!(
                ran.stderr(),
                "multiprocess: MULTIPROCESS_CHILD is set, but descriptor 3 holds no work for this process. It is set for \
             child processes only: if this is one, what started it has closed its descriptors; if not, unset it.\n",
                "{value:?}"
            );
        }
    })
}

#[test]
fn a_descriptor_that_holds_no_work_is_left_alone() {
    no_method("the program starts no process", || {
        for bytes in [&b""[..], b"mprplan", b"Mprplan\x01 ", &[0xa5; 1000], &[0; 100]] {
            for place in ["memory", "shared"] {
                let ran = handed(bytes, &[place]);
                let text = String::from_utf8_lossy(bytes);
                assert_eq!(ran.stdout(), format!("{ORDINARY}\nexit status: 0\n{text}\n"), "{place}: {ran:?}");
            }
        }
        // Nor is a file on a disk taken for work, whatever it holds.
        let ran = handed(&plan(0, 0, b""), &["disk"]);
        assert!(ran.stdout().starts_with(&format!("{ORDINARY}\nexit status: 0\n")), "{ran:?}");
    })
}

#[test]
fn work_that_is_damaged_is_refused() {
    no_method("the program starts no process", || {
        for (bytes, reason) in [
            (b"mprplan\x01".to_vec(), "it is shorter than the shortest frame"),
            (plan(1, 1, b"xx")[..27].to_vec(), "it is shorter than the shortest frame"),
            ([b"mprplan\x01", &[0xff; 20][..]].concat(), "its lengths do not agree"),
            (plan(5, 255, b"hello"), "it is shorter than the 255 bytes that it states"),
            (plan(u32::MAX, 0, b"hello"), "it is shorter than the 4294967295 bytes that it states"),
            (plan(0, u64::MAX, b""), "it is shorter than the 18446744073709551615 bytes that it states"),
            (plan(0, 0, b""), "Hit the end of buffer, expected more data"),
            (b"mprtaken".to_vec(), "it holds no Plan but a Taken"),
            (b"mproutc\x01".to_vec(), "it holds no Plan but a Outcome"),
        ] {
            let ran = handed(&bytes, &["memory"]);
            assert_eq!(ran.lines()[0], "exit status: 1", "{reason}: {ran:?}");
            assert!(ran.stdout().contains(reason), "{reason}: {ran:?}");
        }
    })
}

#[test]
fn work_without_a_view_of_the_parent_is_told_of() {
    no_method("the program starts no process", || {
        let ran = handed(&plan(0, 0, b""), &["memory", "without a pipe"]);
        assert_eq!(ran.lines()[0], "exit status: 1", "{ran:?}");
        assert_eq!(
            ran.stderr(),
            "multiprocess: descriptor 3 holds work for this process, but descriptor 4 is closed.\n"
        );
    })
}
