//! `book new` and `book record`: from nothing to a listing that a page can show.

use std::fs;

use crate::process::{book, run};
use crate::scratch::{RECORD, Scratch, TESTS};

#[test]
fn a_listing_begins_with_a_program_its_twin_and_their_tests() {
    let scratch = Scratch::new();
    let begun = run(&mut book(scratch.root(), &["new", "sample/says_goodbye", "--twin"]));
    assert!(begun.status.success(), "{}", begun.stderr);
    for part in [
        "wrote chapters-code/sample/examples/says_goodbye.rs",
        "wrote chapters-code/sample/python/says_goodbye.py",
        "cargo run -- record sample/says_goodbye sample/says_goodbye.py",
        "{{#timeline sample/says_goodbye}}",
    ] {
        assert!(begun.stdout.contains(part), "{part}: {}", begun.stdout);
    }
    let tests = fs::read_to_string(scratch.path(TESTS)).expect("the tests");
    for part in
        ["fn says_goodbye() {\n    check!(\"says_goodbye\", exact());", "fn says_goodbye_in_python() {"]
    {
        assert!(tests.contains(part), "{part}: {tests}");
    }
    // What was there is still there.
    assert!(tests.contains("check!(\"greet\", exact());"), "{tests}");
}

#[test]
fn a_chapter_begins_with_a_crate_that_cargo_can_test() {
    let scratch = Scratch::new();
    let begun = run(&mut book(scratch.root(), &["new", "locks"]));
    assert!(
        begun.status.success() && begun.stdout.contains("cargo run -- new locks/name"),
        "{}",
        begun.stderr
    );
    let manifest = fs::read_to_string(scratch.path("chapters-code/locks/Cargo.toml")).expect("a manifest");
    let manifest: toml::Table = manifest.parse().expect("TOML");
    assert_eq!(manifest["package"]["name"].as_str(), Some("locks"));
    assert!(!scratch.path("chapters-code/locks/examples").exists(), "a clone would not have it either");
    let begun = run(&mut book(scratch.root(), &["new", "locks/held_by_one"]));
    assert!(begun.status.success(), "{}", begun.stderr);
    assert!(scratch.path("chapters-code/locks/examples/held_by_one.rs").is_file());
}

#[test]
fn a_program_that_must_not_compile_begins_with_a_test_of_its_error() {
    let scratch = Scratch::new();
    let begun = run(&mut book(scratch.root(), &["new", "sample/moved", "--refused"]));
    assert!(begun.status.success(), "{}", begun.stderr);
    for part in
        ["wrote chapters-code/sample/refused/moved.rs", "record sample/moved", "{{#output sample/moved}}"]
    {
        assert!(begun.stdout.contains(part), "{part}: {}", begun.stdout);
    }
    assert!(!begun.stdout.contains("timeline"), "{}", begun.stdout);
    let tests = fs::read_to_string(scratch.path(TESTS)).expect("the tests");
    assert!(tests.contains("fn moved() {\n    records::refused!(\"moved\", \"E0382\");"), "{tests}");
    let chapter = run(&mut book(scratch.root(), &["new", "locks", "--refused"]));
    assert!(
        !chapter.status.success() && chapter.stderr.contains("such as `locks/name`"),
        "{}",
        chapter.stderr
    );
}

#[test]
fn what_cannot_begin_is_refused_with_the_next_step() {
    let scratch = Scratch::new();
    for number in 1..30 {
        scratch.add_listing(&format!("number_{number}"), "", None);
    }
    for (id, part) in [
        ("sample/greet", "there is a listing `sample/greet`"),
        ("sample/GREET", "`GREET` is not a name"),
        ("sample/7up", "`7up` is not a name"),
        ("sample/one-more", "with `_` between words"),
        ("sample/one_more", "`sample` has 30 listings, and 30 are enough"),
        ("smaple/one_more", "the nearest is `sample`. `cargo run -- new smaple` begins its crate"),
        ("sample", "there is a folder chapters-code/sample"),
        ("../sample", "there is no chapter `..`"),
    ] {
        let refused = run(&mut book(scratch.root(), &["new", id]));
        assert!(!refused.status.success() && refused.stderr.contains(part), "{id}: {}", refused.stderr);
    }
    assert!(!scratch.path("chapters-code/sample/examples/one_more.rs").exists());
}

/// A test that stands in for `check!`, which the small crate has no dependencies for.
const RECORDS_ITSELF: &str = r#"
#[test]
fn greet() {
    assert_eq!(std::env::var("INSTA_UPDATE").as_deref(), Ok("always"));
    let record = "---\nsource: x\n---\npromise: exact\nended: exit code 0\nstdout:\n  | Hello, reader\nstderr:\n";
    std::fs::write("records/greet.snap", record).expect("the record");
}
"#;

#[test]
fn one_command_records_output_and_timeline() {
    let scratch = Scratch::with_a_crate();
    let timeline = "chapters-code/sample/records/greet.json";
    scratch.remove(RECORD);
    scratch.remove(timeline);
    scratch.write(TESTS, RECORDS_ITSELF);
    let recorded = run(&mut book(scratch.root(), &["record", "sample/greet"]));
    assert!(recorded.status.success(), "{}", recorded.stderr);
    assert!(recorded.stderr.contains("recorded how sample/greet runs: 1 run"), "{}", recorded.stderr);
    assert!(scratch.path(RECORD).is_file() && scratch.path(timeline).is_file());

    scratch.remove(RECORD);
    scratch.write(TESTS, &RECORDS_ITSELF.replace("fn greet", "fn another"));
    let refused = run(&mut book(scratch.root(), &["record", "sample/greet"]));
    assert!(!refused.status.success(), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("has no record") && refused.stderr.contains("is named `greet`"),
        "{}",
        refused.stderr
    );

    scratch.write(TESTS, &RECORDS_ITSELF.replace("Ok(\"always\")", "Ok(\"never\")"));
    let failed = run(&mut book(scratch.root(), &["record", "sample/greet"]));
    assert!(!failed.status.success() && failed.stderr.contains("\"never\""), "{}", failed.stderr);
}

#[test]
fn a_program_that_may_hang_is_not_measured() {
    let scratch = Scratch::with_a_crate();
    let hangs = format!("promise: exact\nended: {}\nstdout:\nstderr:\n", supervisor::End::Deadline);
    scratch.add_listing("hangs", "loop { std::thread::park() }", Some(&hangs));
    let table = "chapters-code/benchmarks/results/tracing.md";
    scratch.write(table, "");
    let measured = run(&mut book(scratch.root(), &["record", "--overhead", "sample/hangs", "sample/greet"]));
    assert!(measured.status.success(), "{}", measured.stderr);
    assert!(measured.stderr.contains("left out sample/hangs"), "{}", measured.stderr);
    let table = fs::read_to_string(scratch.path(table)).expect("the table");
    assert!(table.contains("| `sample/greet` |") && !table.contains("hangs"), "{table}");
}
