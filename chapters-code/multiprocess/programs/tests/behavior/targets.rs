//! What can be a target. What cannot does not compile: the documentation of `Process::new` holds those tests.

use crate::common::program;
use crate::methods::every_method;

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
