//! What all WebSockets of the server have in common: small buffers, and bounds on how much and how little the other end says.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use tokio::time::{Instant, Interval, interval, timeout};

use crate::serve::live::key::PROTOCOL;

/// How often a page is asked whether it is there. Browsers answer by themselves.
const ASK: Duration = Duration::from_secs(3);
/// A page that has taken in nothing, or said nothing, for so long is gone, although its connection is not.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many messages may come between two questions: more than a key that is held down on a button sends.
const MOST_MESSAGES: u32 = 300;
/// How many bytes a message of a page may have.
const LONGEST_MESSAGE: usize = 1 << 10;
/// How many bytes are read ahead, and collected to be written.
const BUFFER: usize = 4 << 10;

/// A WebSocket that is about to begin, with these bounds.
pub(crate) fn bounded(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    let upgrade = upgrade.protocols([PROTOCOL]).read_buffer_size(BUFFER).write_buffer_size(BUFFER);
    upgrade.max_message_size(LONGEST_MESSAGE).max_frame_size(LONGEST_MESSAGE)
}

/// Whether the other end is there, and says no more than a page does.
pub(crate) struct Presence {
    asks: Interval,
    heard: Instant,
    messages: u32,
}

impl Presence {
    /// At the beginning.
    pub(crate) fn new() -> Presence {
        Presence { asks: interval(ASK), heard: Instant::now(), messages: 0 }
    }

    /// A message has come. `false` when there are more of them than a page sends.
    pub(crate) fn hear(&mut self) -> bool {
        self.heard = Instant::now();
        self.messages += 1;
        self.messages <= MOST_MESSAGES
    }

    /// Waits until it is time to [`ask`](Presence::ask).
    pub(crate) async fn time_to_ask(&mut self) {
        self.asks.tick().await;
    }

    /// Asks whether the page is there. `false` when it is gone.
    pub(crate) async fn ask(&mut self, socket: &mut WebSocket) -> bool {
        self.messages = 0;
        self.heard.elapsed() <= PATIENCE && put(socket, Message::Ping(Bytes::new())).await.is_ok()
    }
}

/// Sends a message. `Err` when the page has gone, or takes in nothing.
pub(crate) async fn put(socket: &mut WebSocket, message: Message) -> Result<(), ()> {
    match timeout(PATIENCE, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(()),
    }
}
