//! Nothing of a run on a page is left, whoever goes away: the page, the server, or nobody, at the deadline.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::process::{DEADLINE, SOON};
use crate::run_socket::{RunSocket, run};
use crate::scratch::Scratch;
use crate::served::Served;

/// Forks twice, begins a session of its own, ignores what can be ignored, notes its pid, and stays.
const ESCAPES: &str = r#"let script = "setsid sh -c 'trap \"\" TERM HUP INT; sleep 1000 & echo $! > target/new; mv target/new target/escaped'";
    std::process::Command::new("sh").arg("-c").arg(script).status().unwrap();
    println!("escaped");
    std::thread::sleep(std::time::Duration::from_secs(1000));"#;

/// A run that has an orphan in hiding.
struct Escaped {
    served: Served,
    run: RunSocket,
    orphan: Pid,
    _scratch: Scratch,
}

impl Escaped {
    fn start(more: &[&str]) -> Escaped {
        let scratch = Scratch::with_a_crate();
        scratch.add_listing("escapes", ESCAPES, None);
        let served = Served::start(&scratch, more);
        let mut run = run(&served, "sample/escapes");
        run.until_shown("escaped");
        let pid = fs::read_to_string(scratch.path("target/escaped")).expect("a pid");
        let orphan = Pid::from_raw(pid.trim().parse().expect("a number"));
        assert_eq!(kill(orphan, None), Ok(()), "it runs");
        Escaped { served, run, orphan, _scratch: scratch }
    }
}

/// Waits until a process is gone. Nobody tells of the end of one that is not ours.
#[track_caller]
fn assert_gone(pid: Pid, within: Duration) {
    let until = Instant::now() + within;
    while kill(pid, None).is_ok() {
        assert!(Instant::now() < until, "{pid} is still there after {within:?}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_stopped_run_leaves_nothing() {
    let mut escaped = Escaped::start(&[]);
    escaped.run.say("\"stop\"");
    assert_eq!(escaped.run.words(), "You stopped it; nothing of it is left.");
    assert_gone(escaped.orphan, Duration::ZERO);
}

#[test]
fn a_run_whose_page_is_gone_leaves_nothing() {
    let Escaped { served, run, orphan, _scratch } = Escaped::start(&[]);
    // No goodbye: the connection just ends.
    drop(run);
    assert_gone(orphan, SOON);
    assert_eq!(served.get("/").status, 200);
}

#[test]
fn a_run_at_its_deadline_leaves_nothing() {
    let mut escaped = Escaped::start(&["--within", "4"]);
    let words = escaped.run.words();
    assert!(words.contains("still running after 4 seconds"), "{words}");
    assert_gone(escaped.orphan, Duration::ZERO);
}

#[test]
fn a_server_that_ends_leaves_nothing() {
    let Escaped { served, run: _open, orphan, _scratch } = Escaped::start(&[]);
    assert_eq!(served.stop(Signal::SIGTERM), Some(0));
    assert_gone(orphan, SOON);
}

#[test]
fn a_server_that_is_killed_leaves_nothing() {
    let Escaped { served, run: _open, orphan, _scratch } = Escaped::start(&[]);
    served.process.signal(Signal::SIGKILL);
    assert_gone(orphan, SOON);
}

#[test]
fn a_build_ends_with_its_page() {
    let scratch = Scratch::with_a_crate();
    let script = "fn main() {\n    let child = std::process::Command::new(\"sleep\").arg(\"1000\").spawn();\n    \
                  let new = std::env::var(\"OUT_DIR\").unwrap() + \"/new\";\n    \
                  std::fs::write(&new, child.unwrap().id().to_string()).unwrap();\n    \
                  std::fs::rename(new, \"../../target/builds\").unwrap();\n    loop { std::thread::park() }\n}\n";
    scratch.write("chapters-code/sample/build.rs", script);
    let served = Served::start(&scratch, &[]);
    let mut run = run(&served, "sample/greet");
    run.until(|message| message["building"].is_string());
    let until = Instant::now() + DEADLINE;
    let pid = loop {
        match fs::read_to_string(scratch.path("target/builds")) {
            Ok(pid) => break Pid::from_raw(pid.parse().expect("a number")),
            Err(_) if Instant::now() < until => std::thread::sleep(Duration::from_millis(5)),
            Err(error) => panic!("the build does not begin: {error}"),
        }
    };
    drop(run);
    assert_gone(pid, SOON);
}

/// What a process holds: open descriptors, threads, children, and kibibytes of memory.
fn holdings(pid: Pid) -> (usize, usize, usize, u64) {
    let home = format!("/proc/{pid}");
    let entries = |path: &str| fs::read_dir(Path::new(&home).join(path)).expect("the server").count();
    let tasks = fs::read_dir(Path::new(&home).join("task")).expect("the server").flatten();
    let children = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let children = children.map(|list| list.split_ascii_whitespace().count()).sum();
    let status = fs::read_to_string(Path::new(&home).join("status")).expect("the server");
    let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
    (entries("fd"), entries("task"), children, memory.expect("its memory").trim().parse().expect("a number"))
}

#[test]
fn two_hundred_abandoned_runs_leave_nothing() {
    let scratch = Scratch::with_a_crate();
    scratch.add_listing("escapes", ESCAPES, None);
    let served = Served::start(&scratch, &[]);
    let server = served.process.pid();
    // Threads that wait for work are kept for a while; so the first runs are not counted.
    for _ in 0..10 {
        run(&served, "sample/escapes").until_shown("escaped");
    }
    let settled = |before: Option<(usize, usize, usize, u64)>| {
        let until = Instant::now() + DEADLINE;
        loop {
            let now = holdings(server);
            let done = before.map_or(now.2 == 0, |before| now.0 <= before.0 && now.2 == 0);
            if done || Instant::now() > until {
                return now;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    let before = settled(None);
    let until = Instant::now() + DEADLINE;
    let mut begun = 0;
    while begun < 200 {
        assert!(Instant::now() < until, "only {begun} runs began");
        let mut run = run(&served, "sample/escapes");
        // At different moments of their lives: while one starts, when it runs, when its orphan hides.
        let last = match begun % 3 {
            0 => run.next(),
            1 => Some(run.until(|message| message["building"].is_null())),
            _ => Some(run.until(|message| {
                message["refused"].is_string()
                    || message["running"]["lines"].as_str().is_some_and(|lines| lines.contains("escaped"))
            })),
        };
        // The server refuses a run while it has not ended enough of those before.
        begun += usize::from(last.is_some_and(|last| last["refused"].is_null()));
    }
    let after = settled(Some(before));
    // The last of the first runs may still have been closing a descriptor. A leak would be one for each of the two hundred.
    assert!(after.0 <= before.0 && after.2 == 0, "descriptors and children: {after:?} after {before:?}");
    assert!(after.3 < before.3 + (16 << 10), "memory: {after:?} after {before:?}");
    let root = scratch.root().to_str().expect("UTF-8").to_owned();
    assert_eq!(in_folder(&root), [""; 0], "processes of the runs");
}

/// The processes but the server that work in this folder, as each listing does.
fn in_folder(root: &str) -> Vec<String> {
    let entries = fs::read_dir("/proc").expect("/proc").flatten().map(|entry| entry.path());
    let here = entries.filter(|path| fs::read_link(path.join("cwd")).is_ok_and(|cwd| cwd == Path::new(root)));
    let names = here.map(|path| fs::read_to_string(path.join("comm")).unwrap_or_default().trim().to_owned());
    names.filter(|name| name != "book" && !name.is_empty()).collect()
}
