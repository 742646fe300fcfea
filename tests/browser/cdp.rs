//! The Chrome DevTools Protocol: JSON over a WebSocket.
//!
//! `headless_chrome` and `chromiumoxide` were tried. Both compile the whole protocol (40 and 90 seconds on two cores), and
//! the first one drops events that its copy of the protocol does not know, so that "no error on the console" could not
//! be trusted. The twenty methods used here need no more than the WebSocket, which the server's tests use already.

use std::net::TcpStream;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Error, Message, WebSocket};

use crate::chromium::Chromium;
use crate::patient::Patient;

/// How long Chromium, or another program that a test waits for, may take for any one thing. A test that passes never waits so
/// long.
pub(crate) const DEADLINE: Duration = Duration::from_secs(300);

/// A tab in a browser context of its own: own storage, own clipboard permission.
#[derive(Clone)]
struct Tab {
    context: String,
    target: String,
}

/// The tabs that no test has. To open one, with its window and its process, and to load a first page there costs ten times
/// as much as to load a page where another one was.
static FREE: Mutex<Vec<Tab>> = Mutex::new(Vec::new());

/// A connection with one tab.
///
/// A method that fails and a deadline that passes end the test.
pub(crate) struct Cdp {
    socket: WebSocket<Patient<TcpStream>>,
    last_id: u64,
    session: Option<String>,
    tab: Tab,
    /// What Chromium reported, in its order, until somebody takes it.
    pub(crate) events: Vec<Value>,
}

impl Cdp {
    /// Takes a tab. It shows what it showed last, and its storage is as it was left; all else that a session sets is as in a
    /// new one.
    pub(crate) fn new(chromium: &Chromium) -> Cdp {
        let stream = TcpStream::connect(&chromium.address).expect("Chromium accepts a connection");
        stream.set_read_timeout(Some(DEADLINE)).expect("a timeout");
        stream.set_nodelay(true).expect("no delay");
        let url = format!("ws://{}{}", chromium.address, chromium.path);
        let (socket, _) = tungstenite::client(url, Patient(stream)).expect("Chromium speaks WebSocket");
        let tab = Tab { context: String::new(), target: String::new() };
        let mut cdp = Cdp { socket, last_id: 0, session: None, tab, events: Vec::new() };
        let free = FREE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        cdp.tab = free.unwrap_or_else(|| {
            let context = text(&cdp.call("Target.createBrowserContext", json!({}))["browserContextId"]);
            let place = json!({ "url": "about:blank", "browserContextId": context });
            Tab { target: text(&cdp.call("Target.createTarget", place)["targetId"]), context }
        });
        let attached =
            cdp.call("Target.attachToTarget", json!({ "targetId": cdp.tab.target, "flatten": true }));
        cdp.session = Some(text(&attached["sessionId"]));
        cdp
    }

    /// The tab's browser context.
    pub(crate) fn context(&self) -> &str {
        &self.tab.context
    }

    /// Calls a method of the tab (before there is one: of the browser) and waits for its result.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        let mut request = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = &self.session {
            request["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(request.to_string())).expect("Chromium listens");
        let until = Instant::now() + DEADLINE;
        loop {
            let message = self.receive(until, method);
            if message["id"] == json!(id) {
                assert!(message["error"].is_null(), "{method} failed: {}", message["error"]);
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    /// Waits for an event of this name that has not been taken yet, and takes it.
    pub(crate) fn wait_for(&mut self, event: &str) -> Value {
        let until = Instant::now() + DEADLINE;
        loop {
            if let Some(at) = self.events.iter().position(|seen| seen["method"] == json!(event)) {
                return self.events.remove(at);
            }
            let message = self.receive(until, event);
            self.events.push(message);
        }
    }

    fn receive(&mut self, until: Instant, what: &str) -> Value {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited {DEADLINE:?} for {what}; seen meanwhile: {:?}", self.events);
            self.socket.get_ref().set_read_timeout(Some(left)).expect("a timeout");
            match self.socket.read() {
                Ok(Message::Text(text)) => return serde_json::from_str(&text).expect("JSON"),
                Ok(_) => {}
                Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => panic!("lost Chromium while waiting for {what}: {error}"),
            }
        }
    }
}

impl Drop for Cdp {
    /// Hands the tab on, without what this session has set. A test that fails keeps its own.
    fn drop(&mut self) {
        if let Some(session) = self.session.take().filter(|_| !thread::panicking()) {
            self.call("Target.detachFromTarget", json!({ "sessionId": session }));
            FREE.lock().unwrap_or_else(PoisonError::into_inner).push(self.tab.clone());
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}
