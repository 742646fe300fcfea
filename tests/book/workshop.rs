//! `book workshop`, a thing at a time: from the first exercise to the next one.

use std::fs;
use std::process::Command;

use nix::libc;

use crate::confined::{Refused, refuse};
use crate::desk::{Desk, NAME, PROGRAM, PROGRESS};
use crate::process::{Finished, run};

#[track_caller]
fn assert_says(finished: &Finished, code: i32, parts: &[&str]) {
    assert_eq!(finished.status.code(), Some(code), "{finished:?}");
    let said = format!("{}{}", finished.stdout, finished.stderr);
    let mut rest = said.as_str();
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("no `{part}` at its place in\n{said}"));
        rest = &rest[at + part.len()..];
    }
}

fn next_one() -> &'static str {
    let at = workshop::ALL.iter().position(|exercise| exercise.name == NAME).expect("the exercise");
    workshop::ALL[(at + 1) % workshop::ALL.len()].name
}

#[test]
fn an_exercise_is_begun_checked_solved_and_left_for_the_next() {
    let desk = Desk::new();
    assert_says(
        &desk.workshop(&["check"]),
        1,
        &["error: no exercise has been started yet: `cargo run -- workshop start`"],
    );
    assert_says(
        &desk.workshop(&["check", NAME]),
        1,
        &["there is no file", PROGRAM, "workshop start leaves_zombies"],
    );
    let begun = desk.workshop(&["start", NAME]);
    assert_says(&begun, 0, &["Ten zombies (leaves_zombies", "Fix the program.", PROGRAM, "It is new"]);
    let start = desk.read("workshop/exercises/leaves_zombies/start.rs");
    assert_eq!(desk.read(PROGRAM), start);

    let failed = desk.workshop(&["check"]);
    assert_says(
        &failed,
        1,
        &[
            "✓ ends\n",
            "✓ starts ten children",
            "✗ It has to collect ten children before it says that all have ended; it collected 0.\n",
            "`leaves_zombies` wrote to standard output\n",
            "  │ all have ended, zombies: 10\n",
            "It ended by exit code 0.\n",
            "What those of a good run did\n",
            " main executes leaves_zombies\n",
            "main writes: all have ended, zombies: 0\n",
            "What its processes did\n",
            " main executes leaves_zombies\n",
            "main writes: all have ended, zombies: 10\n",
            "\nLook at next: In the timeline, look between",
        ],
    );
    assert!(!failed.stdout.contains('\x1b'), "a pipe has no colors");
    let whole = desk.workshop(&["check", "--whole"]);
    for (said, is_cut) in [(&failed, true), (&whole, false)] {
        assert_eq!(
            said.stdout
                .contains("  … without small steps; `cargo run -- workshop check --whole` shows them\n"),
            is_cut,
            "{said:?}"
        );
    }
    // That was no try, since nothing was changed, and neither is what does not compile.
    let refused = "error: leaves_zombies was not tried yet";
    assert_says(&desk.workshop(&["solution"]), 1, &[refused]);
    desk.save(PROGRAM, &start.replace("let mut sum = 0;", "let mut sum = zero;"));
    let broken = desk.workshop(&["check"]);
    assert_says(&broken, 1, &["cannot find value `zero`", "It does not compile, so nothing was checked.\n"]);
    assert!(!broken.stdout.contains('\x1b'), "{broken:?}");
    assert_says(&desk.workshop(&["solution"]), 1, &[refused]);

    for hint in ["Hint 1 of 3\nA child is a zombie", "Hint 2 of 3\n", "Hint 3 of 3\n", "Hint 1 of 3\n"] {
        assert_says(&desk.workshop(&["hint"]), 0, &[hint]);
    }
    desk.save(PROGRAM, &format!("{start}// Changed.\n"));
    assert_says(&desk.workshop(&["check"]), 1, &["✗ It has to collect ten children"]);
    assert_says(
        &desk.workshop(&["solution"]),
        0,
        &["solution.rs", &desk.solution(), "`wait` checks sentinels"],
    );

    desk.save(PROGRAM, &desk.solution());
    let next = format!("Next: {}, by `cargo run -- workshop next`.\n", next_one());
    let passes = format!(" 1 of {} done", workshop::ALL.len());
    assert_says(
        &desk.workshop(&["check"]),
        0,
        &["✓ reports each end", "your program passes.\n", &passes, &next],
    );
    assert_says(&desk.workshop(&["next"]), 0, &[next_one()]);
    assert_says(&desk.workshop(&["list"]), 0, &["✓ leaves_zombies", &format!("▶  {}", place_of(next_one()))]);
}

/// Its number in the list, as it stands there.
fn place_of(name: &str) -> String {
    let at = workshop::ALL.iter().position(|exercise| exercise.name == name).expect("the exercise");
    format!("{} …", at + 1)
}

#[test]
fn nothing_of_a_participants_is_lost_and_nothing_of_the_book_is_changed() {
    let desk = Desk::new();
    let git = |arguments: &[&str]| {
        let options = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"];
        let done = run(Command::new("git").args(options).args(arguments).current_dir(desk.root()));
        assert!(done.status.success(), "{done:?}");
        done.stdout
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "The book"]);
    desk.workshop(&["start", NAME]);
    desk.save(PROGRAM, "fn main() {}\n");
    assert_says(&desk.workshop(&["check"]), 1, &["✗", "`leaves_zombies` wrote nothing."]);
    assert_eq!(git(&["status", "--porcelain"]), "", "git ignores it");

    // The book goes on, with another starting point; what was begun stays as it is.
    fs::write(desk.path("workshop/exercises/leaves_zombies/start.rs"), "fn main() { new() }\n")
        .expect("a file");
    git(&["commit", "-q", "-a", "-m", "A better start"]);
    assert_says(&desk.workshop(&["start", NAME]), 0, &["It was there already"]);
    assert_eq!(desk.read(PROGRAM), "fn main() {}\n");

    for number in 1..=2 {
        let kept = format!("workshop/mine/kept/leaves_zombies-{number}.rs");
        let mine = format!("fn main() {{}} // {number}\n");
        desk.save(PROGRAM, &mine);
        assert_says(&desk.workshop(&["reset", NAME]), 0, &["is as it was at the start.", &kept]);
        assert_eq!((desk.read(&kept), desk.read(PROGRAM)), (mine, "fn main() { new() }\n".to_owned()));
    }
    assert_says(&desk.workshop(&["reset", NAME]), 0, &["nothing to keep"]);
    fs::remove_file(desk.path(PROGRAM)).expect("a file to remove");
    assert_says(&desk.workshop(&["reset", NAME]), 0, &["is as it was at the start.", "nothing to keep"]);
    assert_eq!(desk.read(PROGRAM), "fn main() { new() }\n");
    assert_eq!(fs::read_dir(desk.path("workshop/mine/kept")).expect("a folder").count(), 2);

    // However broken it is, the book's own workspace does not see it.
    desk.save("workshop/mine/Cargo.toml", "no TOML");
    let cargo = std::env::var_os("CARGO").expect("Cargo runs this test");
    let metadata = ["metadata", "--offline", "--no-deps", "--format-version=1"];
    let seen = run(Command::new(cargo).args(metadata).current_dir(desk.root()));
    assert!(seen.status.success() && !seen.stdout.contains("workshop/mine"), "{seen:?}");
    let unbuilt = desk.workshop(&["check"]);
    assert_says(&unbuilt, 1, &["Cargo.toml", "Cargo built nothing, so nothing was checked.\n"]);
    assert!(!unbuilt.stdout.contains("cargo fetch"), "a network does not help: {unbuilt:?}");
    assert_eq!(desk.read("workshop/mine/Cargo.toml"), "no TOML", "it is the participant's");
    assert_eq!(git(&["status", "--porcelain"]), "");
}

#[test]
fn a_program_that_nobody_changed_follows_the_book() {
    let desk = Desk::new();
    let (start, at) = ("workshop/exercises/leaves_zombies/start.rs", [&["check"][..], &["solution"]]);
    desk.workshop(&["start", NAME]);
    // How the lines end, and a starting point that the book has changed meanwhile, are no change of the participant's.
    desk.save(PROGRAM, &desk.read(PROGRAM).replace('\n', "\r\n"));
    for newer in [desk.read(start), desk.read(start) + "// Newer.\n"] {
        desk.save(start, &newer);
        let [failed, refused] = at.map(|arguments| desk.workshop(arguments));
        assert_says(&failed, 1, &["✗ It has to collect ten children"]);
        assert_says(&refused, 1, &["was not tried yet"]);
    }
    assert_says(&desk.workshop(&["start"]), 0, &["It is new"]);
    assert_eq!(desk.read(PROGRAM), desk.read(start));
    assert_says(&desk.workshop(&["start"]), 0, &["It was there already"]);
}

#[test]
fn a_package_that_is_not_here_is_to_be_fetched_where_it_is_wanted() {
    let desk = Desk::new();
    desk.workshop(&["start", NAME]);
    let manifest = "workshop/mine/Cargo.toml";
    let wanted =
        format!("{}\n[dependencies.no-such-package-as-this]\nversion = \"1\"\n", desk.read(manifest));
    desk.save(manifest, &wanted);
    let said =
        ["no-such-package-as-this", "Cargo built nothing", "`cargo fetch` in the folder workshop/mine"];
    assert_says(&desk.workshop(&["check"]), 1, &said);
}

#[test]
fn a_wrong_name_has_a_nearest_one() {
    let desk = Desk::new();
    let said = format!("error: there is no exercise 99: they are numbered 1 to {}\n", workshop::ALL.len());
    assert_says(&desk.workshop(&["hint", "99"]), 1, &[&said]);
    for arguments in [&["start", "leaves_zombis"], &["check", "leaves_zombis"], &["reset", "leaves_zombis"]] {
        let said = "error: there is no exercise `leaves_zombis`; the nearest is `leaves_zombies`\n";
        assert_says(&desk.workshop(arguments), 1, &[said]);
    }
    assert!(!desk.path("workshop/mine").exists(), "nothing was begun");
}

#[test]
fn progress_that_is_damaged_is_not_written_over() {
    let desk = Desk::new();
    desk.workshop(&["start", NAME]);
    let whole = desk.read(PROGRESS);
    let damaged = &whole[..whole.len() / 2];
    desk.save(PROGRESS, damaged);
    for arguments in [&["list"][..], &["start", NAME], &["check"], &["hint"], &["next"], &[]] {
        let said = desk.workshop(arguments);
        assert_says(&said, 1, &["error: ", "progress.json is damaged. Your programs are not", "mv "]);
        assert_eq!(desk.read(PROGRESS), damaged, "{arguments:?}");
    }
}

#[test]
fn where_a_run_cannot_be_traced_the_program_is_not_to_blame() {
    let desk = Desk::new();
    desk.workshop(&["start", NAME]);
    let start = desk.read(PROGRAM);
    desk.save(PROGRAM, &format!("{start}// Changed.\n"));
    let mut check = desk.command(&["check"]);
    let unjudged = run(refuse(&mut check, Refused::new(libc::SYS_ptrace, libc::EPERM)));
    let advice = [
        "This check says nothing about your program: ",
        "ptrace",
        "`cargo run -- doctor` says how to fix that.",
    ];
    assert_says(&unjudged, 1, &advice);
    assert_says(&desk.workshop(&["solution"]), 1, &["was not tried yet"]);
}

#[test]
fn a_manifest_that_was_deleted_is_there_again() {
    let desk = Desk::new();
    desk.workshop(&["start", NAME]);
    for file in ["workshop/mine/Cargo.toml", "workshop/mine/.cargo/config.toml"] {
        fs::remove_file(desk.path(file)).expect("a file");
    }
    assert_says(&desk.workshop(&["check"]), 1, &["✗"]);
    assert!(desk.path("workshop/mine/Cargo.toml").is_file());
}
