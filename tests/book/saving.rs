//! `book workshop` on a terminal: what a key does, and that a save is checked.

use std::fs;
use std::process::Command;
use std::time::Instant;

use nix::sys::signal::Signal;

use crate::desk::{Desk, NAME, PROGRAM, PROGRESS};
use crate::process::DEADLINE;
use crate::stopping::left;
use crate::terminal::OnTerminal;

/// Says that it is there, and does not end, nor does its child.
const HANGS: &str = "fn main() {\n    let _child = std::process::Command::new(\"sleep\").arg(\"600\").spawn();\n    \
                     println!(\"here\");\n    std::thread::sleep(std::time::Duration::from_secs(600));\n}\n";

fn session(desk: &Desk, options: &[&str], columns: u16) -> OnTerminal {
    OnTerminal::start(desk.command(options).env("NO_COLOR", "1"), columns)
}

/// Waits until the session gives keys, and shows which.
#[track_caller]
fn until_keys(session: &mut OnTerminal) {
    session.screen.until("q quit");
}

#[track_caller]
fn quit(mut session: OnTerminal) {
    session.press("q");
    session.screen.until("Your progress is kept");
    assert_eq!(session.wait().code(), Some(0));
    assert!(session.gives_lines(), "the terminal is as it was");
    assert_eq!(left(), [""; 0]);
}

#[test]
fn each_save_is_checked_by_events_and_by_looking() {
    for (options, columns) in [(&[][..], 160), (&["--poll"], 80)] {
        let desk = Desk::new();
        assert!(desk.workshop(&["start", NAME]).status.success());
        let start = desk.read(PROGRAM);
        let mut session = session(&desk, options, columns);
        let mut widest = 0;
        loop {
            let line = session.screen.next();
            // A spinner draws over itself, and is no line of the report.
            let line = line.trim_end().rsplit(['\r', '\x1b']).next().expect("one at least").to_owned();
            if line.contains(" ms ") {
                widest = widest.max(line.chars().count());
            }
            if line.contains("What its processes did") {
                assert_eq!(line.contains("│ What those of a good run did"), columns == 160, "{line}");
            }
            if line.contains("Look at next") {
                break;
            }
        }
        assert!((1..=usize::from(columns)).contains(&widest), "{widest} columns");
        until_keys(&mut session);
        assert!(!session.gives_lines(), "a key needs no Enter");
        desk.save(PROGRAM, &start.replace("let mut sum = 0;", "let mut sum = zero;"));
        session.screen.until("── check 2");
        session.screen.until("cannot find value `zero`");
        session.screen.until("It does not compile");
        desk.save(PROGRAM, &desk.solution());
        session.screen.until("── check 3");
        session.screen.until("your program passes");
        until_keys(&mut session);
        // The same text once more is no change.
        desk.save(PROGRAM, &desk.solution());
        session.press("c");
        session.screen.until("── check 4");
        session.screen.until("your program passes");
        until_keys(&mut session);
        quit(session);
    }
}

#[test]
fn a_key_does_what_the_screen_says() {
    let desk = Desk::new();
    let mut session = session(&desk, &[], 100);
    // The first one of the book was begun, and is not checked before it is changed.
    let first = workshop::ALL[0].name;
    session.screen.until(&format!("({first}, "));
    session.screen.until("Each time you save it");
    until_keys(&mut session);
    for (keys, said) in [
        ("h", "Hint 1 of 3"),
        ("s", "was not tried yet"),
        ("l", "minutes are left"),
        ("n", "does not pass yet"),
        ("x", "No, then."),
        // A text that is pasted answers nothing.
        ("ry", "No, then."),
        ("r", "Put the starting point back?"),
        ("y", "nothing to keep"),
        ("\x1b[Al", "minutes are left"),
        ("pnobody\n", "there is no exercise `nobody`"),
    ] {
        session.press(keys);
        session.screen.until(said);
        if !matches!(keys, "n" | "r" | "y") {
            until_keys(&mut session);
        }
    }
    session.press(&format!("p{NAME}x\x7f\n"));
    session.screen.until("(leaves_zombies, ");
    session.screen.until(PROGRAM);
    until_keys(&mut session);
    desk.save(PROGRAM, &desk.solution());
    session.screen.until("your program passes");
    until_keys(&mut session);
    session.press("n");
    let at = workshop::ALL.iter().position(|exercise| exercise.name == NAME).expect("the exercise");
    session.screen.until(&format!("({}, ", workshop::ALL[(at + 1) % workshop::ALL.len()].name));
    until_keys(&mut session);
    // What is gone can be had again.
    let program = desk.path(format!("workshop/mine/src/bin/{first}.rs"));
    session.press("p1\n");
    session.screen.until(&format!("({first}, "));
    until_keys(&mut session);
    fs::remove_file(&program).expect("a file to remove");
    session.press("c");
    session.screen.until(&format!("error: the file workshop/mine/src/bin/{first}.rs is gone"));
    until_keys(&mut session);
    session.press("r");
    session.screen.until("Put the starting point back?");
    session.press("y");
    session.screen.until("is as it was at the start");
    session.screen.until("── check");
    until_keys(&mut session);
    assert!(program.exists());
    quit(session);
    let list = desk.workshop(&["list"]).stdout;
    assert!(list.contains("✓ leaves_zombies"), "{list}");
}

/// The session checks a program that hangs, and has come to running it; or to building it, which hangs, and has no deadline
/// that a test could wait for.
fn hanging(desk: &Desk, at: &str) -> OnTerminal {
    assert!(desk.workshop(&["start", NAME]).status.success());
    desk.save(at, HANGS);
    let mut session = session(desk, &[], 80);
    session.screen.until("── check 1");
    // Its child runs, which only the check can have started.
    let until = Instant::now() + DEADLINE;
    while !left().iter().any(|pid| is_sleep(pid)) {
        assert!(Instant::now() < until, "the program has not started");
        std::thread::yield_now();
    }
    session
}

fn is_sleep(pid: &str) -> bool {
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line.starts_with(b"sleep\x00600\0"))
}

#[test]
fn whatever_ends_a_check_leaves_nothing_of_it() {
    let desk = Desk::new();
    quit(hanging(&desk, PROGRAM));
    let at_building = "workshop/mine/build.rs";
    quit(hanging(&desk, at_building));
    fs::remove_file(desk.path(at_building)).expect("a file to remove");
    for signal in [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM] {
        let mut session = hanging(&desk, PROGRAM);
        match signal {
            Signal::SIGINT => session.interrupt(),
            Signal::SIGQUIT => session.press("\x1c"),
            signal => session.signal(signal),
        }
        session.screen.until("stopped: nothing of it is left");
        assert_eq!(session.wait().code(), Some(130));
        assert!(session.gives_lines(), "the terminal is as it was");
        assert_eq!(left(), [""; 0]);
    }
    // So does a save: the next check begins, and the first one does not go on to its deadline.
    let mut session = hanging(&desk, PROGRAM);
    desk.save(PROGRAM, &desk.solution());
    session.screen.until("stopped");
    session.screen.until("── check 2");
    assert!(!left().iter().any(|pid| is_sleep(pid)), "of the check before");
    session.screen.until("your program passes");
    until_keys(&mut session);
    quit(session);
}

#[test]
fn no_check_is_lost_to_a_question() {
    let desk = Desk::new();
    let mut session = hanging(&desk, PROGRAM);
    for (check, keys) in [(2, "\n"), (3, "nobody\n"), (4, "\x1b")] {
        session.press("p");
        session.screen.until("stopped");
        session.press(keys);
        session.screen.until(&format!("── check {check}"));
    }
    session.press("p");
    session.screen.until("stopped");
    desk.save(PROGRAM, &desk.solution());
    session.press("\n");
    session.screen.until("── check 5");
    session.screen.until("your program passes");
    until_keys(&mut session);
    // Who saves does not mean to have the starting point in its place.
    session.press("r");
    session.screen.until("Put the starting point back?");
    desk.save(PROGRAM, &format!("{}// Changed.\n", desk.solution()));
    session.screen.until("No, then.");
    session.screen.until("your program passes");
    until_keys(&mut session);
    quit(session);
}

#[test]
fn a_session_that_is_stopped_leaves_the_terminal_to_the_shell_and_has_keys_again_when_it_goes_on() {
    let desk = Desk::new();
    assert!(desk.workshop(&["start", NAME]).status.success());
    let workshop = desk.command(&[]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "set -m; \"$@\"; echo the shell goes on; read _; fg", "sh"]);
    shell.arg(workshop.get_program()).args(workshop.get_args()).current_dir(desk.root());
    shell.envs(workshop.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("NO_COLOR", "1");
    let mut session = OnTerminal::start(&mut shell, 100);
    until_keys(&mut session);
    session.press("\x1a");
    session.screen.until("the shell goes on");
    assert!(session.gives_lines(), "the terminal is as it was");
    session.press("\n");
    let until = Instant::now() + DEADLINE;
    while session.gives_lines() {
        assert!(Instant::now() < until, "the session has not gone on");
        std::thread::yield_now();
    }
    session.press("h");
    session.screen.until("Hint 1 of 3");
    until_keys(&mut session);
    quit(session);
}

#[test]
fn what_cannot_be_noted_takes_nothing_away_and_ends_nothing() {
    let desk = Desk::new();
    assert!(desk.workshop(&["start", NAME]).status.success());
    desk.save(PROGRAM, &desk.solution());
    let mut session = session(&desk, &[], 100);
    session.screen.until("your program passes");
    until_keys(&mut session);
    fs::remove_file(desk.path(PROGRESS)).expect("a file to remove");
    fs::create_dir(desk.path(PROGRESS)).expect("a folder in its place");
    session.press("c");
    session.screen.until("your program passes");
    session.screen.until("warning: the result of the check could not be saved");
    until_keys(&mut session);
    for key in ["h", "l", "s", "n"] {
        session.press(key);
        session.screen.until("error: ");
        until_keys(&mut session);
    }
    quit(session);
}
