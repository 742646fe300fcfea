//! `book run`, from the outside.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use nix::libc;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use records::timeline::{Timeline, What};
use supervisor::load::under_load;
use supervisor::{End, Request, oracle};

use crate::confined::{Refused, refuse};
use crate::process::{DEADLINE, Finished, Running, book, run};
use crate::scratch::Scratch;
use crate::terminal::OnTerminal;
use crate::this_book;

/// Where lines were told of late, a third of such runs had one at a wrong place.
const RUNS: usize = 5;
const HELLO: &str = "promise: exact\nended: exit code 0\nstdout:\n  | Hello, reader\nstderr:\n";
/// `book run`, marked so that what it leaves behind can be told.
pub(crate) fn book_run(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = book(folder, &[&["run"], arguments].concat());
    command.env(oracle::MARK, oracle::mark()).env_remove("CARGO_TARGET_DIR");
    command
}

/// Runs a listing of this book.
fn run_here(arguments: &[&str]) -> Finished {
    run(&mut book_run(this_book(), arguments))
}

/// What happened, without times and lanes. Each line happened after the one above it.
#[track_caller]
fn happenings(stdout: &str) -> Vec<&str> {
    let timed = stdout.lines().filter_map(|line| line.split_once(" ms "));
    let all: Vec<(f64, &str)> = timed
        .filter_map(|(time, rest)| Some((time.trim().parse().ok()?, rest)))
        .map(|(time, rest)| (time, rest.trim_start_matches(|c: char| !c.is_alphabetic() || c == 'z')))
        .collect();
    assert!(all.is_sorted_by_key(|(time, _)| *time), "a line is below a later one in\n{stdout}");
    all.into_iter().map(|(_, words)| words).collect()
}

/// These happened, in this order, among others.
#[track_caller]
pub(crate) fn assert_in_order(stdout: &str, wanted: &[&str]) {
    let mut rest = happenings(stdout).into_iter();
    for words in wanted {
        assert!(rest.any(|line| line.starts_with(words)), "no `{words}` at its place in\n{stdout}");
    }
}

#[test]
fn a_run_is_shown_as_it_went() {
    let shown = run_here(&["process-class/hello"]);
    assert_eq!(shown.status.code(), Some(0), "{shown:?}");
    assert_eq!(shown.stderr, "");
    assert!(!shown.stdout.contains('\x1b'), "a pipe has no colors: {shown:?}");
    assert_in_order(
        &shown.stdout,
        &[
            "main executes hello",
            "main starts ",
            "Process-1 writes: Hello Process World",
            "Process-1 ends: exit code 0",
            "main collects Process-1",
            "main ends: exit code 0",
            "the reaper collects main",
        ],
    );
    let (timeline, words) = shown.stdout.split_once("\n\n").expect("sentences behind the timeline");
    for line in timeline.lines() {
        let time = line.get(..12).map(str::trim).and_then(|time| time.strip_suffix(" ms"));
        assert!(time.is_some_and(|time| time.parse::<f64>().is_ok()), "no time: {line}");
    }
    assert_eq!(
        words,
        "Guaranteed: exactly these lines, in this order. Ended with exit code 0.\nThis run kept the promise.\n"
    );
}

#[test]
fn the_terminal_has_the_order_of_the_events_on_a_busy_machine() {
    under_load(|| {
        for _ in 0..RUNS {
            let shown = run_here(&["three_at_once"]);
            assert_in_order(&shown.stdout, &["main executes three_at_once", "main ends", "the reaper"]);
            let (timeline, _) = shown.stdout.split_once("\n\n").expect("sentences behind the timeline");
            assert!(timeline.ends_with("the reaper collects main"), "{}", shown.stdout);
        }
    });
}

#[test]
fn every_way_to_end_and_every_promise_is_shown() {
    for (id, happens, words) in [
        ("by_hand", &["main starts ", "main collects "][..], "This run kept the promise."),
        ("killed_by_pid", &["main sends SIGKILL to", "main ends: exit code 1"], "Ended with exit code 1."),
        (
            "introduction/thread_takes_all_down",
            &["main starts thread 1", "main ends: signal SIGABRT"],
            "Ended by signal SIGABRT.",
        ),
        (
            "introduction/process_falls_alone",
            &["Process-1 ends: signal SIGABRT", "main ends: exit code 0"],
            "kept",
        ),
        (
            "three_at_once",
            &["main collects Process-3", "main writes: all three have ended"],
            "Guaranteed: “all three have ended” comes last. Otherwise, these lines may come in any order.",
        ),
        ("nested_names", &["main starts", "main ends"], "kept the promise"),
        ("without_init", &["main writes to stderr: ", "main ends: exit code 1"], "kept the promise"),
    ] {
        let shown = run_here(&[id]);
        assert_eq!(shown.status.code(), Some(0), "{id} kept its promise: {shown:?}");
        assert_in_order(&shown.stdout, happens);
        assert!(shown.stdout.contains(words), "{id}: no `{words}` in\n{}", shown.stdout);
    }
}

#[test]
fn an_unknown_id_names_the_nearest() {
    for (id, nearest) in [
        ("process-class/helo", "process-class/hello"),
        ("three_at_one", "three_at_once"),
        ("helo.py", "hello.py"),
    ] {
        let refused = run_here(&[id]);
        assert_eq!(refused.status.code(), Some(1));
        assert_eq!(refused.stdout, "");
        assert_eq!(
            refused.stderr,
            format!("error: there is no listing `{id}`; the nearest is `{nearest}`\n")
        );
    }
}

#[test]
fn lines_come_while_the_listing_runs_on() {
    let scratch = Scratch::with_a_crate();
    let main = "let mut args = std::env::args().skip(1);\n\
                println!(\"first\");\n\
                let mut gate = std::fs::File::open(args.next().unwrap()).unwrap();\n\
                std::io::Read::read_exact(&mut gate, &mut [0]).unwrap();\n\
                println!(\"second\");";
    scratch.add_listing("waits", main, None);
    let pipe = scratch.path("gate");
    mkfifo(&pipe, Mode::S_IRWXU).expect("a pipe");
    let within = DEADLINE.as_secs().to_string();
    let path = pipe.to_str().expect("a path");
    let mut running =
        Running::start(&mut book_run(scratch.root(), &["waits", "--within", &within, "--", path]));
    // It comes before its end, since the program cannot go on before this test has read it.
    running.stdout.until("main writes: first");
    // Opened both ways, it waits for nobody.
    let mut gate = File::options().read(true).write(true).open(&pipe).expect("the gate");
    gate.write_all(b"g").expect("the gate");
    running.stdout.until("main writes: second");
    running.stdout.until("it was given arguments");
    assert!(running.wait().success());
}

#[test]
fn a_listing_is_built_when_its_source_has_changed() {
    let scratch = Scratch::with_a_crate();
    scratch.add_listing("greet", "println!(\"Hello, reader\");", Some(HELLO));
    let shown = run(&mut book_run(scratch.root(), &["sample/greet"]));
    assert_eq!((shown.status.code(), &*shown.stderr), (Some(0), ""), "{shown:?}");
    scratch.edit("chapters-code/sample/examples/greet.rs", "Hello", "Good night");
    let shown = run(&mut book_run(scratch.root(), &["sample/greet"]));
    assert_eq!(shown.status.code(), Some(1), "{shown:?}");
    for part in [
        "main writes: Good night, reader\n",
        "\nThis run broke the promise: stdout differs from the record.\n",
        "\n  | Hello, reader\n",
    ] {
        assert!(shown.stdout.contains(part), "no `{part}` in\n{}", shown.stdout);
    }
}

#[test]
fn a_listing_that_cannot_be_built_is_not_run() {
    let scratch = Scratch::with_a_crate();
    scratch.add_listing("greet", "println!(\"Hello, reader\")};", None);
    let refused = run(&mut book_run(scratch.root(), &["sample/greet"]));
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(refused.stdout, "");
    for part in ["greet.rs:3", "error: sample/greet cannot be built: cargo ended by exit code 101"] {
        assert!(refused.stderr.contains(part), "no `{part}` in\n{}", refused.stderr);
    }
    let refused = run(book_run(scratch.root(), &["sample/greet"]).env("CARGO", "/nowhere/cargo"));
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stderr.contains("cannot run /nowhere/cargo: `cargo run -- doctor` says"), "{refused:?}");
}

#[test]
fn a_twin_is_run_with_python() {
    let scratch = Scratch::new();
    let path = scratch.path("bin");
    scratch.write("bin/none", "");
    let refused = run(book_run(scratch.root(), &["sample/greet.py"]).env("PATH", path));
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stderr.contains("no python3 on the PATH: `cargo run -- doctor` says"), "{refused:?}");
    if Command::new("python3").arg("--version").output().is_err() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "with CI=true there must be a python3");
        return crate::confined::did_not_run("there is no python3 on the PATH");
    }
    let shown = run(&mut book_run(scratch.root(), &["sample/greet.py"]));
    assert_eq!(shown.status.code(), Some(0), "{shown:?}");
    assert_in_order(&shown.stdout, &["main executes python3", "main writes: Hello, reader", "main ends"]);
}

#[test]
fn a_listing_that_is_given_arguments_or_has_no_record_is_compared_with_nothing() {
    let scratch = Scratch::with_a_crate();
    let main = "let code = std::env::args().nth(1).map_or(0, |code| code.parse().unwrap());\n\
                println!(\"Hello, reader\");\nstd::process::exit(code);";
    scratch.add_listing("greet", main, Some(HELLO));
    scratch.add_listing("fresh", main, None);
    for (arguments, code, words) in [
        (&["greet"][..], 0, "This run kept the promise."),
        (&["greet", "--", "0"], 0, "Compared with no promise: it was given arguments."),
        (&["greet", "--", "3"], 1, "Ended with exit code 3. Compared with no promise"),
        (&["fresh"], 0, "Compared with no promise: it has no record."),
    ] {
        let shown = run(&mut book_run(scratch.root(), arguments));
        assert_eq!(shown.status.code(), Some(code), "{arguments:?}: {shown:?}");
        assert!(shown.stdout.contains(words), "{arguments:?}: no `{words}` in\n{}", shown.stdout);
    }
}

#[test]
fn json_is_a_timeline_and_nothing_else() {
    let shown = run_here(&["process-class/hello", "--json"]);
    assert_eq!((shown.status.code(), &*shown.stderr), (Some(0), ""), "{shown:?}");
    let timeline: Timeline = serde_json::from_str(&shown.stdout).expect("a timeline");
    assert_eq!((timeline.schema, &*timeline.listing), (1, "process-class/hello"));
    assert!(!timeline.machine.is_empty());
    let [only] = &timeline.runs[..] else { panic!("one run: {timeline:?}") };
    assert_eq!(
        only.processes.iter().map(|process| &*process.name).collect::<Vec<_>>(),
        ["main", "Process-1"]
    );
    let hello = |what: &What| matches!(what, What::Write { text, .. } if text == "Hello Process World\n");
    assert!(only.events.iter().any(|event| event.process == 1 && hello(&event.what)));
    assert!(only.events.is_sorted_by_key(|event| event.at));
}

#[test]
fn many_runs_are_counted_beside_the_promise() {
    let shown = run_here(&["three_at_once", "--times", "20"]);
    assert_eq!((shown.status.code(), &*shown.stderr), (Some(0), ""), "{shown:?}");
    for part in [
        "guaranteed\n  these lines: “e” comes last, otherwise in any order\n  the end: exit code 0\n",
        "what happened in 20 runs: ",
        "\n1 end\n      20  100.0 %  ████████████████████████  exit code 0\n",
        "\nAll 20 runs kept the promise.\n",
    ] {
        assert!(shown.stdout.contains(part), "no `{part}` in\n{}", shown.stdout);
    }
    let orders: Vec<_> = shown.stdout.lines().filter(|line| line.ends_with(" e")).collect();
    let counts = orders.iter().map(|line| line.split_whitespace().next().expect("a number").parse::<u32>());
    assert_eq!(counts.map(|count| count.expect("a number")).sum::<u32>(), 20, "{}", shown.stdout);
    for order in orders {
        let mut letters: Vec<&str> = order.rsplit("  ").next().expect("an order").split(' ').collect();
        letters.sort_unstable();
        assert_eq!(letters, ["a", "b", "c", "d", "e"], "{order}");
    }

    let shown = run_here(&["three_at_once", "--times", "5", "--json"]);
    let timeline: Timeline = serde_json::from_str(&shown.stdout).expect("a timeline");
    let seen = timeline.seen.expect("what was seen");
    assert_eq!((seen.times, seen.ends), (5, vec![(End::Exit(0), 5)]));
    assert_eq!(seen.orders.iter().map(|order| order.count).sum::<u32>(), 5);
    assert!(seen.orders.iter().all(|order| order.lines.len() == 5 && order.run.is_none_or(|run| run == 0)));
    assert_eq!(timeline.runs.len(), 1);
}

#[test]
fn a_promise_that_is_broken_now_and_then_is_counted() {
    let scratch = Scratch::with_a_crate();
    // Says it in the first run and whenever it did not in the run before.
    let main = "if std::fs::remove_file(\"said\").is_err() {\n\
                std::fs::write(\"said\", \"\").unwrap();\nprintln!(\"Hello, reader\");\n}";
    scratch.add_listing("moody", main, Some(HELLO));
    let shown = run(&mut book_run(scratch.root(), &["moody", "--times", "5"]));
    assert_eq!(shown.status.code(), Some(1), "{shown:?}");
    for part in [
        "what happened in 5 runs: 2 orders\n       3   60.0 %  ██████████████            a\n",
        "       2   40.0 %  ██████████                nothing\n",
        "\n2 of 5 runs broke the promise.\n",
    ] {
        assert!(shown.stdout.contains(part), "no `{part}` in\n{}", shown.stdout);
    }
}

#[test]
fn a_terminal_has_colors_unless_it_does_not_want_them() {
    for (variable, colored) in
        [(None, true), (Some(("NO_COLOR", "1")), false), (Some(("TERM", "dumb")), false)]
    {
        let mut command = book_run(this_book(), &["process-class/hello"]);
        command.env_remove("NO_COLOR").env_remove("CLICOLOR").env_remove("CLICOLOR_FORCE");
        let mut on_terminal = OnTerminal::start_with(&mut command, 80, variable);
        let status = on_terminal.wait();
        let screen = on_terminal.screen.rest();
        assert!(status.success(), "{screen}");
        // Progress, which is drawn and wiped out before, has its own ways.
        let timeline: Vec<&str> = screen
            .lines()
            .filter(|line| line.contains(" ms "))
            .map(|line| line.rsplit("\x1b[2K").next().expect("a part"))
            .collect();
        assert!(timeline.len() > 5, "{screen}");
        assert_eq!(timeline.iter().any(|line| line.contains("\x1b[")), colored, "{variable:?}: {screen}");
    }
}

#[test]
fn a_narrow_terminal_is_not_overrun() {
    for columns in [40, 64] {
        let mut command = book_run(this_book(), &["three_at_once"]);
        let mut on_terminal = OnTerminal::start_with(&mut command, columns, Some(("NO_COLOR", "1")));
        assert!(on_terminal.wait().success());
        let screen = on_terminal.screen.rest();
        // Before the timeline cargo's progress may have been drawn, and been wiped out.
        let lines = screen.lines().skip_while(|line| !line.contains("executes"));
        let lines: Vec<&str> = lines.map(|line| line.rsplit('\x1b').next().expect("a part")).collect();
        assert!(lines.len() > 20, "{screen}");
        let longest = lines.iter().map(|line| line.trim_end().chars().count()).max();
        assert!(longest <= Some(columns.into()), "{longest:?} of {columns}:\n{screen}");
    }
}

#[test]
fn a_program_that_may_not_be_traced_is_run_without_a_timeline() {
    for call in [libc::SYS_ptrace, libc::SYS_seccomp] {
        let mut command = book_run(this_book(), &["process-class/hello"]);
        let shown = run(refuse(&mut command, Refused::new(call, libc::EPERM)));
        assert_eq!(shown.status.code(), Some(0), "{shown:?}");
        assert!(shown.stdout.starts_with("Hello Process World\n\nGuaranteed: "), "{shown:?}");
        assert!(shown.stderr.starts_with("no timeline, only the output: "), "{shown:?}");
        assert!(shown.stderr.ends_with("(`cargo run -- doctor` says how to fix it)\n"), "{shown:?}");

        let mut command = book_run(this_book(), &["process-class/hello", "--json"]);
        let refused = run(refuse(&mut command, Refused::new(call, libc::EPERM)));
        assert_eq!((refused.status.code(), &*refused.stdout), (Some(1), ""), "{refused:?}");
        assert!(refused.stderr.contains("there is no timeline: "), "{refused:?}");
    }
}

#[test]
fn under_another_tracer_a_listing_runs_without_a_timeline() {
    let request = Request::new(env!("CARGO_BIN_EXE_book"))
        .args(["run", "by_hand"])
        .dir(this_book())
        .env_remove("CARGO_TARGET_DIR")
        .within(DEADLINE);
    let traced = supervisor::run(&request).expect("a run");
    assert_eq!((traced.untraced, traced.ending), (None, End::Exit(0)));
    let stderr = String::from_utf8_lossy(&traced.stderr);
    assert!(stderr.contains("no timeline, only the output: ptrace: "), "{stderr}");
    let stdout = String::from_utf8_lossy(&traced.stdout);
    assert!(!stdout.contains(" ms ") && stdout.contains("Hello"), "{stdout}");
}

#[test]
fn what_a_program_writes_cannot_play_with_the_terminal() {
    let scratch = Scratch::with_a_crate();
    scratch.add_listing("sly", "println!(\"a\\u{1b}[2Jb\\rc\");\neprintln!(\"\\u{7}\");", None);
    let shown = run(&mut book_run(scratch.root(), &["sly"]));
    assert!(shown.stdout.contains(r"main writes: a\u{1b}[2Jb\rc"), "{shown:?}");
    assert!(shown.stdout.contains(r"main writes to stderr: \u{7}"), "{shown:?}");
    assert!(!shown.stdout.contains('\x1b') && !shown.stdout.contains('\r'), "{shown:?}");

    scratch.add_listing(
        "turns",
        "println!(\"a\\u{202e}b\\u{200b}c\\u{1b}[2J\");\neprintln!(\"\\u{2066}d\");",
        None,
    );
    for refused in [None, Some(Refused::new(libc::SYS_ptrace, libc::EPERM))] {
        let mut command = book_run(scratch.root(), &["turns"]);
        if let Some(refused) = refused {
            refuse(&mut command, refused);
        }
        let shown = run(&mut command);
        assert!(shown.stdout.contains(r"a\u{202e}b\u{200b}c\u{1b}[2J"), "{shown:?}");
        let stderr = if refused.is_some() { &shown.stderr } else { &shown.stdout };
        assert!(stderr.contains(r"\u{2066}d"), "{shown:?}");
        let whole = shown.stdout + &shown.stderr;
        assert!(!whole.contains(['\x1b', '\u{202e}', '\u{200b}', '\u{2066}']), "{whole:?}");
    }
}

#[test]
fn an_output_that_is_full_is_said_to_be() {
    let full = || File::options().write(true).open("/dev/full").expect("a device");
    for arguments in [&["process-class/hello"][..], &["process-class/hello", "--times", "2"]] {
        // The output goes to the device, and what is said to a file.
        let scratch = Scratch::new();
        let said = scratch.path("said");
        let mut command = book_run(this_book(), arguments);
        let status = command.stdout(full()).stderr(File::create(&said).expect("a file")).status();
        assert_eq!(status.expect("an end").code(), Some(1), "{arguments:?}");
        let said = std::fs::read_to_string(&said).expect("what was said");
        assert!(said.starts_with("error: cannot print\n  because: No space left on device"), "{said}");
        // What was done is done, though that cannot be said.
        let mut command = book_run(this_book(), arguments);
        let status = command.stdout(std::process::Stdio::null()).stderr(full()).status();
        assert_eq!(status.expect("an end").code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn a_listing_that_must_not_compile_shows_what_the_compiler_says() {
    let scratch = Scratch::with_a_crate();
    let program = "chapters-code/sample/refused/moved.rs";
    let record = "chapters-code/sample/records/moved.snap";
    scratch.write(program, "fn main() {\n    let a = String::new(); drop(a);\n    drop(a);\n}\n");
    let compile = |arguments: &[&str]| run(&mut book_run(scratch.root(), &[&["moved"], arguments].concat()));
    let alone = compile(&[]);
    assert_eq!(alone.status.code(), Some(0), "{alone:?}");
    assert!(alone.stdout.starts_with("error[E0382]: ") && alone.stdout.contains(program), "{alone:?}");
    assert!(
        alone.stdout.ends_with(" refuses it. Compared with no promise: it has no record.\n"),
        "{alone:?}"
    );

    let promise = |errors: &str| {
        format!("---\nsource: x\n---\npromise: refused with {errors}\ncompiler: rustc 1.2.3\nmessage:\n")
    };
    scratch.write(record, &promise("E0382 at line 3"));
    let kept = compile(&[]);
    assert_eq!(kept.status.code(), Some(0), "{kept:?}");
    assert!(kept.stdout.contains("\nThe book promises: refused with E0382 at line 3.\n"), "{kept:?}");
    assert!(kept.stdout.ends_with(" kept the promise.\n"), "{kept:?}");

    scratch.write(record, &promise("E0382 at line 2"));
    let broken = compile(&[]);
    assert_eq!(broken.status.code(), Some(1), "{broken:?}");
    assert!(
        broken.stdout.ends_with(" broke the promise: it is refused with E0382 at line 3.\n"),
        "{broken:?}"
    );
    scratch.write(program, "fn main() {}\n");
    let broken = compile(&[]);
    assert!(broken.stdout.ends_with(" broke the promise: it compiles.\n"), "{broken:?}");

    let counted = compile(&["--times", "3"]);
    assert_eq!(counted.status.code(), Some(1), "{counted:?}");
    assert!(counted.stderr.contains("`sample/moved` must not compile"), "{counted:?}");
}
