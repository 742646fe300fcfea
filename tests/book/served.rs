//! A book that is served, as a browser's side of the connection sees it.

use std::cell::OnceCell;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::Value;
use tungstenite::{Message, WebSocket};

use crate::patient::Patient;
use crate::process::{DEADLINE, Running, book};
use crate::scratch::Scratch;

/// A served book.
pub(crate) struct Served {
    pub(crate) process: Running,
    pub(crate) address: SocketAddr,
    /// The only name, with the port, under which it answers.
    pub(crate) host: String,
    /// The key in the address that it printed.
    pub(crate) key: String,
    pass: OnceCell<String>,
}

impl Served {
    pub(crate) fn start(scratch: &Scratch, more: &[&str]) -> Served {
        let port: &[&str] = if more.contains(&"--port") { &[] } else { &["--port", "0"] };
        let arguments = [&["serve", "--no-open"], port, more].concat();
        Served::printing(Running::start(&mut book(scratch.root(), &arguments)))
    }

    /// By a server that is about to print its address.
    pub(crate) fn printing(mut process: Running) -> Served {
        let printed = process.stdout.next();
        Served::at(&printed, process)
    }

    /// By a server that has printed this.
    pub(crate) fn at(printed: &str, process: Running) -> Served {
        let (host, key) = address(printed);
        let (_, port) = host.split_once(':').expect("a port");
        let address = (Ipv4Addr::LOCALHOST, port.parse().expect("a number")).into();
        Served { process, address, host, key, pass: OnceCell::new() }
    }

    /// The pass that a browser has which was opened with the printed address. It gets that once.
    pub(crate) fn pass(&self) -> &str {
        self.pass.get_or_init(|| self.exchange(&self.key).expect("the key is good"))
    }

    /// The pass for a key.
    pub(crate) fn exchange(&self, key: &str) -> Option<String> {
        Some(self.entered(key)?["pass"].as_str().expect("a pass").to_owned())
    }

    /// All that a browser gets for a key.
    pub(crate) fn entered(&self, key: &str) -> Option<Value> {
        let headers =
            [("Host", &*self.host), ("Origin", &self.origin()), ("Content-Length", &key.len().to_string())];
        let answer = self.ask_with("POST", "/__enter", &headers, key);
        (answer.status == 200).then(|| serde_json::from_str(&answer.body).expect("JSON"))
    }

    /// The header by which a page shows its pass.
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.pass())
    }

    /// The origin of its pages.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.host)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[("Host", &self.host)])
    }

    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask_with(method, path, headers, "")
    }

    /// The headers say how long the body is.
    pub(crate) fn ask_with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = connect(self.address);
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        write!(stream, "{method} {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n{body}")
            .expect("a request");
        let mut answer = vec![];
        stream.read_to_end(&mut answer).expect("an answer before the deadline");
        Answer::of(&answer)
    }

    /// What the page at this path connects to, as its script says.
    pub(crate) fn reload_socket(&self, path: &str) -> WebSocket<Connection> {
        let page = self.get(path).body;
        let at = page.find("__livereload/").expect("a page that reloads");
        let endpoint = page[at..].split('"').next().expect("an endpoint");
        let url = format!("ws://{}/{endpoint}", self.host);
        tungstenite::client(url, connect(self.address)).expect("a WebSocket").0
    }

    /// Does what a browser does, until the page has this text. Each wait for a reload has its deadline.
    pub(crate) fn reload_until(&self, path: &str, text: &str) {
        let mut socket = self.reload_socket(path);
        while !self.get(path).body.contains(text) {
            assert_reloads(&mut socket);
            socket = self.reload_socket(path);
        }
    }

    pub(crate) fn stop(mut self, signal: Signal) -> Option<i32> {
        self.process.signal(signal);
        let status = self.process.wait();
        assert_eq!(self.process.stdout.rest(), "", "stdout has one line, the address");
        status.code()
    }
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// In lower case.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn of(answer: &[u8]) -> Answer {
        let answer = String::from_utf8_lossy(answer);
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Answer { status, head: head.to_lowercase(), body: body.to_owned() }
    }
}

/// The name and port in an address that a browser is to be opened with, and the key.
#[track_caller]
pub(crate) fn address(line: &str) -> (String, String) {
    let parts = line.strip_prefix("http://").and_then(|rest| rest.split_once("/__enter#"));
    let (host, key) = parts.unwrap_or_else(|| panic!("`{line}` is no address with a key"));
    let name = host.split(':').next().expect("a name");
    assert!(name.starts_with("book-") && name.ends_with(".localhost"), "{line}");
    assert_eq!(key.len(), 64, "{line}");
    (host.to_owned(), key.to_owned())
}

/// A connection of a browser.
pub(crate) type Connection = Patient<TcpStream>;

pub(crate) fn connect(address: SocketAddr) -> Connection {
    let stream = TcpStream::connect_timeout(&address, DEADLINE).expect("a connection");
    stream.set_read_timeout(Some(DEADLINE)).expect("a deadline");
    Patient(stream)
}

#[track_caller]
pub(crate) fn assert_reloads(socket: &mut WebSocket<Connection>) {
    assert_eq!(message(socket, DEADLINE), Some(Message::text("reload")));
}

/// The next message that is no question whether we are there, if one comes in time.
#[track_caller]
pub(crate) fn message(socket: &mut WebSocket<Connection>, within: Duration) -> Option<Message> {
    let until = Instant::now() + within;
    loop {
        let left = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
        socket.get_ref().set_read_timeout(Some(left)).expect("a deadline");
        match socket.read() {
            Ok(Message::Ping(_)) => {}
            Ok(message) => return Some(message),
            Err(tungstenite::Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => return None,
            Err(error) => panic!("the connection has ended: {error}"),
        }
    }
}

#[test]
fn a_signal_ends_no_read() {
    /// Is interrupted at every other read.
    struct Rings(bool);
    impl Read for Rings {
        fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
            self.0 = !self.0;
            if self.0 { Err(ErrorKind::Interrupted.into()) } else { (&b"here"[..]).read(bytes) }
        }
    }
    let mut bytes = [0; 4];
    assert_eq!(Patient(Rings(false)).read(&mut bytes).expect("bytes"), 4);
    assert_eq!(&bytes, b"here");
}
