//! Programs that know no bounds harm neither the page nor the server, and a page that takes nothing in harms nobody.

use std::fs;
use std::time::{Duration, Instant};

use crate::process::{DEADLINE, SOON};
use crate::run_socket::run;
use crate::scratch::Scratch;
use crate::served::Served;

pub(crate) fn memory(served: &Served) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", served.process.pid())).expect("the server");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    peak.expect("its memory").trim().parse().expect("a number")
}

#[test]
fn a_gigabyte_of_output_is_cut_and_the_program_comes_to_its_end() {
    let scratch = Scratch::with_a_crate();
    let main = "use std::io::Write;\nlet chunk = [b\"0123456789abcde\\n\".as_slice(); 1 << 12].concat();\n\
                for _ in 0..(1 << 14) { std::io::stdout().write_all(&chunk).unwrap(); }\n\
                std::fs::write(\"target/wrote\", \"\").unwrap();";
    scratch.add_listing("floods", main, None);
    let served = Served::start(&scratch, &["--within", "300"]);
    let before = memory(&served);
    let mut run = run(&served, "sample/floods");
    let (mut largest, mut last) = (0, String::new());
    while let Some(message) = run.next() {
        last = message.to_string();
        largest = largest.max(last.len());
    }
    assert!(
        last.contains("more than 64 KiB") && last.contains("Compared") || last.contains("64 KiB"),
        "{last:.2000}"
    );
    assert!(scratch.path("target/wrote").exists(), "it wrote all of it: {last:.2000}");
    assert!(largest < 1 << 20, "a message of {largest} bytes");
    let grown = memory(&served) - before;
    assert!(grown < 64 << 10, "the server needed {grown} KiB more");
}

#[test]
fn a_program_that_forks_without_end_is_ended() {
    let scratch = Scratch::with_a_crate();
    let main = "loop { std::process::Command::new(std::env::current_exe().unwrap()).spawn().unwrap(); }";
    scratch.add_listing("forks", main, None);
    let served = Served::start(&scratch, &[]);
    let words = run(&served, "sample/forks").words();
    assert!(words.contains("more than 128 processes and threads"), "{words}");
    assert_eq!(served.get("/").status, 200);
}

#[test]
fn of_a_run_without_end_a_figure_holds_the_beginning() {
    let scratch = Scratch::with_a_crate();
    scratch.add_listing("chatters", "for n in 0..5000 { println!(\"line {n}\"); }", None);
    let served = Served::start(&scratch, &[]);
    let mut run = run(&served, "sample/chatters");
    let over = run.until(|message| !message["over"].is_null())["over"].clone();
    assert!(over["words"].to_string().contains("its first 400 events of"), "{}", over["words"]);
    let figure = over["figure"].as_str().expect("a figure");
    assert!(figure.contains("line 7<") && !figure.contains("line 4999<"), "{figure:.3000}");
    let late = over["late"].as_str().expect("what comes after the figure");
    assert!(late.ends_with("line 4999\n"), "the rest of the output is shown too: {late:.300}");
    let is_event = |mark: &&str| mark.split('>').next().is_some_and(|tag| tag.contains("data-event"));
    assert_eq!(figure.split("<g class=\"mark ").filter(is_event).count(), 400);
}

#[test]
fn a_page_that_takes_nothing_in_holds_up_nobody_and_loses_its_run() {
    let scratch = Scratch::with_a_crate();
    let main = "std::fs::write(\"target/pid\", std::process::id().to_string()).unwrap();\n\
                loop { println!(\"{}\", \"x\".repeat(4000)); std::thread::sleep(std::time::Duration::from_millis(90)); }";
    scratch.add_listing("talks", main, None);
    let served = Served::start(&scratch, &["--within", "600"]);
    let mut deaf = run(&served, "sample/talks");
    deaf.until_shown("xxx");
    let pid = fs::read_to_string(scratch.path("target/pid")).expect("a pid");
    // From here on nothing is read, and so nothing answered.
    let until = Instant::now() + DEADLINE;
    while fs::exists(format!("/proc/{pid}")).expect("/proc") {
        let asked = Instant::now();
        assert_eq!(served.get("/part/page.html").status, 200);
        assert!(asked.elapsed() < SOON, "a page took {:?}", asked.elapsed());
        assert!(
            Instant::now() < until,
            "the run goes on for a page that has taken in nothing for {DEADLINE:?}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}
