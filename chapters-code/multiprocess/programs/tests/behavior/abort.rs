//! A program built with `panic = "abort"`.

use crate::common::{Program, build};
use crate::methods::every_method;

#[test]
#[ignore = "builds the library and all it needs anew, which takes half a minute"]
fn a_panic_that_aborts_is_told_of_as_a_panic() {
    every_method(|_| {
        let package = env!("CARGO_PKG_NAME");
        let abort = "profile.dev.panic='abort'";
        let folder = build(
            "abort",
            &[
                "-p",
                package,
                "--bin",
                "panics",
                "--bin",
                "ends",
                "--bin",
                "pools_at_limits",
                "--config",
                abort,
            ],
        );
        let ran = Program::at(folder.join("panics")).arg("str").run();
        assert!(ran.stdout().starts_with("Process-1: \"a plain message\" at chapters-code/"), "{ran:?}");
        assert_eq!(ran.stderr().lines().count(), 1, "{ran:?}");
        let ran = Program::at(folder.join("ends")).arg("thread").run();
        assert!(ran.stdout().contains("was ended by signal SIGABRT"), "{ran:?}");
        let ran = Program::at(folder.join("pools_at_limits")).arg("panics").run();
        let lines = ["3 panicked", "8 panicked", "13 panicked", "18 panicked", "Ok(332833500)"];
        assert_eq!(ran.lines(), lines, "{ran:?}");
    })
}
