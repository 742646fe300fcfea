//! What a copy of a process owns: nothing of what its original has, whether the library has made the copy or other code.

use std::time::Duration;

use supervisor::{End, share};

use crate::common::{Program, Ran, program};
use crate::methods::{Method, but_not, every_method, its_own_methods, only};

/// Runs it where a hang is told soon.
fn run(program: Program) -> Ran {
    program.within(Duration::from_secs(20)).run()
}

/// The lines that begin with this, and what stands behind it.
fn lines(ran: &Ran, begin: &str) -> Vec<String> {
    ran.lines().iter().filter_map(|line| Some(line.strip_prefix(begin)?.to_owned())).collect()
}

fn owners(how: &str, joined: &str) {
    every_method(|method| {
        // In the forkserver the hook is the server's, and its children are the copies.
        let hooks: &[bool] = if method == Method::Forkserver { &[false, true] } else { &[false] };
        for &hook in hooks {
            let program = program!("owns_folders").arg(how);
            let program = if hook { program.arg("hook") } else { program };
            let folder = program.folder().to_owned();
            let ran = run(program);
            let printed = ran.stdout();
            assert!(printed.contains(joined), "{ran:?}");
            let children = if how == "starts another" { 2 } else { 1 };
            for text in ["<c>", "<rust>"] {
                assert_eq!(printed.matches(text).count(), children, "{text}: {ran:?}");
            }
            let notes = std::fs::read_to_string(folder.join("notes")).expect("the processes have left notes");
            let notes: Vec<&str> = notes.lines().collect();
            let count = |note: &str| notes.iter().filter(|line| **line == note).count();
            // Where a target calls `exit`, the C library drops the thread's locals before any handler learns the code. So a
            // copy that does that drops what its original's thread owns, which is documented; nothing else, though.
            let exempt = how == "exits" && (method == Method::Fork || hook);
            let by_copies =
                |line: &&&str| line.ends_with("by a copy") && !(exempt && line.starts_with("the thread's"));
            assert_eq!(notes.iter().find(by_copies), None, "{hook}: {notes:?}");
            let own = [how, "is another"];
            for own in &own[..children] {
                let note = format!("the child's ({own}) is removed by its owner");
                assert_eq!(count(&note), 1, "{hook}: {notes:?}");
            }
            assert_eq!(count("the child's exit handler"), children, "{hook}: {notes:?}");
            if !hook {
                assert_eq!(notes.last(), Some(&"the thread's is removed by its owner"), "{notes:?}");
            }
        }
    });
}

#[test]
fn a_child_that_returns_drops_what_is_its_own_and_nothing_of_what_it_is_a_copy_of() {
    owners("returns", "Ok(())");
}

#[test]
fn a_child_that_panics_drops_what_is_its_own_and_nothing_of_what_it_is_a_copy_of() {
    owners("panics", "panicked at");
}

#[test]
fn a_child_that_exits_drops_what_is_its_own_and_nothing_of_what_it_is_a_copy_of() {
    owners("exits", "exit code 3");
}

#[test]
fn a_childs_child_drops_nothing_of_what_its_grandparent_owns() {
    owners("starts another", "Ok(())");
}

fn returns_twice(how: &str, joined: &str) {
    every_method(|_| {
        let ran = run(program!("returns_twice").arg(how));
        assert!(ran.stdout().starts_with(joined), "{how}: {ran:?}");
        assert!(!ran.stderr().contains("multiprocess:"), "the copy ends quietly: {how}: {ran:?}");
    });
}

const ORIGINALS: &str = r#"Ok((8, "original"))"#;

#[test]
fn of_a_target_that_returns_twice_the_value_is_the_originals_when_the_copy_returns_first() {
    returns_twice("copy first", ORIGINALS);
    returns_twice("copy is shorter", r#"Ok((800000, "original"))"#);
}

#[test]
fn of_a_target_that_returns_twice_the_value_is_the_originals_when_the_copy_returns_last() {
    returns_twice("copy last", ORIGINALS);
}

#[test]
fn of_a_target_that_returns_twice_the_value_is_the_originals_when_the_copy_panics() {
    returns_twice("copy panics", ORIGINALS);
}

#[test]
fn of_a_target_that_returns_twice_the_end_is_the_originals() {
    every_method(|_| {
        for (how, joined) in [
            ("original is killed", "SIGKILL"),
            ("original exits", "exit code 0"),
            ("original panics", "in the original"),
        ] {
            let ran = run(program!("returns_twice").arg(how));
            let printed = ran.stdout();
            assert!(printed.starts_with("Err(") && printed.contains(joined), "{how}: {ran:?}");
        }
    });
}

fn own_files(how: &str) {
    every_method(|_| {
        let ran = run(program!("opens_its_own_files").arg(how));
        let lines = ran.lines();
        assert_eq!(lines[1..], ["damaged: []", "Ok(43)"], "{how}: {ran:?}");
        let ended = ["Ok(42)", "Err("].iter().any(|end| lines[0].starts_with(end));
        assert!(ended, "{how}: {ran:?}");
        let silent = ["exit code 0", "SIGABRT"].iter().any(|end| lines[0].contains(end));
        assert!(!silent, "it says nothing of a result that was lost: {how}: {ran:?}");
    });
}

#[test]
fn what_a_target_opens_when_it_has_closed_all_descriptors_is_its_own() {
    own_files("from 3 up");
    own_files("all");
}

#[test]
fn what_a_target_opens_when_it_has_closed_all_descriptors_is_its_own_after_a_panic() {
    own_files("from 3 up, panics");
}

#[test]
fn a_target_that_has_closed_all_descriptors_ends_with_its_value_or_a_clear_error() {
    own_files("from 3 up, none");
    own_files("all, none");
}

/// No start may take the program's files for what the library had under their numbers. What handles hold is theirs.
#[test]
fn what_a_program_opens_when_it_has_closed_all_descriptors_is_its_own() {
    let reason = "the connection to its server is a descriptor, which a program has to stop before it closes all of them";
    but_not(&[Method::Forkserver], reason, |_| {
        let ran = run(program!("closes_its_descriptors"));
        let read = lines(&ran, "the child reads: ");
        let told = read.len() == 1 && (read[0] == r#"Ok("")"# || read[0].starts_with("Err("));
        assert!(told, "{ran:?}");
        assert_eq!(lines(&ran, "files harmed: "), ["0"], "{ran:?}");
    });
}

#[test]
fn children_of_every_method_start_children_by_every_method() {
    its_own_methods(|| {
        let ran = program!("mixes_methods").repeats(5, 200).run();
        let wrong: Vec<String> = ran
            .lines()
            .into_iter()
            .filter(|line| !line.ends_with("Ok(3)") && !line.ends_with("Ok(Ok(3))"))
            .collect();
        assert!(wrong.is_empty() && ran.lines().len() >= 20, "{wrong:?} {ran:?}");
    });
}

fn preforks(before: &str) {
    every_method(|_| {
        let patience = Duration::from_secs(share::times(20, 300));
        let ran = program!("preforks").arg(before).repeats(20, 500).within(patience).run();
        assert_eq!(lines(&ran, "the original: "), ["Ok(())"], "{ran:?}");
        assert_eq!(lines(&ran, "a copy: "), ["exit status: 0"; 4], "{ran:?}");
        assert_eq!(lines(&ran, "afterwards: "), ["Ok(42)"], "{ran:?}");
        assert_eq!(ran.stderr(), "");
    });
}

#[test]
fn a_program_that_copies_itself_starts_children_in_all_copies() {
    preforks("at first");
}

#[test]
fn a_program_that_copies_itself_after_a_start_starts_children_in_all_copies() {
    preforks("after a start");
}

#[test]
fn the_forkserver_of_its_original_is_not_a_copys() {
    only(Method::Forkserver, "the others have no server", || {
        for copy in ["other code's", "child"] {
            let ran = run(program!("preloads_in_a_copy").arg(copy));
            assert_eq!(lines(&ran, "copy: "), [r#"("Ok(())", "Ok(true)")"#], "{copy}: {ran:?}");
            assert_eq!(lines(&ran, "original: "), ["Ok(false)"], "{copy}: {ran:?}");
        }
    });
}

fn inherited(how: &str) {
    every_method(|method| {
        // There the server reports, to the original.
        let older: &[bool] = if method == Method::Forkserver { &[false, true] } else { &[false] };
        for &older in older {
            let program = program!("inherited_handles").arg(how);
            let ran = run(if older { program.env("OLDER_KERNEL", "1") } else { program });
            let originals = ["Ok(42)", "Ok(7)", "Ok(1)"];
            assert_eq!(lines(&ran, "original: "), originals, "{how}, older kernel {older}: {ran:?}");
            assert_eq!(lines(&ran, "original, active: "), ["1"], "{how}, older kernel {older}: {ran:?}");
            assert_eq!(lines(&ran, "copy's own: "), ["Ok(1)"], "{how}, older kernel {older}: {ran:?}");
            assert_eq!(lines(&ran, "the copy: "), ["exit status: 0"], "{how}, older kernel {older}: {ran:?}");
        }
    });
}

#[test]
fn a_copy_that_drops_the_handles_of_its_original_does_it_no_harm() {
    inherited("drops");
    inherited("closes");
}

#[test]
fn a_copy_that_signals_through_the_handles_of_its_original_does_it_no_harm() {
    inherited("kills");
    inherited("terminates");
}

#[test]
fn a_copy_that_asks_and_joins_the_handles_of_its_original_does_it_no_harm() {
    inherited("asks");
    inherited("joins");
    inherited("joins in a while");
}

#[test]
fn a_copy_has_no_active_children() {
    every_method(|_| {
        let ran = run(program!("inherited_handles").arg("drops"));
        assert_eq!(lines(&ran, "copy, active: "), ["0"], "{ran:?}");
        assert_eq!(lines(&ran, "original, active: "), ["1"], "{ran:?}");
    });
}

#[test]
fn a_program_that_makes_itself_a_unix_daemon_looks_after_the_children_that_it_starts_then() {
    every_method(|_| {
        for before in ["at first", "after a start"] {
            let ran = run(program!("daemonizes").arg(before));
            let printed = ran.lines();
            let expected = ["the program ends", "the other child ends, its parent alive"];
            assert_eq!(printed, expected, "{before}: {ran:?}");
            // Asked to end, and not killed by the kernel, as the daemons of a killed parent are.
            ran.ended("daemon", End::Signal(libc::SIGTERM));
        }
    });
}

#[test]
fn a_daemon_of_a_copy_ends_with_the_copy_and_not_with_its_original() {
    every_method(|_| {
        for before in ["at first", "after a start"] {
            let ran = run(program!("daemon_of_a_copy").arg(before));
            let expected = ["the copy: signal: 9 (SIGKILL)", "its daemon ends: true"];
            assert_eq!(ran.lines(), expected, "{before}: {ran:?}");
        }
    });
}

#[test]
fn a_forked_childs_copy_of_a_handle_is_none_of_its_business() {
    only(Method::Fork, "a child has its parent's handles only when it is a copy of it", || {
        for (how, joined) in [("kills", "Ok(42)"), ("joins", "Ok(42)"), ("drops", "Ok(42)")] {
            let ran = run(program!("handle_in_a_static").arg(how));
            assert_eq!(lines(&ran, "the parent: "), [joined], "{how}: {ran:?}");
        }
    });
}

/// A forked child's copy of Rust's standard input cannot be emptied, because the library has no way to see whether it is
/// locked. That is documented, so for fork another line is expected.
fn input(how: &str, expected: &str, by_fork: &str) {
    every_method(|method| {
        let ran = run(program!("buffered_input").arg(how));
        assert_eq!(ran.lines(), [if method == Method::Fork { by_fork } else { expected }], "{ran:?}");
    });
}

#[test]
fn what_a_parent_has_buffered_of_its_input_is_not_its_childs() {
    let copied = r#""one\n" Ok(Some("two\nthree\n")) "two\nthree\n""#;
    input("rust", r#""one\n" Ok(Some("")) "two\nthree\n""#, copied);
}

#[test]
fn what_a_parent_has_buffered_of_its_input_in_c_is_not_its_childs() {
    let line = r#""one\n" Ok(Some("")) "two\nthree\n""#;
    input("c", line, line);
}

#[test]
fn a_child_does_not_wait_for_the_lock_that_its_parent_holds_on_its_input() {
    input("locked", r#""one\ntwo\nthree\n" Ok(Some(""))"#, r#""one\ntwo\nthree\n" Ok(None)"#);
}

#[test]
fn in_a_panic_a_fork_is_refused_and_anything_else_is_started() {
    every_method(|method| {
        for place in ["hook", "drop"] {
            let ran = run(program!("starts_while_panicking").arg(place));
            let said = lines(&ran, "in the panic: ");
            assert_eq!(said.len(), 1, "{place}: {ran:?}");
            if method == Method::Fork {
                assert!(said[0].starts_with("Err(") && said[0].contains("panic"), "{place}: {ran:?}");
                assert!(!said[0].contains("(pid "), "there was a child: {place}: {ran:?}");
            } else {
                assert_eq!(said, ["Ok(42)"], "{place}: {ran:?}");
            }
            assert_eq!(lines(&ran, "the program goes on: "), ["true"], "{place}: {ran:?}");
            assert_eq!(lines(&ran, "afterwards: "), ["Ok(42)"], "{place}: {ran:?}");
        }
    });
}

/// A forked child has a copy of its parent's keys, once the parent has used some; this parent uses none.
#[test]
fn children_have_different_keys_for_their_hash_maps() {
    every_method(|_| assert_eq!(run(program!("random_keys")).lines(), ["8 of 8"]));
}

#[test]
fn forked_children_have_different_keys_for_their_hash_maps_unless_their_parent_has_used_some() {
    only(Method::Fork, "a child has its parent's keys only when it is a copy of it", || {
        assert_eq!(run(program!("random_keys").arg("beside a forkserver")).lines(), ["8 of 8"]);
    });
}
