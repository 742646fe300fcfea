//! `MULTIPROCESS_PLAN` in the environment of a process that is nobody's child.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use supervisor::End;

use crate::common::{path_of, program};

#[test]
fn a_variable_that_names_nothing_is_told_of() {
    let texts = ["", "x", "1,2", "3,3", "99,100", "-1,-2", "5", ",", "3,4,5", "99999999999,4", " 3, 4"];
    let garbage = texts.map(OsStr::new).into_iter().chain([OsStr::from_bytes(b"\xff,3")]);
    for text in garbage {
        let ran = program!("other_program").env("MULTIPROCESS_PLAN", text).run_to_any_end();
        assert_eq!(ran.0.ending, End::Exit(1), "{text:?}: {ran:?}");
        assert_eq!(ran.stdout(), "", "{text:?}");
        assert_eq!(
            ran.stderr(),
            "multiprocess: MULTIPROCESS_PLAN is set, but the descriptors it names hold no work for this process. It \
             is set for child processes only; unset it.\n",
            "{text:?}"
        );
    }
}

#[test]
fn a_plan_that_is_no_plan_is_refused() {
    for (plan, reason) in [
        ("empty", "nothing was written"),
        ("short", "it is shorter than the shortest frame"),
        ("garbage", "it does not begin as a frame of this version does"),
        ("truncated", "it states 5 + 255 bytes and holds 25"),
        ("endless", "it states 4294967295 + 18446744073709551615 bytes and holds 20"),
        ("no header", "Hit the end of buffer, expected more data"),
    ] {
        let ran =
            program!("hands_out_memory").arg(plan).env("PROGRAM", path_of!("other_program")).run_to_any_end();
        assert!(ran.lines()[0].ends_with("exit status: 1"), "{plan}: {ran:?}");
        assert!(ran.stdout().contains(reason), "{plan}: {ran:?}");
    }
}

#[test]
fn one_file_for_plan_and_result_is_told_of() {
    let program = program!("hands_out_memory").arg("one file for both");
    let ran = program.env("PROGRAM", path_of!("other_program")).run();
    assert_eq!(ran.lines()[0], "exit status: 1", "{ran:?}");
    assert!(ran.stderr().starts_with("multiprocess: MULTIPROCESS_PLAN is set, but "), "{ran:?}");
}
