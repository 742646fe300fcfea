//! What can be a target. What cannot does not compile: the documentation of `Process::new` holds those tests.

use std::fs;
use std::path::Path;
use std::process::Command;

use supervisor::oracle::clean;

use crate::common::{folder, program};
use crate::methods::{every_method, no_method};

#[test]
fn closures_functions_and_generic_functions_of_any_number_of_arguments_are_called() {
    every_method(|_| {
        program!("targets").run().prints(&[
        "Ok(12)",
        "Ok(42)",
        "Ok(42)",
        "Ok(13)",
        r#"Ok("7: u8")"#,
        r#"Ok("(true, 'é'): (bool, char)")"#,
        r#"Ok((255, -9223372036854775808, NaN, '\u{10ffff}', true, "\0ü", [1, 65535], Some(0)))"#,
        concat!(
            r#"Ok("340282366920938463463374607431768211455 -1 [1, 2, 3] (9, \"p\") {\"k\": 1} Err(\"no\") "#,
            r#"1.000000001s 0.5 18446744073709551615 s Some(None)")"#,
        ),
    ]);
    })
}

/// By fork too, where it could be called: a method is to be chosen for other reasons.
#[test]
fn a_function_of_a_shared_library_is_an_error_of_the_start() {
    let test = std::env::current_exe().expect("the path of this test");
    let profile = test.ancestors().nth(2).expect("a test is in target/<profile>/deps");
    let library = profile.join("examples/libshared_library.so");
    assert!(library.is_file(), "there is no {}: `cargo build --examples` builds it", library.display());
    every_method(|_| {
        let outside = "TargetOutsideExecutable: shared_library::in_the_library is outside the executable: a \
                       target must be compiled into the program itself";
        let ran = program!("calls_a_library").env("LIBRARY", &library).run();
        assert_eq!(ran.processes().unwrap_or(1), 1, "{ran:?}");
        ran.prints(&[outside, outside]);
    });
}

/// A program that the compiler refuses, with the lines at which it has to point.
const REFUSED: &str = r#"
use multiprocess::{Context, Process, set_forkserver_preload};

fn main() {
    let factor = 2;
    let _ = Process::new(move |n: u32| factor * n, (21,));
    let pointer: fn(u32) -> u32 = |n| n;
    let _ = Context::default().process(pointer, (21,));
    let hook: fn() = || ();
    let _ = set_forkserver_preload(hook);
}
"#;

#[test]
#[ignore = "builds the library and all it needs anew, which takes half a minute"]
fn a_target_that_holds_data_is_refused_at_the_line_that_names_it() {
    no_method("the program is not built", || {
        let folder = folder("refused_target");
        let library =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the programs are in the library's folder");
        let manifest = format!(
            "[package]\nname = \"refused\"\nedition = \"2024\"\n[[bin]]\nname = \"refused\"\npath = \"refused.rs\"\n\
             [workspace]\n[dependencies]\nmultiprocess = {{ path = {library:?} }}\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest).expect("a file can be written");
        fs::write(folder.join("refused.rs"), REFUSED).expect("a file can be written");
        fs::copy(library.join("../../Cargo.lock"), folder.join("Cargo.lock")).expect("the workspace has one");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "-q", "--offline", "--color=never"]).current_dir(&folder);
        cargo.env("CARGO_TARGET_DIR", folder.join("target"));
        // In turn with the runs of other tests, which look for children that were left behind.
        let built = clean(|| cargo.output()).expect("cargo runs");
        let said = String::from_utf8_lossy(&built.stderr);
        assert!(said.contains("a target is a plain function: name the function itself"), "{said}");
        for place in ["refused.rs:6:13", "refused.rs:8:13", "refused.rs:10:13"] {
            assert!(said.contains(&format!("--> {place}")), "{place}: {said}");
        }
        fs::remove_dir_all(folder).expect("it is ours");
    });
}
