//! `book serve`, from the outside.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use tungstenite::client::IntoClientRequest;

use crate::confined::apart;
use crate::process::{DEADLINE, Running, SOON, book, run};
use crate::scratch::{PAGE, PROGRAM, RECORD, Scratch};
use crate::served::{Served, address, assert_reloads, connect, message};
use crate::this_book;

#[test]
fn it_prints_its_address_on_one_line_and_serves_it() {
    let scratch = Scratch::new();
    let served = Served::start(&scratch, &[]);
    assert!(served.address.ip().is_loopback());
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/part/page.html", "text/html; charset=utf-8"),
        ("/listings/sample/greet.rs", "text/plain; charset=utf-8"),
        ("/.nojekyll", "application/octet-stream"),
    ] {
        let answer = served.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.head.contains(&format!("content-type: {kind}")), "{path}: {}", answer.head);
        assert!(answer.head.contains("cache-control: no-store"), "{path}: {}", answer.head);
    }
    assert_eq!(served.stop(Signal::SIGTERM), Some(0));
}

/// A browser asks for it beside each address that is no page, such as a listing's source.
#[test]
fn a_browser_finds_the_icon_of_the_book() {
    let icon = fs::read(this_book().join("src/favicon.ico")).expect("an icon");
    let picture = fs::read(this_book().join("theme/favicon.png")).expect("a picture");
    assert!(icon.ends_with(&picture), "src/favicon.ico holds another picture than theme/favicon.png");
    let scratch = Scratch::new();
    fs::write(scratch.path("src/favicon.ico"), icon).expect("an icon to copy");
    let served = Served::start(&scratch, &[]);
    let answer = served.get("/favicon.ico");
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("content-type: image/x-icon"), "{}", answer.head);
}

#[test]
fn what_is_not_there_is_a_404_page() {
    let scratch = Scratch::new();
    let served = Served::start(&scratch, &[]);
    for path in
        ["/nothing.html", "/../Cargo.toml", "/%2e%2e/book.toml", "/part/..%2f..%2fbook.toml", "//etc/passwd"]
    {
        let answer = served.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("<html"), "{path}");
        assert!(
            !answer.body.contains(scratch.root().to_str().expect("a path")),
            "{path} tells a path of the disk"
        );
    }
    assert_eq!(served.ask("POST", "/", &[("Host", &served.host)]).status, 405);
}

#[test]
fn a_folder_is_its_index_page() {
    let scratch = Scratch::new();
    scratch.append("src/SUMMARY.md", "- [A folder](folder/README.md)\n");
    scratch.write("src/folder/README.md", "# A folder\n");
    let served = Served::start(&scratch, &[]);
    assert!(served.get("/folder/").body.contains("A folder"));
    let without_slash = served.get("/folder");
    assert_eq!(without_slash.status, 308);
    assert!(without_slash.head.contains("location: folder/"), "{}", without_slash.head);
    assert_eq!(served.get("/part").status, 404);
}

#[test]
fn a_request_from_elsewhere_is_refused() {
    let scratch = Scratch::new();
    let served = Served::start(&scratch, &[]);
    let port = served.address.port();
    // Under a name that is not its own, an earlier server may have left something in the browser.
    for name in ["rebound.example", "127.0.0.1", "localhost", "[::1]", "book-0.localhost"] {
        let foreign = served.ask("GET", "/", &[("Host", &format!("{name}:{port}"))]);
        assert_eq!(foreign.status, 403, "{name}");
        assert!(foreign.body.contains("only to the name in the address that it printed"), "{}", foreign.body);
    }
    assert_eq!(served.get("/").status, 200);
    let headers = [("Host", &*served.host), ("Origin", "http://evil.example")];
    assert_eq!(served.ask("GET", "/", &headers).status, 403);
    let (name, _) = served.host.split_once(':').expect("a port");
    assert_eq!(served.ask("GET", "/", &[("Host", &format!("{name}:1"))]).status, 200, "a forwarded port");
}

#[test]
fn a_websocket_from_elsewhere_is_refused() {
    let scratch = Scratch::new();
    let served = Served::start(&scratch, &[]);
    let handshake = |origin: &str| {
        let mut request =
            format!("ws://{}/__livereload/1", served.host).into_client_request().expect("a request");
        request.headers_mut().insert("Origin", origin.parse().expect("an origin"));
        tungstenite::client(request, connect(served.address)).map_err(|error| error.to_string())
    };
    assert!(handshake(&served.origin()).is_ok());
    let refused = handshake("http://evil.example").expect_err("a foreign origin");
    assert!(refused.contains("403"), "{refused}");
}

#[test]
fn a_page_reloads_when_prose_listing_record_theme_or_configuration_changes() {
    let scratch = Scratch::new();
    let served = Served::start(&scratch, &[]);
    type Change<'a> = (&'a str, &'a dyn Fn());
    let changes: [Change<'_>; 5] = [
        ("prose changed", &|| scratch.append(PAGE, "\nprose changed\n")),
        ("code_changed", &|| scratch.edit(PROGRAM, "fn main", "fn code_changed() {}\nfn main")),
        ("output changed", &|| scratch.edit(RECORD, "Hello, reader", "output changed")),
        ("theme changed", &|| scratch.edit("theme/index.hbs", "</body>", "theme changed</body>")),
        ("Title changed", &|| scratch.edit("book.toml", "Hello, Process World", "Title changed")),
    ];
    for (text, change) in changes {
        assert!(!served.get("/part/page.html").body.contains(text));
        change();
        served.reload_until("/part/page.html", text);
    }
}

#[test]
fn a_book_that_nobody_changes_is_not_built_again() {
    let scratch = Scratch::new();
    let served = Served::start(&scratch, &[]);
    let mut socket = served.reload_socket("/");
    // Reading is a file event too: a build that answers to it would answer to itself.
    assert_eq!(message(&mut socket, Duration::from_secs(3)), None);
}

#[test]
fn a_page_reloads_without_file_events_too() {
    let scratch = Scratch::new();
    let served = Served::start(&scratch, &["--poll"]);
    scratch.append(PAGE, "\nprose changed\n");
    served.reload_until("/part/page.html", "prose changed");
}

#[test]
fn a_page_that_connects_after_the_next_build_reloads_at_once() {
    let scratch = Scratch::new();
    let served = Served::start(&scratch, &[]);
    let mut first = served.reload_socket("/");
    scratch.append(PAGE, "\nprose changed\n");
    assert_reloads(&mut first);
    let url = format!("ws://{}/__livereload/1", served.host);
    let mut late = tungstenite::client(url, connect(served.address)).expect("a WebSocket").0;
    assert_reloads(&mut late);
}

#[test]
fn a_build_that_fails_leaves_the_last_good_site() {
    let scratch = Scratch::new();
    let mut served = Served::start(&scratch, &[]);
    let mut socket = served.reload_socket("/part/page.html");
    scratch.append(PAGE, "\n{{#listing sample/gret}}\n");
    let error = served.process.stderr.until("gret");
    assert!(error.contains("src/part/page.md:13: "), "{error}");
    let page = served.get("/part/page.html");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Hello, reader"));
    scratch.edit(PAGE, "sample/gret}}", "sample/greet}}");
    assert_reloads(&mut socket);
}

#[test]
fn a_book_that_cannot_be_built_is_not_served() {
    let scratch = Scratch::new();
    scratch.append(PAGE, "\n{{#listing sample/gret}}\n");
    let failed = run(&mut book(scratch.root(), &["serve", "--no-open", "--port", "0"]));
    assert_eq!(failed.status.code(), Some(1));
    assert_eq!(failed.stdout, "");
    assert!(failed.stderr.contains("the nearest is `sample/greet`"), "{failed:?}");
}

#[test]
fn it_ends_cleanly_on_a_signal_with_pages_open() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let scratch = Scratch::new();
        let served = Served::start(&scratch, &[]);
        let _open = [served.reload_socket("/"), served.reload_socket("/")];
        let _idle = connect(served.address);
        let asked = Instant::now();
        assert_eq!(served.stop(signal), Some(0));
        assert!(asked.elapsed() < SOON, "{signal} took {:?}", asked.elapsed());
    }
}

#[test]
fn a_port_that_is_taken_is_an_error_if_it_was_asked_for() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let scratch = Scratch::new();
    let refused = run(&mut book(scratch.root(), &["serve", "--no-open", "--port", &port]));
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stderr.contains(&format!("cannot serve on port {port}")), "{refused:?}");
    assert!(refused.stderr.contains("--port 0"), "{refused:?}");
}

#[test]
fn a_port_that_is_taken_at_the_other_loopback_address_is_taken() {
    // Browsers look there first for a name below `localhost`.
    let Ok(taken) = TcpListener::bind(("::1", 0)) else {
        return crate::confined::did_not_run("this machine has no IPv6");
    };
    let port = taken.local_addr().expect("an address").port().to_string();
    let scratch = Scratch::new();
    let refused = run(&mut book(scratch.root(), &["serve", "--no-open", "--port", &port]));
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stderr.contains(&format!("cannot serve on port {port}")), "{refused:?}");
}

#[test]
fn both_loopback_addresses_are_served() {
    let scratch = Scratch::new();
    let mut served = Served::start(&scratch, &[]);
    served.address.set_ip(std::net::Ipv6Addr::LOCALHOST.into());
    if TcpListener::bind(("::1", 0)).is_err() {
        return crate::confined::did_not_run("this machine has no IPv6");
    }
    assert_eq!(served.get("/").status, 200);
}

#[test]
fn each_start_has_a_name_of_its_own() {
    let scratch = Scratch::new();
    let first = Served::start(&scratch, &[]);
    let (host, port) = (first.host.clone(), first.address.port().to_string());
    assert_eq!(first.stop(Signal::SIGTERM), Some(0));
    let second = Served::start(&scratch, &["--port", &port]);
    assert_ne!(second.host, host);
    assert_eq!(second.ask("GET", "/", &[("Host", &host)]).status, 403);
}

#[test]
fn another_port_serves_if_the_default_one_is_taken() {
    // If this fails, somebody else has the port, which is as good.
    let _taken = TcpListener::bind(("127.0.0.1", 3000));
    let scratch = Scratch::new();
    let mut process = Running::start(&mut book(scratch.root(), &["--no-open"]));
    let said = process.stderr.until("port 3000 cannot be used");
    let served = Served::printing(process);
    let port = served.address.port();
    assert_ne!(port, 3000);
    assert!(said.ends_with(&format!("serving on {port} instead")), "{said}");
    assert_eq!(served.get("/").status, 200);
}

/// `book serve` with only these programs to find.
fn start_with_path(scratch: &Scratch, path: &Path) -> Running {
    let mut command = book(scratch.root(), &["serve", "--port", "0"]);
    Running::start(command.env("PATH", path).env_remove("BROWSER"))
}

#[test]
fn the_browser_is_opened_with_the_address() {
    let scratch = Scratch::new();
    let pipe = scratch.path("opened");
    mkfifo(&pipe, Mode::S_IRWXU).expect("a pipe");
    let opener = scratch.path("bin/xdg-open");
    scratch.write("bin/xdg-open", &format!("#!/bin/sh\necho \"$1\" > '{}'\n", pipe.display()));
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).expect("a program");
    let mut process = start_with_path(&scratch, &scratch.path("bin"));
    let printed = process.stdout.next();
    let (send, opened) = std::sync::mpsc::channel();
    std::thread::spawn(move || send.send(fs::read_to_string(pipe)));
    let opened = opened.recv_timeout(DEADLINE).expect("a browser before the deadline").expect("its argument");
    let (printed, opened) = (address(&printed), address(opened.trim_end()));
    assert_eq!(opened.0, printed.0);
    // Others can read what a program is given to open.
    assert_ne!(opened.1, printed.1, "the browser is opened with a key of its own");
}

#[test]
fn a_browser_that_cannot_be_opened_is_said() {
    let scratch = Scratch::new();
    let mut process = start_with_path(&scratch, &scratch.path("src"));
    let address = process.stdout.next();
    let said = process.stderr.until("cannot open a browser");
    assert!(said.ends_with(&format!("open {address} yourself")), "{said}");
    let served = Served::at(&address, process);
    assert_eq!(served.get("/").status, 200);
}

#[test]
fn a_machine_without_the_address_is_told_how_to_get_it() {
    let scratch = Scratch::new();
    let lost = "ip link set lo up && ip address del 127.0.0.1/8 dev lo";
    for arguments in [&["serve", "--no-open"][..], &["serve", "--no-open", "--port", "0"]] {
        let Some(mut command) = apart("--net", lost, &book(scratch.root(), arguments)) else { return };
        let refused = run(&mut command);
        assert_eq!(refused.status.code(), Some(1));
        assert!(refused.stderr.contains("ip address add 127.0.0.1/8 dev lo"), "{refused:?}");
        assert!(!refused.stderr.contains("--port"), "no other port helps: {refused:?}");
    }
}

#[test]
fn a_place_for_temporary_files_that_is_not_there_is_named() {
    let scratch = Scratch::new();
    let mut command = book(scratch.root(), &["serve", "--no-open", "--port", "0"]);
    let failed = run(command.env("TMPDIR", "/proc/nowhere"));
    assert_eq!(failed.status.code(), Some(1));
    assert!(failed.stderr.contains("cannot make a folder in /proc/nowhere: No such file"), "{failed:?}");
    assert!(failed.stderr.contains("TMPDIR"), "{failed:?}");
}
