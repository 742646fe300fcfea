//! Who may run listings from a page, attacked.

use std::io::{Write, stderr};
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::unistd::geteuid;

use crate::process::{DEADLINE, Running, run};
use crate::run_socket::{self, ask};
use crate::scratch::Scratch;
use crate::served::{Served, address};

/// A book whose only program leaves a trace if it is ever run.
fn trap() -> Scratch {
    let scratch = Scratch::with_a_crate();
    scratch.add_listing("trap", "std::fs::write(\"sprung\", \"\").unwrap();", None);
    scratch.append("src/part/page.md", "\n{{#listing sample/trap}}\n");
    scratch
}

fn may(served: &Served, cookie: &str) -> String {
    served.ask("GET", "/__run", &[("Host", &served.address.to_string()), ("Cookie", cookie)]).body
}

#[test]
fn the_printed_address_leads_to_the_page_and_a_cookie_that_no_script_and_no_other_site_has() {
    let scratch = Scratch::new();
    let served = Served::start(&scratch, &[]);
    let answer = served.get(&format!("/part/page.html?token={}", served.token));
    assert_eq!(answer.status, 303);
    assert!(answer.head.contains("location: /part/page.html\r\n"), "{}", answer.head);
    for part in ["httponly", "samesite=strict", "path=/;"] {
        assert!(answer.head.contains(part), "{part}: {}", answer.head);
    }
    assert!(!answer.head.contains(&served.token), "the cookie is not the key: {}", answer.head);
    assert_eq!(may(&served, answer.cookie().expect("a cookie")), "yes");
    // Two slashes would lead to another host.
    let elsewhere = served.get(&format!("//evil.example/?token={}", served.token));
    assert!(elsewhere.head.contains("location: /evil.example/\r\n"), "{}", elsewhere.head);
}

#[test]
fn who_has_no_key_gets_the_book_without_run() {
    let scratch = trap();
    let served = Served::start(&scratch, &[]);
    assert!(served.get("/part/page.html").body.contains("sample/trap"));
    let origin = format!("http://{}", served.address);
    let cookie = served.cookie();
    let (name, _) = cookie.split_once('=').expect("a name");
    let wrong =
        [String::new(), format!("{name}=0"), format!("{name}={}", served.token), format!("x{cookie}")];
    for wrong in &wrong {
        assert_eq!(may(&served, wrong), "no", "{wrong}");
        let refused = ask(&served, "sample/trap", &[("Cookie", wrong), ("Origin", &origin)]);
        assert_eq!(refused.err(), Some(403), "{wrong}");
    }
    for token in ["", "0", &served.token[..63], &format!("{}0", served.token)] {
        let answer = served.get(&format!("/?token={token}"));
        assert_eq!((answer.status, answer.cookie()), (303, None), "{token}");
    }
    assert!(!scratch.path("sprung").exists());
}

#[test]
fn a_page_from_elsewhere_cannot_run_a_listing_even_with_the_cookie() {
    let scratch = trap();
    let served = Served::start(&scratch, &[]);
    let (cookie, port) = (served.cookie(), served.address.port());
    let here = format!("http://{}", served.address);
    // A cookie knows no ports: a page of another server of this machine comes with it.
    let origins =
        ["http://evil.example", "http://127.0.0.1:1", "http://localhost:1", "null", "https://127.0.0.1"];
    for origin in origins {
        let refused = ask(&served, "sample/trap", &[("Cookie", &cookie), ("Origin", origin)]);
        assert_eq!(refused.err(), Some(403), "{origin}");
    }
    let without_origin = ask(&served, "sample/trap", &[("Cookie", &cookie)]);
    assert_eq!(without_origin.err(), Some(403));
    // DNS rebinding: the page's own name means 127.0.0.1 now.
    let rebound = format!("evil.example:{port}");
    let headers = [("Cookie", &*cookie), ("Host", &*rebound), ("Origin", &*format!("http://{rebound}"))];
    assert_eq!(ask(&served, "sample/trap", &headers).err(), Some(403));
    for (origin, status) in [("http://evil.example", 403), (&*here, 405)] {
        let headers = [
            ("Host", &*served.address.to_string()),
            ("Cookie", &*cookie),
            ("Origin", origin),
            ("Content-Length", "0"),
        ];
        assert_eq!(served.ask("POST", "/__run/sample/trap", &headers).status, status, "{origin}");
    }
    // An address without the handshake of a WebSocket, as an image or a link would ask for.
    let plain = served.ask(
        "GET",
        "/__run/sample/trap",
        &[("Host", &served.address.to_string()), ("Cookie", &cookie)],
    );
    assert!(plain.status >= 400, "{}", plain.status);
    assert!(!scratch.path("sprung").exists());
}

#[test]
fn nothing_but_a_known_listing_with_declared_arguments_is_run() {
    let scratch = trap();
    scratch.write(
        "chapters-code/sample/examples/counts.rs",
        "// ARGUMENT: n: 1..=3 = 1\nfn main() {\n    std::fs::write(\"sprung\", \"\").unwrap();\n}\n",
    );
    let served = Served::start(&scratch, &[]);
    let (cookie, origin) = (served.cookie(), format!("http://{}", served.address));
    let status = |path: &str| ask(&served, path, &[("Cookie", &cookie), ("Origin", &origin)]).err();
    for unknown in [
        "sample/nothing",
        "sample/trap.rs",
        "sample/trap%00",
        "sample/..%2ftrap",
        "..%2f..%2fbin/sh",
        "%2fbin/sh",
        "sample/TRAP",
        "bin/sh",
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

/// What a browser gets that is opened with this address by a user of this number.
fn fetched_by(user: u32, served: &Served, token: &str) -> String {
    let script = format!(
        "exec 3<>/dev/tcp/127.0.0.1/{}; printf 'GET /?token={token} HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3; cat <&3",
        served.address.port()
    );
    let mut command = Command::new("bash");
    command.args(["-c", &script]).current_dir("/").uid(user);
    run(&mut command).stdout.to_lowercase()
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
    let (_, token) = address(opened.trim_end());
    let stranger = fetched_by(65534, &served, &token);
    assert!(stranger.contains(" 303 ") && !stranger.contains("set-cookie"), "{stranger}");
    let reader = fetched_by(0, &served, &token);
    assert!(reader.contains("set-cookie"), "{reader}");
    // Whoever can read the terminal may: the address may have been given to them.
    assert!(fetched_by(65534, &served, &served.token).contains("set-cookie"));
}

#[test]
fn a_page_may_run_the_scripts_of_the_server_and_no_others() {
    let scratch = Scratch::new();
    let served = Served::start(&scratch, &[]);
    for path in ["/", "/part/page.html", "/print.html", "/toc.html", "/nothing"] {
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
