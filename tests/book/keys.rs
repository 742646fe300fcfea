//! Who may run listings from a page, attacked.

use std::io::{Write, stderr};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sys::signal::Signal;
use nix::unistd::geteuid;
use serde_json::json;

use crate::process::{DEADLINE, Running, run};
use crate::run_socket::{self, PROTOCOL, ask, protocol};
use crate::scratch::Scratch;
use crate::served::{Served, address};

/// A book whose only program leaves a trace if it is ever run.
fn trap() -> Scratch {
    let scratch = Scratch::with_a_crate();
    scratch.add_listing("trap", "std::fs::write(\"sprung\", \"\").unwrap();", None);
    scratch.append("src/part/page.md", "\n{{#listing sample/trap}}\n");
    scratch
}

fn may(served: &Served, authorization: &str) -> String {
    served.ask("GET", "/__run", &[("Host", &served.host), ("Authorization", authorization)]).body
}

#[test]
fn the_printed_address_leads_to_a_page_that_gets_the_pass_for_the_key() {
    let scratch = Scratch::new();
    let served = Served::start(&scratch, &[]);
    let entrance = served.get("/__enter");
    assert_eq!(entrance.status, 200);
    assert!(
        entrance.head.contains("content-security-policy: default-src 'none'; script-src 'self' 'sha256-")
    );
    // The key follows a `#`, so it is in no request's address, and so in none of these.
    let pass = served.exchange(&served.key).expect("the key is good");
    assert_ne!(pass, served.key);
    assert_eq!(may(&served, &format!("Bearer {pass}")), "yes");
    for path in ["/", "/part/page.html", "/__enter", "/__run"] {
        let answer = served.get(path);
        assert!(!answer.head.contains("set-cookie"), "{path}: any other server of this machine gets cookies");
        assert!(!answer.body.contains(&pass), "{path}");
    }
}

#[test]
fn a_key_is_good_once_and_the_next_one_is_printed() {
    let scratch = Scratch::new();
    let mut served = Served::start(&scratch, &[]);
    let pass = served.exchange(&served.key).expect("the key is good");
    assert_eq!(served.exchange(&served.key), None, "a browser's history has it");
    let said = served.process.stderr.until("that address has been used");
    let (_, next) = said.rsplit_once(' ').expect("an address");
    let (host, key) = address(next);
    assert_eq!(host, served.host);
    assert_ne!(key, served.key);
    assert_eq!(served.exchange(&key).as_ref(), Some(&pass), "a second browser has the same rights");
}

#[test]
fn who_has_no_key_gets_the_book_without_run() {
    let scratch = trap();
    let served = Served::start(&scratch, &[]);
    assert!(served.get("/part/page.html").body.contains("sample/trap"));
    let origin = served.origin();
    let pass = served.pass();
    for wrong in ["", "0", &pass[..63], &format!("{pass}0"), &served.key] {
        assert_eq!(may(&served, &format!("Bearer {wrong}")), "no", "{wrong}");
        let refused = ask(&served, "sample/trap", &[(PROTOCOL, &protocol(wrong)), ("Origin", &origin)]);
        assert_eq!(refused.err(), Some(403), "{wrong}");
        assert_eq!(served.exchange(wrong), None, "{wrong}");
    }
    assert_eq!(may(&served, pass), "no");
    let refused = ask(&served, "sample/trap", &[(PROTOCOL, "book"), ("Origin", &origin)]);
    assert_eq!(refused.err(), Some(403));
    assert_eq!(ask(&served, "sample/trap", &[("Origin", &origin)]).err(), Some(403));
    assert!(!scratch.path("sprung").exists());
}

#[test]
fn a_page_from_elsewhere_cannot_run_a_listing_even_with_the_pass() {
    let scratch = trap();
    let served = Served::start(&scratch, &[]);
    let (protocol, port) = (protocol(served.pass()), served.address.port());
    let (name, _) = served.host.split_once(':').expect("a port");
    let neighbor = format!("http://{name}:1");
    let origins = [
        "http://evil.example",
        "http://127.0.0.1:1",
        "http://localhost:1",
        "null",
        "https://127.0.0.1",
        &neighbor,
    ];
    for origin in origins {
        let refused = ask(&served, "sample/trap", &[(PROTOCOL, &protocol), ("Origin", origin)]);
        assert_eq!(refused.err(), Some(403), "{origin}");
    }
    let without_origin = ask(&served, "sample/trap", &[(PROTOCOL, &protocol)]);
    assert_eq!(without_origin.err(), Some(403));
    // DNS rebinding: the page's own name means 127.0.0.1 now.
    let rebound = format!("evil.example:{port}");
    let headers = [(PROTOCOL, &*protocol), ("Host", &*rebound), ("Origin", &*format!("http://{rebound}"))];
    assert_eq!(ask(&served, "sample/trap", &headers).err(), Some(403));
    let (here, bearer) = (served.origin(), served.bearer());
    for (origin, status) in [("http://evil.example", 403), (&*here, 405)] {
        let headers = [
            ("Host", &*served.host),
            ("Authorization", &*bearer),
            ("Origin", origin),
            ("Content-Length", "0"),
        ];
        assert_eq!(served.ask("POST", "/__run/sample/trap", &headers).status, status, "{origin}");
    }
    // An address without the handshake of a WebSocket, as an image or a link would ask for.
    let plain =
        served.ask("GET", "/__run/sample/trap", &[("Host", &served.host), ("Authorization", &bearer)]);
    assert!(plain.status >= 400, "{}", plain.status);
    assert!(!scratch.path("sprung").exists());
}

#[test]
fn what_a_page_keeps_is_there_for_the_browser_that_the_next_start_opens_and_for_no_other() {
    let scratch = Scratch::new();
    let first = Served::start(&scratch, &[]);
    let (origin, bearer) = (first.origin(), first.bearer());
    let keep = |headers: &[(&str, &str)], body: &str| {
        let length = body.len().to_string();
        let headers = [&[("Host", &*first.host), ("Content-Length", &length)], headers].concat();
        first.ask_with("PUT", "/__keep", &headers, body).status
    };
    let allowed = [("Authorization", &*bearer), ("Origin", &*origin)];
    let dark = r#"{"name":"mdbook-theme","value":"dark"}"#;
    for refused in [
        &[][..],
        &[("Authorization", "Bearer 0"), allowed[1]],
        &allowed[..1],
        &allowed[1..],
        &[allowed[0], ("Origin", "http://evil.example")],
    ] {
        assert_eq!(keep(refused, dark), 403, "{refused:?}");
    }
    let pass = r#"{"name":"book-pass","value":"0"}"#;
    assert_eq!(keep(&allowed, pass), 500, "no page keeps that");
    assert_eq!(keep(&allowed, "nonsense"), 400);
    assert_eq!(keep(&allowed, &"x".repeat(1 << 20)), 413);
    assert!(!scratch.path("reader.json").exists());
    assert_eq!(keep(&allowed, dark), 204);
    assert_eq!(keep(&allowed, r#"{"name":"predict/a","value":"1"}"#), 204);
    assert_eq!(keep(&allowed, r#"{"name":"predict/a","value":null}"#), 204);
    assert_eq!(first.stop(Signal::SIGTERM), Some(0));
    let second = Served::start(&scratch, &[]);
    let answer = second.entered(&second.key).expect("the key is good");
    assert_eq!(answer["kept"], json!({ "mdbook-theme": "dark" }));
}

#[test]
fn nothing_but_a_known_listing_with_declared_arguments_is_run() {
    let scratch = trap();
    scratch.write(
        "chapters-code/sample/examples/counts.rs",
        "// ARGUMENT: n: 1..=3 = 1\nfn main() {\n    std::fs::write(\"sprung\", \"\").unwrap();\n}\n",
    );
    scratch.write("chapters-code/sample/refused/moved.rs", "fn main() { moved }\n");
    let served = Served::start(&scratch, &[]);
    let (protocol, origin) = (protocol(served.pass()), served.origin());
    let status = |path: &str| ask(&served, path, &[(PROTOCOL, &protocol), ("Origin", &origin)]).err();
    for unknown in [
        "sample/nothing",
        "sample/trap.rs",
        "sample/trap%00",
        "sample/..%2ftrap",
        "..%2f..%2fbin/sh",
        "%2fbin/sh",
        "sample/TRAP",
        "bin/sh",
        "sample/moved",
    ] {
        assert_eq!(status(unknown), Some(404), "{unknown}");
    }
    for wrong in
        ["n=0", "n=4", "n=-1", "n=2;sprung", "n=%202", "n=", "n=1&n=2", "m=1", "n=1&--help=1", "--help"]
    {
        assert_eq!(status(&format!("sample/counts?{wrong}")), Some(400), "{wrong}");
    }
    assert_eq!(status("sample/trap?n=1"), Some(400), "it declares none");
    assert!(!scratch.path("sprung").exists());
    run_socket::run(&served, "sample/counts?n=2").words();
    assert!(scratch.path("sprung").exists(), "the trap works");
}

/// What a program of the user of this number gets for a key.
fn fetched_by(user: u32, served: &Served, key: &str) -> String {
    let request = format!(
        "POST /__enter HTTP/1.1\\r\\nHost: {}\\r\\nContent-Length: {}\\r\\nConnection: close\\r\\n\\r\\n{key}",
        served.host,
        key.len()
    );
    let port = served.address.port();
    let script = format!("exec 3<>/dev/tcp/{}/{port}; printf '{request}' >&3; cat <&3", served.address.ip());
    let mut command = Command::new("bash");
    command.args(["-c", &script]).current_dir("/").uid(user);
    run(&mut command).stdout
}

#[test]
fn another_user_who_sees_what_the_browser_was_opened_with_cannot_use_it() {
    if !geteuid().is_root() {
        // Not `eprintln!`, which the test harness keeps to itself while a test passes.
        let _ = writeln!(stderr(), "\nonly root can become another user: the attack by one DID NOT RUN");
        return;
    }
    let scratch = Scratch::new();
    scratch.write("bin/xdg-open", "#!/bin/sh\necho \"$1\" > opened.new\nmv opened.new opened\n");
    let opener = scratch.path("bin/xdg-open");
    std::fs::set_permissions(&opener, std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .expect("a program");
    let mut command = crate::process::book(scratch.root(), &["serve", "--port", "0"]);
    let path = format!("{}:/usr/bin:/bin", scratch.path("bin").display());
    let served = Served::printing(Running::start(command.env("PATH", path).env_remove("BROWSER")));
    let until = std::time::Instant::now() + DEADLINE;
    let opened = loop {
        match std::fs::read_to_string(scratch.path("opened")) {
            Ok(opened) => break opened,
            Err(_) if std::time::Instant::now() < until => std::thread::yield_now(),
            Err(error) => panic!("no browser was opened: {error}"),
        }
    };
    let (_, key) = address(opened.trim_end());
    let mut served = served;
    for ip in [Ipv4Addr::LOCALHOST.into(), IpAddr::from(Ipv6Addr::LOCALHOST)] {
        served.address.set_ip(ip);
        let stranger = fetched_by(65534, &served, &key);
        assert!(!stranger.contains("pass\""), "{stranger}");
    }
    let reader = fetched_by(0, &served, &key);
    assert!(reader.contains("\"pass\""), "{reader}");
    assert!(!fetched_by(0, &served, &key).contains("\"pass\""), "it is good once");
    // A user who can read the terminal may: the address may have been given to them.
    assert!(fetched_by(65534, &served, &served.key).contains("\"pass\""));
}

#[test]
fn a_page_may_run_the_scripts_of_the_server_and_no_others() {
    let scratch = Scratch::new();
    let served = Served::start(&scratch, &[]);
    for path in ["/", "/part/page.html", "/toc.html", "/nothing"] {
        let answer = served.get(path);
        let policy = answer.head.lines().find_map(|line| line.strip_prefix("content-security-policy: "));
        let policy = policy.unwrap_or_else(|| panic!("no policy for {path}"));
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        let scripts = policy.split("; ").find(|part| part.starts_with("script-src")).expect("scripts");
        assert!(scripts.starts_with("script-src 'self'") && !scripts.contains("unsafe"), "{path}: {scripts}");
        assert!(!answer.body.contains(" onclick=") && !answer.body.contains("javascript:"), "{path}");
    }
    let source = served.get("/listings/sample/greet.rs").head;
    assert!(source.contains("content-security-policy: default-src 'none'"), "{source}");
}
