//! *Run* as a page has it: a WebSocket for each run.

use std::time::Instant;

use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest;
use tungstenite::{Error, Message, WebSocket};

use crate::process::DEADLINE;
use crate::served::{Connection, Served, connect};

/// A run of a listing, seen from the page.
pub(crate) struct RunSocket {
    pub(crate) socket: WebSocket<Connection>,
    /// The last picture of it.
    picture: Value,
}

/// The header in which a WebSocket shows its pass.
pub(crate) const PROTOCOL: &str = "Sec-WebSocket-Protocol";

/// What that header says.
pub(crate) fn protocol(pass: &str) -> String {
    format!("book, {pass}")
}

/// Asks for a run with these headers.
pub(crate) fn ask(served: &Served, path: &str, headers: &[(&str, &str)]) -> Result<RunSocket, u16> {
    let mut request = format!("ws://{}/__run/{path}", served.host).into_client_request().expect("a request");
    for (name, value) in headers {
        let name: tungstenite::http::HeaderName = name.parse().expect("a name");
        request.headers_mut().insert(name, value.parse().expect("a value"));
    }
    match tungstenite::client(request, connect(served.address)) {
        Ok((socket, _)) => Ok(RunSocket { socket, picture: Value::Null }),
        Err(tungstenite::HandshakeError::Failure(Error::Http(answer))) => Err(answer.status().as_u16()),
        Err(other) => panic!("neither a run nor an answer: {other}"),
    }
}

/// Runs a listing as the page of a browser does that was opened with the printed address.
pub(crate) fn run(served: &Served, path: &str) -> RunSocket {
    let (protocol, origin) = (protocol(served.pass()), served.origin());
    ask(served, path, &[(PROTOCOL, &protocol), ("Origin", &origin)])
        .unwrap_or_else(|status| panic!("{path} was refused: {status}"))
}

impl RunSocket {
    /// The next message; `None` when there are no more.
    pub(crate) fn next(&mut self) -> Option<Value> {
        let until = Instant::now() + DEADLINE;
        loop {
            // The server asks now and then whether we are there.
            assert!(Instant::now() < until, "no message within {DEADLINE:?}");
            match self.socket.read() {
                Ok(Message::Text(text)) => {
                    let message: Value = serde_json::from_str(&text).expect("JSON");
                    if !message["running"].is_null() {
                        self.picture = message.clone();
                    }
                    return Some(message);
                }
                Ok(Message::Close(_)) | Err(Error::ConnectionClosed | Error::Protocol(_)) => return None,
                Ok(_) => {}
                Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    panic!("no message within {DEADLINE:?}")
                }
                Err(Error::Io(_)) => return None,
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Reads on until a message of which this holds.
    #[track_caller]
    pub(crate) fn until(&mut self, holds: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        while let Some(message) = self.next() {
            if holds(&message) {
                return message;
            }
            last = message;
        }
        panic!("the run ended before that; the last message was {last}");
    }

    /// Reads on until the page shows this.
    #[track_caller]
    pub(crate) fn until_shown(&mut self, text: &str) -> Value {
        let shows =
            |message: &Value| message["running"]["lines"].as_str().is_some_and(|lines| lines.contains(text));
        let known = Some(self.picture.clone()).filter(shows);
        known.unwrap_or_else(|| self.until(shows))
    }

    /// The sentences at its end.
    #[track_caller]
    pub(crate) fn words(&mut self) -> String {
        let over = self.until(|message| !message["over"].is_null() || !message["refused"].is_null());
        match &over["refused"] {
            Value::String(why) => why.clone(),
            _ => {
                let words = over["over"]["words"].as_array().expect("sentences");
                words.iter().map(|words| words.as_str().expect("a sentence")).collect::<Vec<_>>().join(" ")
            }
        }
    }

    pub(crate) fn say(&mut self, message: &str) {
        self.socket.send(Message::text(message)).expect("a connection");
    }

    /// Says what the server may cut off before all of it has been sent.
    pub(crate) fn say_in_vain(&mut self, message: &str) {
        let _ = self.socket.send(Message::text(message));
    }

    /// Sends a signal to the process of this name, when there is one.
    pub(crate) fn signal(&mut self, name: &str, signal: &str) {
        let named = |message: &Value| {
            let living = message["running"]["living"].as_array().cloned().unwrap_or_default();
            living.iter().find(|one| one["name"] == name).map(|one| one["process"].clone())
        };
        let known = Some(self.picture.clone()).filter(|message| named(message).is_some());
        let message = known.unwrap_or_else(|| self.until(|message| named(message).is_some()));
        self.say(&json!({ "signal": { "process": named(&message), "name": signal } }).to_string());
    }
}
