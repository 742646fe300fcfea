//! A book that is served, as a browser's side of the connection sees it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use nix::sys::signal::Signal;
use tungstenite::{Message, WebSocket};

use crate::process::{DEADLINE, Running, book};
use crate::scratch::Scratch;

/// A served book.
pub(crate) struct Served {
    pub(crate) process: Running,
    pub(crate) address: SocketAddr,
    /// The key in the address that it printed.
    pub(crate) token: String,
}

impl Served {
    pub(crate) fn start(scratch: &Scratch, more: &[&str]) -> Served {
        let arguments = [&["serve", "--no-open", "--port", "0"], more].concat();
        Served::printing(Running::start(&mut book(scratch.root(), &arguments)))
    }

    /// By a server that is about to print its address.
    pub(crate) fn printing(mut process: Running) -> Served {
        let printed = process.stdout.next();
        Served::at(&printed, process)
    }

    /// By a server that has printed this.
    pub(crate) fn at(printed: &str, process: Running) -> Served {
        let (address, token) = address(printed);
        Served { process, address, token }
    }

    /// The cookie that a browser has after it was opened with the printed address.
    pub(crate) fn cookie(&self) -> String {
        let answer = self.get(&format!("/?token={}", self.token));
        answer.cookie().expect("a cookie").to_owned()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[("Host", &self.address.to_string())])
    }

    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut stream = connect(self.address);
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        write!(stream, "{method} {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n").expect("a request");
        let mut answer = vec![];
        stream.read_to_end(&mut answer).expect("an answer before the deadline");
        Answer::of(&answer)
    }

    /// What the page at this path connects to, as its script says.
    pub(crate) fn reload_socket(&self, path: &str) -> WebSocket<TcpStream> {
        let page = self.get(path).body;
        let at = page.find("__livereload/").expect("a page that reloads");
        let endpoint = page[at..].split('"').next().expect("an endpoint");
        let url = format!("ws://{}/{endpoint}", self.address);
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
    cookie: Option<String>,
}

impl Answer {
    /// `name=value` of a cookie that is set.
    pub(crate) fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    pub(crate) fn of(answer: &[u8]) -> Answer {
        let answer = String::from_utf8_lossy(answer);
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let head = head.to_lowercase();
        // Names and values of cookies are in lower case here anyhow.
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next());
        Answer { status, cookie: cookie.map(str::to_owned), head: head.clone(), body: body.to_owned() }
    }
}

/// The address and the key in it.
#[track_caller]
pub(crate) fn address(line: &str) -> (SocketAddr, String) {
    let parts = line.strip_prefix("http://").and_then(|rest| rest.split_once("/?token="));
    let parts = parts.and_then(|(address, token)| Some((address.parse().ok()?, token.to_owned())));
    parts
        .filter(|(_, token)| token.len() == 64)
        .unwrap_or_else(|| panic!("`{line}` is no address with a key"))
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, DEADLINE).expect("a connection");
    stream.set_read_timeout(Some(DEADLINE)).expect("a deadline");
    stream
}

#[track_caller]
pub(crate) fn assert_reloads(socket: &mut WebSocket<TcpStream>) {
    assert_eq!(socket.read().expect("a message before the deadline"), Message::text("reload"));
}
