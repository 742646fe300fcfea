//! What else a program may do at the same time: exit, collect children, stop, kill its forkserver, adopt orphans, be of
//! another version.

use std::time::Duration;

use multiprocess_programs::questions::QUESTIONS;

use crate::common::{Program, Ran, program, seeded, tell};
use crate::methods::{Method, but_not, cannot_run, every_method, only};

const NO_SERVER: &str = "the others have no server";

/// Runs it where a hang is told soon.
fn run(program: Program) -> Ran {
    program.within(Duration::from_secs(20)).run()
}

fn notes(program: Program) -> Vec<String> {
    let folder = program.folder().to_owned();
    let ran = run(program);
    assert_eq!(ran.stdout() + &ran.stderr(), "");
    std::fs::read_to_string(folder.join("notes"))
        .expect("the processes have left notes")
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn children_that_other_threads_start_while_the_program_exits_are_joined_until_no_more_are_started() {
    but_not(&[Method::Fork], "a fork beside a thread is refused", |_| {
        let notes = notes(program!("starts_while_exiting").arg("thread"));
        let count = |note: &str| notes.iter().filter(|line| line.starts_with(note)).count();
        assert_eq!(count("orphaned"), 0, "{} were joined: {notes:?}", count("joined"));
        assert!(count("joined") >= 3, "{notes:?}");
        assert_eq!(count("refused: Err("), 1, "{notes:?}");
        assert_eq!(count("the limit"), 0, "{notes:?}");
    });
}

#[test]
fn an_exit_handler_that_comes_before_the_librarys_starts_a_child_which_is_joined() {
    every_method(|_| {
        let mut notes = notes(program!("starts_while_exiting").arg("earlier"));
        notes.sort();
        assert_eq!(notes, ["joined", "started"]);
    });
}

#[test]
fn an_exit_handler_that_comes_after_the_librarys_starts_nothing_and_is_told_so() {
    every_method(|_| {
        let notes = notes(program!("starts_while_exiting").arg("later"));
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].starts_with("refused: Err("), "{notes:?}");
    });
}

/// What was printed for the children that exit with code 7, are killed, and return.
fn ends(ran: &Ran, ends: [&str; 3]) -> [Vec<String>; 3] {
    let of = |end: &str| {
        ran.lines().iter().filter_map(|line| Some(line.strip_prefix(end)?.trim().to_owned())).collect()
    };
    ends.map(of)
}

fn right(ran: &Ran, [exits, killed, returns]: [Vec<String>; 3], each: usize) {
    for lines in [&exits, &killed, &returns] {
        assert_eq!(lines.len(), each, "{ran:?}");
    }
    let told = |line: &str, status: &str, joined: &str| {
        line.contains(joined) && line.split("status ").nth(1).is_some_and(|told| told.contains(status))
    };
    let wrong = |lines: &[String], status, joined| {
        lines.iter().filter(|line| !told(line, status, joined)).cloned().collect::<Vec<_>>()
    };
    let wrong = [
        wrong(&exits, "Code(7)", "exit code 7"),
        wrong(&killed, "Signal { signal: 9", "SIGKILL"),
        wrong(&returns, "Code(0)", "joined Ok("),
    ];
    assert!(
        wrong.iter().all(Vec::is_empty),
        "{} {} {}: {wrong:#?}",
        wrong[0].len(),
        wrong[1].len(),
        wrong[2].len()
    );
}

/// Whatever collects a child, the kernel keeps its status for those who hold its pidfd.
fn reaped(variation: &str) {
    every_method(|_| {
        let program = program!("reaps_in_a_handler").arg(variation);
        let folder = program.folder().to_owned();
        let ran = program.env("REPEATS", "60").untraced().within(Duration::from_secs(20)).run();
        assert!(!ran.stdout().contains(" start "), "a start failed whose child may have run: {ran:?}");
        let ran_once = std::fs::read_to_string(folder.join("notes"))
            .expect("the processes have left notes")
            .lines()
            .count();
        assert_eq!(ran_once, 60, "{ran:?}");
        right(&ran, ends(&ran, ["0 ", "1 ", "2 "]), 20);
    });
}

#[test]
fn beside_a_handler_that_collects_everything_all_is_started_and_every_end_is_known() {
    reaped("at once");
}

#[test]
fn beside_a_handler_that_collects_everything_before_fork_returns_all_is_started_and_every_end_is_known() {
    reaped("slow parent");
}

#[test]
fn where_the_kernel_collects_everything_all_is_started_and_every_end_is_known() {
    reaped("ignored");
}

#[test]
fn beside_a_handler_that_collects_everything_it_is_known_how_a_server_ended() {
    only(Method::Forkserver, NO_SERVER, || {
        let program = program!("reaps_in_a_handler").arg("hook exits").env("REPEATS", "1");
        let line = run(program).stdout();
        assert!(line.contains(" start Err(") && line.contains("exit code 3"), "{line}");
    });
}

/// There what another part of the program has collected is lost, and the value is not.
#[test]
fn beside_a_handler_that_collects_everything_on_an_older_kernel_all_is_started_and_values_arrive() {
    every_method(|_| {
        for variation in ["at once", "slow parent"] {
            let program = program!("reaps_in_a_handler").arg(variation).env("OLDER_KERNEL", "1");
            let ran = program.env("REPEATS", "60").untraced().within(Duration::from_secs(20)).run();
            assert!(!ran.stdout().contains(" start "), "{variation}: {ran:?}");
            let [exits, killed, returns] = ends(&ran, ["0 ", "1 ", "2 "]);
            assert!(returns.iter().all(|line| line.contains("joined Ok(")), "{variation}: {returns:#?}");
            for line in exits.iter().chain(&killed) {
                let known = line.contains("exit code 7") || line.contains("SIGKILL");
                assert!(known || line.contains("exit status"), "{variation}: {line}");
            }
        }
    });
}

#[test]
fn how_children_ended_after_their_server_was_killed_is_told_right() {
    only(Method::Forkserver, NO_SERVER, || {
        let ran = run(program!("ends_after_its_server"));
        right(&ran, ends(&ran, ["exits", "killed", "returns"]), 1);
    });
}

/// The kernel gives the orphans to a process that is slow to collect them. Until then they are zombies, of which `/proc` tells.
#[test]
fn how_children_ended_after_their_server_was_killed_is_told_right_before_another_process_collects_them() {
    only(Method::Forkserver, NO_SERVER, || {
        let ran = run(program!("ends_after_its_server").arg("late"));
        right(&ran, ends(&ran, ["exits", "killed", "returns"]), 1);
    });
}

/// There it can be known only as long as the child is a zombie. Later what is known is that the server is gone, and that
/// nothing in the program collected the child.
#[test]
fn how_children_ended_after_their_server_was_killed_on_an_older_kernel_is_blamed_on_nothing_else() {
    only(Method::Forkserver, NO_SERVER, || {
        let ran = run(program!("ends_after_its_server").env("OLDER_KERNEL", "1"));
        let [exits, killed, returns] = ends(&ran, ["exits", "killed", "returns"]);
        assert!(returns[0].contains("joined Ok("), "{ran:?}");
        for (lines, end) in [(exits, "exit code 7"), (killed, "SIGKILL")] {
            for line in lines {
                assert!(!line.contains("other code") && !line.contains("waitpid"), "{line}");
                assert!(line.contains("forkserver") || line.contains(end), "{line}");
            }
        }
    });
}

#[test]
fn nothing_that_does_not_wait_waits_for_a_stopped_server() {
    only(Method::Forkserver, NO_SERVER, || {
        let ran = run(program!("asks_beside_a_stopped_server").untraced());
        assert_eq!(ran.lines(), ["running, slow: []", "ended, slow: []"], "{ran:?}");
    });
}

#[test]
fn nothing_that_does_not_wait_waits_for_a_stopped_server_on_an_older_kernel() {
    only(Method::Forkserver, NO_SERVER, || {
        let program = program!("asks_beside_a_stopped_server").env("OLDER_KERNEL", "1");
        let ran = program.untraced().within(Duration::from_secs(60)).run();
        assert_eq!(ran.lines(), ["running, slow: []", "ended, slow: []"], "{ran:?}");
    });
}

/// A tracer is the first to learn of its tracee's end, and the parent the next.
#[test]
fn nothing_that_does_not_wait_waits_for_a_tracer_of_the_child() {
    every_method(|_| {
        // The supervisor's tracer would be the only one.
        let ran = run(program!("asks_beside_a_tracer").untraced());
        if let Some(reason) = ran.stdout().strip_prefix("not possible: ") {
            return cannot_run(reason);
        }
        let questions = QUESTIONS.map(|(question, _)| question);
        for (line, question) in ran.lines().iter().zip(questions) {
            let answer = line.strip_prefix(&format!("{question} answers "));
            assert!(answer.is_some_and(|joined| ["", "Ok(7)"].contains(&joined)), "{line}: {ran:?}");
        }
        assert_eq!(ran.lines().len(), questions.len(), "{ran:?}");
    });
}

fn stopped(signal: &str) {
    every_method(|_| {
        let program = seeded(program!("stopped_while_it_starts").arg(signal));
        let ran = program.repeats(300, 5000).run();
        tell(&ran.stderr());
        assert_eq!(ran.lines(), ["not stopped: 0 times", "ended by: Some(9)"], "{ran:?}");
    });
}

/// Each time the program itself is stopped, which is what a shell waits for before it takes the terminal back.
#[test]
fn a_program_that_is_stopped_from_its_terminal_while_it_starts_children_stops_and_goes_on() {
    stopped("SIGTSTP");
}

#[test]
fn a_program_that_is_stopped_by_force_while_it_starts_children_goes_on_and_can_be_killed() {
    stopped("SIGSTOP");
}

fn orphans(adopter: &str) {
    only(Method::Forkserver, NO_SERVER, || {
        for older in [false, true] {
            let program = program!("adopts_orphans").arg(adopter);
            let ran = run(if older { program.env("OLDER_KERNEL", "1") } else { program });
            if let Some(reason) = ran.stdout().strip_prefix("not possible: ") {
                return cannot_run(reason);
            }
            let lines = ran.lines();
            let expected = ["zombies: 0", "Ok(42)", "Ok(42)", "Ok(42)", "Ok(42)", "Ok(42)", "zombies: 0"];
            assert_eq!(lines[..7], expected, "older kernel {older}: {ran:?}");
        }
    });
}

#[test]
fn a_program_that_adopts_orphans_keeps_no_zombies_of_killed_servers() {
    orphans("subreaper");
}

#[test]
fn a_program_that_is_process_1_keeps_no_zombies_of_killed_servers() {
    orphans("process 1");
}

#[test]
fn what_another_version_of_the_library_hands_to_its_child_is_none_of_this_versions_business() {
    every_method(|_| {
        for (variation, left) in [
            ("nothing", "left: false"),
            ("memory", "left: true"),
            ("socket", "left: true"),
            ("empty socket", "left: false"),
            ("mark", "left: false"),
            ("mark and memory", "left: true"),
            ("mark and socket", "left: true"),
            ("mark and empty socket", "left: false"),
        ] {
            let ran = run(program!("other_versions").arg(variation));
            assert_eq!(ran.lines(), ["Ok(42)", left, "exit status: 0"], "{variation}: {ran:?}");
        }
    });
}

/// What a debugger has attached to is the debugger's to collect. Here it stands for all that can keep a killed process from ending.
fn held(variation: &str, expected: &[&str]) {
    let ran =
        program!("leaves_a_held_process").arg(variation).untraced().within(Duration::from_secs(20)).run();
    if let Some(reason) = ran.stdout().lines().find_map(|line| line.strip_prefix("not possible: ")) {
        return cannot_run(reason);
    }
    ran.prints(expected);
}

#[test]
fn a_forkserver_that_has_been_killed_and_does_not_end_holds_up_neither_a_start_nor_the_exit() {
    only(Method::Forkserver, NO_SERVER, || {
        held("exit", &["Ok(42)"]);
        held("start", &["Ok(42)", "Ok(42)"]);
    });
}

#[test]
fn a_process_whose_time_is_up_and_that_does_not_end_does_not_hold_up_the_others() {
    every_method(|_| held("run_all", &["[TimedOut]"]));
}
