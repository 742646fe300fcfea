//! The server, attacked by programs of this machine and by pages from elsewhere: what floods it, what stalls, and requests that
//! say two things at once.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::thread::{JoinHandle, spawn};
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::Signal;
use tungstenite::Message;

use crate::confined::limit;
use crate::excesses::memory;
use crate::process::{DEADLINE, Running, SOON, book};
use crate::run_socket::run;
use crate::scratch::Scratch;
use crate::served::{Answer, Connection, Served, connect};

/// Prints a line, waits until there is a file `target/open`, and prints another line.
const DOOR: &str = "println!(\"before\");\n\
                    while !std::path::Path::new(\"target/open\").exists() {\n\
                    std::thread::sleep(std::time::Duration::from_millis(20));\n}\n\
                    println!(\"after\");";
/// How many descriptors a process may have on most machines.
const DESCRIPTORS: u64 = 1024;
/// How many connections a flood has, a sixth of each kind. Each sixth is more than the server keeps at once.
const FLOOD: usize = 1800;
/// A server that may have as many descriptors as on most machines. The test itself gets enough for a flood.
fn start(scratch: &Scratch) -> Served {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("this process has limits");
    let need = (2 * FLOOD) as u64;
    assert!(hard >= need, "the flood needs {need} descriptors, and this machine allows {hard}");
    setrlimit(Resource::RLIMIT_NOFILE, soft.max(need), hard).expect("a soft limit below the hard one");
    let mut command = book(scratch.root(), &["serve", "--no-open", "--port", "0", "--within", "600"]);
    Served::printing(Running::start(limit(&mut command, Resource::RLIMIT_NOFILE, DESCRIPTORS)))
}

/// Asserts that a page is served.
#[track_caller]
fn assert_serves(served: &Served, when: &str) {
    let asked = Instant::now();
    assert_eq!(served.get("/part/page.html").status, 200, "{when}");
    assert!(asked.elapsed() < SOON, "{when}: a page took {:?}", asked.elapsed());
}

/// Sends these bytes and gives the answer.
fn raw(served: &Served, request: &str) -> Answer {
    let mut stream = connect(served.address);
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = vec![];
    stream.read_to_end(&mut answer).expect("an answer before the deadline");
    Answer::of(&answer)
}

/// What the connections of a flood say before they say nothing more.
fn openings(served: &Served) -> [(&'static str, String); 6] {
    let host = &served.host;
    let upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    [
        ("nothing", String::new()),
        ("half a line", "GET /part".to_owned()),
        ("half a head", format!("GET / HTTP/1.1\r\nHost: {host}\r\n")),
        ("half a body", format!("POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 10\r\n\r\nhalf")),
        (
            "a question, and the answer is not read",
            format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").repeat(200),
        ),
        ("a WebSocket", format!("GET /__livereload/1 HTTP/1.1\r\nHost: {host}\r\n{upgrade}\r\n\r\n")),
    ]
}

#[test]
fn connections_that_wait_keep_no_other_out_and_end_no_run() {
    let scratch = Scratch::with_a_crate();
    scratch.add_listing("door", DOOR, None);
    let served = start(&scratch);
    let mut running = run(&served, "sample/door");
    running.until_shown("before");
    // It answers the server's questions meanwhile, as a browser does.
    let running = spawn(move || running.words());
    let mut flood = vec![];
    for (what, opening) in openings(&served) {
        for _ in 0..FLOOD / 6 {
            let mut stream = connect(served.address);
            stream.set_nonblocking(true).expect("a socket");
            // The server may have ended it again, or take in no more.
            let _ = stream.write(opening.as_bytes());
            flood.push(stream);
        }
        assert_serves(&served, what);
    }
    fs::write(scratch.path("target/open"), "").expect("a file");
    let words = running.join().expect("the run goes on to its end");
    assert!(words.contains("Ended with exit code 0."), "{words}");
    let asked = Instant::now();
    assert_eq!(served.stop(Signal::SIGINT), Some(0));
    assert!(asked.elapsed() < SOON, "Ctrl-C took {:?}", asked.elapsed());
    drop(flood);
}

#[test]
fn a_connection_that_waits_is_closed_after_a_while() {
    let scratch = Scratch::new();
    let served = Served::start(&scratch, &[]);
    let waiting: Vec<_> = openings(&served)
        .into_iter()
        .map(|(what, opening)| {
            let mut stream = connect(served.address);
            stream.write_all(opening.as_bytes()).expect("a request");
            (what, stream)
        })
        .collect();
    // One that is never quiet, and never says what it wants.
    let mut drips = connect(served.address);
    write!(drips, "GET / HTTP/1.1\r\nHost: {}\r\nX: ", served.host).expect("half a head");
    let dripping = spawn(move || {
        let until = Instant::now() + DEADLINE;
        while drips.write_all(b"x").is_ok() {
            assert!(Instant::now() < until, "a head without end is still read");
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    // A page that is there answers the server's questions. These do not.
    for (what, mut stream) in waiting {
        let until = Instant::now() + DEADLINE;
        let mut unread = [0; 1 << 16];
        loop {
            match stream.read(&mut unread) {
                Ok(0) => break,
                Ok(_) => assert!(Instant::now() < until, "after {what} it is still open"),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
                Err(error) => panic!("after {what} it is still open: {error}"),
            }
        }
    }
    dripping.join().expect("the one that drips is closed, too");
}

#[test]
fn heads_without_end_take_no_memory() {
    let scratch = Scratch::new();
    let served = start(&scratch);
    let before = memory(&served);
    let head = format!("GET / HTTP/1.1\r\nHost: {}\r\nX: {}", served.host, "x".repeat(390 << 10));
    let flood: Vec<Connection> = (0..200)
        .map(|_| {
            let mut stream = connect(served.address);
            stream.set_write_timeout(Some(DEADLINE)).expect("a deadline");
            // The server refuses it before it has all of it.
            let _ = stream.write_all(head.as_bytes());
            stream
        })
        .collect();
    assert_serves(&served, "heads without end");
    drop(flood);
    let grown = memory(&served) - before;
    assert!(grown < 16 << 10, "the server needed {grown} KiB more");
}

#[test]
fn a_request_that_names_two_hosts_or_two_origins_is_refused() {
    let scratch = Scratch::new();
    let served = Served::start(&scratch, &[]);
    let host = &served.host;
    let ask = |line: &str, headers: &str| {
        raw(&served, &format!("{line} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n")).status
    };
    let here = format!("Host: {host}\r\n");
    assert_eq!(ask("GET /", &here), 200);
    assert_eq!(ask(&format!("GET http://{host}/"), &here), 200);
    for (line, headers) in [
        ("GET /".to_owned(), format!("{here}Host: evil.example\r\n")),
        ("GET /".to_owned(), format!("Host: evil.example\r\n{here}")),
        ("GET /".to_owned(), format!("{here}{here}")),
        ("GET /".to_owned(), format!("{here}Origin: http://{host}\r\nOrigin: http://evil.example\r\n")),
        ("GET /".to_owned(), format!("{here}Origin: http://evil.example\r\nOrigin: http://{host}\r\n")),
        ("GET http://evil.example/".to_owned(), here.clone()),
        (format!("GET https://{host}/"), here.clone()),
        (format!("GET http://reader@{host}/"), here.clone()),
        (format!("GET http://{host}/"), "Host: evil.example\r\n".to_owned()),
        (format!("CONNECT {host}"), here.clone()),
        ("CONNECT evil.example:80".to_owned(), here.clone()),
        ("OPTIONS *".to_owned(), here.clone()),
    ] {
        let status = ask(&line, &headers);
        assert!((400..500).contains(&status), "{line} with {headers:?}: {status}");
    }
}

#[test]
fn no_answer_leads_to_another_host() {
    let scratch = Scratch::new();
    scratch.append("src/SUMMARY.md", "- [A folder](folder/README.md)\n");
    scratch.write("src/folder/README.md", "# A folder\n");
    let served = Served::start(&scratch, &[]);
    for start in
        ["//evil.example/", "/\\evil.example/", "/\\/evil.example/", "///evil.example/", "/%5cevil.example/"]
    {
        for end in ["", "folder", "..", "?token=0", "?token="] {
            let path = format!("{start}{end}");
            let answer = served.get(&path);
            let location = answer.head.lines().find_map(|line| line.strip_prefix("location: "));
            // Browsers take a backslash for a slash, and two of them begin the name of a host.
            let elsewhere =
                location.filter(|to| to.replace('\\', "/").starts_with("//") || to.contains("://"));
            assert_eq!(elsewhere, None, "{path}");
        }
    }
}

#[test]
fn every_answer_says_that_it_is_what_it_is_for_this_site_only_and_not_to_be_kept() {
    let scratch = Scratch::new();
    scratch.append("src/SUMMARY.md", "- [A folder](folder/README.md)\n");
    scratch.write("src/folder/README.md", "# A folder\n");
    let served = Served::start(&scratch, &[]);
    let here = ("Host", &*served.host);
    let foreign = ("Origin", "http://evil.example");
    for (method, path, headers) in [
        ("GET", "/", &[here][..]),
        ("HEAD", "/", &[here]),
        ("GET", "/nothing.html", &[here]),
        ("GET", "/folder", &[here]),
        ("GET", "/css/general.css", &[here]),
        ("GET", "/__run", &[here]),
        ("GET", "/__run/sample/greet", &[here]),
        ("GET", "/__livereload/1", &[here]),
        ("GET", "/__livereload/x", &[here]),
        ("GET", "/__enter", &[here]),
        ("POST", "/__enter", &[here]),
        ("PUT", "/__keep", &[here]),
        ("POST", "/", &[here]),
        ("GET", "/%ff", &[here]),
        ("GET", "/", &[]),
        ("GET", "/", &[("Host", "evil.example")]),
        ("GET", "/", &[here, foreign]),
    ] {
        let answer = served.ask(method, path, headers);
        for header in [
            "x-content-type-options: nosniff",
            "cross-origin-resource-policy: same-origin",
            "cache-control: no-store",
        ] {
            assert!(answer.head.contains(header), "{method} {path}: no `{header}` in {}", answer.head);
        }
    }
}

#[test]
fn a_flood_of_orders_stops_neither_pages_nor_ctrl_c_and_ends_its_run() {
    let scratch = Scratch::with_a_crate();
    scratch.add_listing("door", DOOR, None);
    let served = Served::start(&scratch, &["--within", "600"]);
    let flood = || {
        let mut run = run(&served, "sample/door");
        run.until_shown("before");
        run.socket.get_ref().set_write_timeout(Some(SOON)).expect("a deadline");
        spawn(move || {
            let orders = [
                r#"{"signal":{"process":0,"name":"STOP"}}"#,
                r#"{"signal":{"process":0,"name":"CONT"}}"#,
                "nonsense",
            ];
            let refused =
                (0..2_000_000).any(|number| run.socket.send(Message::text(orders[number % 3])).is_err());
            assert!(refused, "the run goes on");
        })
    };
    for _ in 0..3 {
        let floods = [flood(), flood()];
        while !floods.iter().all(JoinHandle::is_finished) {
            assert_serves(&served, "a flood of orders");
        }
        floods.into_iter().for_each(|flood| flood.join().expect("the flood is cut off"));
    }
    let _floods = [flood(), flood()];
    let asked = Instant::now();
    assert_eq!(served.stop(Signal::SIGINT), Some(0));
    assert!(asked.elapsed() < SOON, "Ctrl-C took {:?}", asked.elapsed());
}
