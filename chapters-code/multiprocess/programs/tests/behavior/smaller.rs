//! Smaller promises, which every start method keeps in the same way.

use std::time::Duration;

use crate::common::{Program, Ran, program};
use crate::methods::{Method, every_method, only};

/// Runs it where a hang is told soon.
fn run(program: Program) -> Ran {
    program.within(Duration::from_secs(20)).run()
}

#[test]
fn a_name_with_a_null_byte_is_refused_by_every_method_alike() {
    let mut answers = Vec::new();
    every_method(|_| {
        for name in ["nul", "nul at the end"] {
            let line = run(program!("odd_names").arg(name)).stdout();
            assert!(line.starts_with("Err("), "{line}");
            assert!(!line.contains("(pid "), "there was a child: {line}");
            answers.push(line.trim().to_owned());
        }
    });
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[test]
fn a_long_name_is_treated_by_every_method_alike() {
    for name in ["longest argument", "longer", "mebibyte"] {
        let mut answers = Vec::new();
        every_method(|_| answers.push(run(program!("odd_names").arg(name)).stdout().trim().to_owned()));
        answers.dedup();
        assert_eq!(answers.len(), 1, "{name}: {answers:?}");
        let [answer] = &answers[..] else { unreachable!("there is one") };
        assert!(answer == "Ok(the same: true)" || answer.starts_with("Err("), "{answer}");
        assert!(!answer.contains("(pid "), "there was a child: {answer}");
    }
}

#[test]
fn the_arguments_of_a_child_are_those_of_the_program() {
    every_method(|_| {
        let ran = run(program!("first_argument").arg("one").arg("two words"));
        assert_eq!(ran.lines(), ["child: true", "grandchild: true"], "{ran:?}");
    });
}

#[test]
fn the_chosen_start_method_is_handed_down() {
    every_method(|method| {
        let name = method.name();
        let expected =
            format!("{:?}", [format!("Some({name})"), format!("Some({name})"), format!("Some({name})")]);
        assert_eq!(run(program!("hands_its_method_down")).lines(), [expected]);
    });
}

#[test]
fn what_is_handed_down_is_the_choice_and_not_the_method_of_one_process() {
    only(
        Method::Forkserver,
        "spawn is what one process is started by, and fork is chosen with a promise",
        || {
            let lines = run(program!("hands_its_method_down").arg("spawned")).lines();
            assert_eq!(lines, [r#"["Some(spawn)", "Some(forkserver)", "Some(forkserver)"]"#]);
        },
    );
}

fn skipped(value: &str) {
    every_method(|_| {
        let ran = run(program!("skips_fields").arg(value));
        let line = ran.stdout();
        assert!(line.starts_with("Err(") && !line.contains("(pid "), "it is started: {ran:?}");
    });
}

#[test]
fn arguments_that_read_back_as_another_value_are_not_started_when_their_bytes_tell() {
    skipped("written otherwise");
}

/// The bytes of what is read back are those that were written, so a second encoding shows nothing; but serde
/// tells the serializer that a field is skipped.
#[test]
fn arguments_that_skip_a_field_are_not_started() {
    skipped("written alike");
}

/// Whatever looks for skipped fields must not take these for some.
#[test]
fn arguments_that_skip_no_field_are_started() {
    every_method(|_| {
        for value in ["whole", "hash map"] {
            let ran = run(program!("skips_fields").arg(value));
            assert_eq!(ran.stdout(), "Ok(\"Ok(true)\")\n", "{value}: {ran:?}");
        }
    });
}

#[test]
fn a_result_that_skips_a_field_is_an_error() {
    every_method(|_| {
        let line = run(program!("skips_fields").arg("result")).stdout();
        assert!(line.starts_with("Ok(\"Err("), "{line}");
    });
}

#[test]
fn a_thread_that_a_constructor_has_started_forbids_no_spawn() {
    every_method(|method| {
        let lines = run(program!("thread_before_init")).lines();
        assert_eq!(lines[1..], ["the program goes on"], "{lines:?}");
        if method == Method::Spawn {
            assert_eq!(lines[0], "Ok(42)");
        } else {
            // A thread is not copied.
            assert!(lines[0].starts_with("Err(") && lines[0].contains("thread"), "{lines:?}");
        }
    });
}

#[test]
fn a_target_that_never_returns_can_be_started() {
    every_method(|_| {
        let lines = run(program!("never_returns")).lines();
        assert_eq!(lines[0], "Ok(false)");
        assert_eq!(lines[1].matches("SIGKILL").count(), 2, "{lines:?}");
    });
}

#[test]
fn a_worker_sees_the_end_of_its_input_while_one_that_was_started_later_still_reads() {
    every_method(|_| {
        let lines = run(program!("siblings_let_go")).lines();
        let expected = [
            "beside the second: Ok(Some(0))",
            "the second runs: true",
            "the second: Ok(Some(0))",
            "as its input: Ok(7)",
            "as its argument: Ok(7)",
            "beside the third: at its end",
            "the third: Ok(Some(0))",
        ];
        assert_eq!(lines, expected);
    });
}

/// It is a property of fork, and a reason to have the library make the pipes.
#[test]
fn a_forked_worker_that_waits_for_the_end_of_a_pipe_waits_for_those_that_were_forked_later() {
    only(Method::Fork, "a child has its parent's pipes only when it is a copy of it", || {
        let lines = run(program!("siblings_hold_pipes")).lines();
        assert_eq!(lines, ["beside the second: Ok(None)", "the second: Ok(0)", "then: Ok(0)"]);
    });
}
