//! What a caller may ask for while a run goes on: one JSON object a line on the supervisor's standard input, behind the request.

use nix::sys::signal::Signal;
use serde::{Deserialize, Serialize};

/// Longer than any order. Who sends so much without an end of line is not speaking this language.
const LONGEST: usize = 1 << 10;

/// Something to be done to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Send a signal to a process of the run. Nothing happens if it has ended, and none but a process of the run can get
    /// it: the supervisor holds the process by a pidfd and then looks whether it is one of its own.
    Signal {
        /// The process.
        pid: u32,
        /// The signal's number.
        signal: i32,
    },
}

impl Order {
    /// The line that asks for it, with its newline.
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("an order is always JSON") + "\n"
    }

    /// A signal to a process; `None` where the number is no signal's.
    pub(crate) fn signal(self) -> Option<(u32, Signal)> {
        let Order::Signal { pid, signal } = self;
        Some((pid, Signal::try_from(signal).ok()?))
    }
}

/// The orders that have come, some of them perhaps in part.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    unread: Vec<u8>,
}

impl Orders {
    /// Takes in bytes and gives the orders that are complete with them. What is no order is passed over.
    pub(crate) fn came(&mut self, bytes: &[u8]) -> Vec<Order> {
        self.unread.extend_from_slice(bytes);
        let complete = self.unread.iter().rposition(|&b| b == b'\n').map_or(0, |newline| newline + 1);
        let lines: Vec<u8> = self.unread.drain(..complete).collect();
        self.unread.truncate(LONGEST);
        lines.split(|&b| b == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_come_in_pieces_and_nonsense_is_passed_over() {
        let (one, two) = (Order::Signal { pid: 7, signal: 15 }, Order::Signal { pid: 8, signal: 9 });
        let (head, tail) = (one.line(), two.line());
        let mut orders = Orders::default();
        assert_eq!(orders.came(&head.as_bytes()[..5]), []);
        assert_eq!(
            orders.came(&[&head.as_bytes()[5..], b"nonsense\n", tail.as_bytes()].concat()),
            [one, two]
        );
        assert_eq!(orders.came(&[b'x'; 1 << 16]), []);
        assert!(orders.unread.len() <= LONGEST);
        assert_eq!(orders.came(format!("\n{tail}").as_bytes()), [two]);
    }
}
