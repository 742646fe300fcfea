//! A program built with `panic = "abort"`.

use std::path::Path;
use std::process::Command;

use crate::common::Program;
use crate::methods::every_method;

#[test]
#[ignore = "builds the library and all it needs anew, which takes half a minute"]
fn a_panic_that_aborts_is_told_of_as_a_panic() {
    every_method(|_| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("abort");
        let built = Command::new(env!("CARGO"))
            .args(["build", "-q", "-p", env!("CARGO_PKG_NAME"), "--bin", "panics", "--bin", "ends"])
            .args(["--config", "profile.dev.panic='abort'", "--target-dir"])
            .arg(&target)
            .status();
        assert!(built.expect("cargo runs").success());
        let ran = Program::at(target.join("debug/panics")).arg("str").run();
        assert!(ran.stdout().starts_with("Process-1: \"a plain message\" at Some("), "{ran:?}");
        assert_eq!(ran.stderr().lines().count(), 1, "{ran:?}");
        let ran = Program::at(target.join("debug/ends")).arg("thread").run();
        assert!(ran.stdout().contains("was ended by signal SIGABRT"), "{ran:?}");
    })
}
