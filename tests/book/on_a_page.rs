//! *Run* on a page: what a reader who may run listings sees and can do.

use std::io::Write;
use std::path::Path;
use std::{env, fs};

use nix::libc;
use serde_json::Value;

use crate::confined::{Refused, refuse};
use crate::process::{Running, book};
use crate::run_socket::{RunSocket, run};
use crate::scratch::Scratch;
use crate::served::Served;

/// Says a word, waits until somebody opens the door, and says another one.
const DOOR: &str = "println!(\"before\");\n\
                    while !std::path::Path::new(\"target/open\").exists() {\n\
                    std::thread::sleep(std::time::Duration::from_millis(50));\n}\n\
                    println!(\"after\");";
const DOOR_RECORD: &str = "promise: exact\nended: exit code 0\nstdout:\n  | before\n  | after\nstderr:\n";

fn with_a_door() -> (Scratch, Served) {
    let scratch = Scratch::with_a_crate();
    scratch.add_listing("door", DOOR, Some(DOOR_RECORD));
    let served = Served::start(&scratch, &[]);
    (scratch, served)
}

fn open(scratch: &Scratch) {
    fs::write(scratch.path("target/open"), "").expect("a file");
}

/// The figure at the end, and the sentences.
fn end(run: &mut RunSocket) -> (String, String) {
    let over = run.until(|message| !message["over"].is_null());
    (over["over"]["figure"].as_str().expect("a figure").to_owned(), over["over"]["words"].to_string())
}

#[test]
fn output_of_an_unknown_writer_is_shown_and_hides_nothing() {
    let (scratch, served) = with_a_door();
    let main = "std::fs::write(\"target/new\", std::process::id().to_string()).unwrap();\n\
                std::fs::rename(\"target/new\", \"target/pid\").unwrap();\n"
        .to_owned()
        + DOOR;
    scratch.add_listing("pipes", &main, None);
    let mut run = run(&served, "sample/pipes");
    run.until_shown("before");
    let pid = fs::read_to_string(scratch.path("target/pid")).expect("a pid");
    let mut output = fs::File::options().write(true).open(format!("/proc/{pid}/fd/1")).expect("its output");
    let folder = scratch.root().display();
    writeln!(output, "from elsewhere, {folder}/src").expect("room in a pipe");
    drop(output);
    open(&scratch);
    let over = run.until(|message| !message["over"].is_null());
    let figure = over["over"]["figure"].as_str().expect("a figure");
    assert!(figure.contains("before") && figure.contains("after"), "{figure}");
    assert_eq!(over["over"]["late"], "from elsewhere, <book>/src\n");
    assert!(over["over"]["words"].to_string().contains("No process was seen to write"), "{over}");
}

#[test]
fn a_path_that_two_processes_write_is_hidden() {
    let scratch = Scratch::with_a_crate();
    let main = "let folder = std::env::current_dir().unwrap().display().to_string();\n\
                let (one, other) = folder.split_at(folder.len() - 3);\n\
                print!(\"{one}\");\nstd::io::Write::flush(&mut std::io::stdout()).unwrap();\n\
                std::process::Command::new(\"printf\").arg(format!(\"{other}/src\\n\")).status().unwrap();\n\
                std::os::unix::process::CommandExt::arg0(&mut std::process::Command::new(\"sleep\"), format!(\"x {one}\")).arg(\"0\").status().unwrap();";
    scratch.add_listing("halves", main, None);
    let served = Served::start(&scratch, &[]);
    let mut run = run(&served, "sample/halves");
    let mut last = String::new();
    while let Some(message) = run.next() {
        last = message.to_string();
    }
    let folder = scratch.root().display().to_string();
    assert!(last.contains("&lt;book&gt;") && last.contains("/src"), "{last}");
    assert!(!last.contains(&folder[..folder.len() - 3]), "{last}");
}

#[test]
fn a_listing_is_built_and_shown_while_it_runs() {
    let (scratch, served) = with_a_door();
    // It builds for as long as it takes to be seen building.
    let script = "fn main() {\n    while !std::path::Path::new(\"../../target/seen\").exists() {\n        \
                  std::thread::sleep(std::time::Duration::from_millis(5));\n    }\n}\n";
    scratch.write("chapters-code/sample/build.rs", script);
    let mut first = run(&served, "sample/door");
    first.until(|message| message["building"] == "Compiling sample");
    fs::write(scratch.path("target/seen"), "").expect("a file");
    let shown = first.until_shown("before");
    assert!(!shown.to_string().contains("after"), "{shown}");
    let svg = shown["running"]["svg"].as_str().expect("a drawing");
    assert!(svg.starts_with("<svg") && svg.contains("data-event=\"2\""), "{svg}");
    assert_eq!(shown["running"]["living"][0]["name"], "main");
    open(&scratch);
    let (figure, words) = end(&mut first);
    assert!(
        figure.contains("before") && figure.contains("after") && figure.contains("main ends"),
        "{figure}"
    );
    assert!(words.contains("Ended with exit code 0.") && words.contains("kept the promise"), "{words}");
    assert!(first.next().is_none(), "there is no more to say");

    // It is built now, and nothing but its start comes before it.
    let mut again = run(&served, "sample/door");
    let message = again.until(|message| !message["running"].is_null() || message["building"] != "");
    assert!(message["building"].is_null(), "{message}");
    // The program waits for nothing now, so the first message may be the last one, too.
    if message["over"].is_null() {
        again.words();
    }

    scratch.edit("chapters-code/sample/examples/door.rs", "\"after\"", "\"later\"");
    let (figure, words) = end(&mut run(&served, "sample/door?timeline=brief"));
    assert!(words.contains("broke the promise"), "built again, since its source is newer: {words}");
    assert!(figure.contains("plot-story"), "drawn like the brief figure of a page: {figure}");
}

#[test]
fn a_twin_in_python_runs() {
    let scratch = Scratch::new();
    let served = Served::start(&scratch, &[]);
    let (figure, words) = end(&mut run(&served, "sample/greet.py"));
    assert!(figure.contains("Hello, reader") && words.contains("kept the promise"), "{words}");
}

#[test]
fn a_signal_reaches_the_process_that_was_chosen_and_no_other() {
    let scratch = Scratch::with_a_crate();
    let main = "use std::os::unix::process::{CommandExt, ExitStatusExt};\n\
        let start = |name| std::process::Command::new(\"sleep\").arg0(name).arg(\"600\").spawn().unwrap();\n\
        let (mut one, mut two) = (start(\"one\"), start(\"two\"));\n\
        println!(\"two ended by {:?}\", two.wait().unwrap().signal());\n\
        println!(\"one ended by {:?}\", one.wait().unwrap().signal());";
    scratch.add_listing("sleepers", main, Some(DOOR_RECORD));
    let served = Served::start(&scratch, &[]);
    let mut run = run(&served, "sample/sleepers");
    for (number, signal) in ["STOP", "CONT", "TERM"].into_iter().enumerate() {
        run.signal("two", signal);
        // One that follows at once may take its place.
        let received = |message: &Value| {
            message["running"]["svg"].as_str().map(|svg| svg.matches("mark diamond").count())
        };
        run.until(|message| received(message) == Some(number + 1));
    }
    run.until_shown("two ended by Some(15)");
    run.signal("one", "KILL");
    let (figure, words) = end(&mut run);
    assert!(figure.contains("one ended by Some(9)"), "{figure}");
    for signal in ["SIGSTOP", "SIGCONT", "SIGTERM"] {
        assert!(figure.contains(&format!("two receives {signal}")), "{signal} in {figure}");
        assert!(!figure.contains(&format!("one receives {signal}")), "{signal} in {figure}");
    }
    assert!(words.contains("compared with no promise"), "{words}");
}

#[test]
fn what_a_page_cannot_wish_for_changes_nothing() {
    let (scratch, served) = with_a_door();
    let mut run = run(&served, "sample/door");
    run.until_shown("before");
    for wish in [
        r#"{"signal":{"process":99,"name":"KILL"}}"#,
        r#"{"signal":{"process":0,"name":"HUP"}}"#,
        r#"{"signal":{"pid":1,"name":"KILL"}}"#,
        r#"{"run":"sample/greet"}"#,
        "stop",
        "",
    ] {
        run.say(wish);
    }
    open(&scratch);
    let words = run.words();
    assert!(words.contains("kept the promise"), "{words}");
}

#[test]
fn there_is_a_bound_on_runs_at_a_time_and_a_place_is_free_when_one_is_over() {
    let (_scratch, served) = with_a_door();
    // The first is built before the others want to be.
    let mut runs: Vec<_> = (0..4)
        .map(|_| {
            let mut run = run(&served, "sample/door");
            run.until_shown("before");
            run
        })
        .collect();
    assert!(run(&served, "sample/door").words().contains("as many as may run at once"));
    runs[0].say("\"stop\"");
    let words = runs[0].words();
    assert_eq!(words, "You stopped it; nothing of it is left.");
    // What was said last was said when nothing was left; the thread that said it ends behind that.
    let begins =
        |mut run: RunSocket| run.until(|message| message["building"].is_null())["running"].is_object();
    assert!((0..50).any(|_| begins(run(&served, "sample/door"))), "no place was given back");
}

#[test]
fn arguments_reach_the_program() {
    let scratch = Scratch::with_a_crate();
    scratch.write(
        "chapters-code/sample/examples/says.rs",
        "// ARGUMENT: what: yes | no = yes\n// ARGUMENT: times: 1..=9 = 2\n\
         fn main() {\n    println!(\"given {:?}\", std::env::args().skip(1).collect::<Vec<_>>());\n}\n",
    );
    let served = Served::start(&scratch, &[]);
    let given = |query: &str| end(&mut run(&served, &format!("sample/says{query}"))).0;
    assert!(given("?times=9&what=no").contains("given [&quot;no&quot;, &quot;9&quot;]"));
    assert!(given("").contains("given []") && given("?times=2").contains("given []"));
}

#[test]
fn a_page_learns_no_path_of_the_disk() {
    let scratch = Scratch::with_a_crate();
    let main = "println!(\"here: {}\", std::env::current_exe().unwrap().display());\n\
                eprintln!(\"home: {}/x\", std::env::var(\"HOME\").unwrap());\n\
                std::process::Command::new(\"/nowhere\").status().unwrap();";
    scratch.add_listing("tells", main, None);
    scratch.add_listing("wrong", "let x: u32 = \"text\";", None);
    let home = tempfile::TempDir::with_prefix("home-of-ann-").expect("a temporary folder");
    let mut command = book(scratch.root(), &["serve", "--no-open", "--port", "0"]);
    command.env("HOME", home.path());
    // Where Cargo and its toolchain are, if nobody says, follows from the home.
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        let real = Path::new(&env::var_os("HOME").expect("a home")).join(folder);
        command.env(name, env::var_os(name).unwrap_or_else(|| real.into()));
    }
    let mut served = Served::printing(Running::start(&mut command));
    let root = scratch.root().to_str().expect("UTF-8").to_owned();
    let mut all = String::new();
    for listing in ["sample/tells", "sample/wrong"] {
        let mut run = run(&served, listing);
        while let Some(message) = run.next() {
            all += &message.to_string();
        }
    }
    assert!(all.contains("here: &lt;book&gt;/target/debug/examples/tells"), "{all}");
    assert!(all.contains("home: ~/x"), "{all}");
    assert!(!all.contains(&root) && !all.contains("home-of-ann"), "{all}");
    assert!(all.contains("cannot be built") && !all.contains("mismatched types"), "{all}");
    served.process.stderr.until("mismatched types");
}

#[test]
fn what_cannot_be_watched_is_not_run() {
    let scratch = Scratch::with_a_crate();
    scratch.add_listing("trap", "std::fs::write(\"sprung\", \"\").unwrap();", None);
    let mut command = book(scratch.root(), &["serve", "--no-open", "--port", "0"]);
    let refused = Refused::new(libc::SYS_ptrace, libc::EPERM);
    let served = Served::printing(Running::start(refuse(&mut command, refused)));
    let words = run(&served, "sample/trap").words();
    assert!(words.contains("does not let one program watch another") && words.contains("doctor"), "{words}");
    assert!(words.contains("cargo run -q --example trap"), "it says how to run it: {words}");
    assert!(!scratch.path("sprung").exists(), "it was run");
}

#[test]
fn a_message_that_no_page_sends_ends_the_run() {
    let (_scratch, served) = with_a_door();
    let mut long = run(&served, "sample/door");
    long.until_shown("before");
    long.say_in_vain(&"x".repeat(1 << 20));
    while long.next().is_some() {}
    run(&served, "sample/door");
}
