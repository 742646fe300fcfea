//! What a process, its forkserver and the children that stand by say to each other: one message each, over pairs of
//! sockets that nobody else has.
//!
//! | message | from | to | descriptors |
//! |---|---|---|---|
//! | [`Answer::Ready`] or [`Answer::Failed`] | server, once, first | client | |
//! | [`Demand::More`] | client | server | |
//! | [`Answer::StandsBy`] | server | client | the child's pidfd, and the other end of its socket |
//! | [`Answer::NotForked`] | server | client | |
//! | [`Order`] | client | child | the file with its plan, the client's pipe, its working folder, and its standard output and error where they are open |
//! | [`Answer::Ended`] | server, for each child, where the kernel does not keep how it ended | client | |
//!
//! The plan and its arguments are in the file and not in the message, so a message is short whatever the arguments are,
//! and an order is there whole or not at all. The client knows a child before it tells it what to do, so however the server
//! ends, no work is done that nobody knows of and none is done twice.

use serde::{Deserialize, Serialize};

use crate::error::ExitStatus;
use crate::wire;

/// The longest message.
pub(crate) const LONGEST: usize = 2048;

/// What a client wants of its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Demand {
    /// So many more children that stand by.
    More(u32),
}

/// What a child that stands by is to do beside its plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    /// The signals that it blocks, see `Mask::bits`.
    pub(crate) mask: u64,
    /// Whether the client has a standard output, and whether it has a standard error: those that are there come in that
    /// order.
    pub(crate) outputs: [bool; 2],
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Answer {
    /// It forks now.
    Ready {
        /// Whether the kernel keeps how children ended, so that they need not be collected, nor their ends be told.
        kept: bool,
    },
    /// It cannot, for this reason, and ends.
    Failed(String),
    /// A child waits for its order. The server calls it by this number.
    StandsBy {
        id: u64,
        pid: u32,
    },
    NotForked {
        errno: i32,
    },
    /// Without a status where something in the server, such as a library that its hook has loaded, collected it first.
    Ended {
        id: u64,
        status: Option<ExitStatus>,
    },
}

/// A message as bytes. A reason is cut where it would make the message too long.
pub(crate) fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    wire::encode(message).expect("a message has no part that cannot be written")
}

/// A reason of a length that fits into a message.
pub(crate) fn short(reason: &str) -> String {
    let end = (0..=reason.len().min(LONGEST / 2)).rev().find(|&at| reason.is_char_boundary(at));
    reason[..end.unwrap_or(0)].to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::any;
    use proptest::proptest;

    use super::*;

    #[test]
    fn a_message_reads_back_and_is_damaged_when_cut_or_longer() {
        let order = Order { mask: u64::MAX, outputs: [true, false] };
        let bytes = encode(&order);
        assert_eq!(wire::decode::<Order>(&bytes), Ok(order));
        for cut in 0..bytes.len() {
            assert!(wire::decode::<Order>(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        assert!(wire::decode::<Order>(&[&bytes[..], b"x"].concat()).is_err());
    }

    #[test]
    fn the_longest_reason_fits() {
        let failed = Answer::Failed(short(&"é".repeat(LONGEST)));
        assert!(encode(&failed).len() < LONGEST);
        assert_eq!(short("brief"), "brief");
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_message_or_refused(bytes in vec(any::<u8>(), 0..200)) {
            // What is looked for is a panic or an endless allocation.
            let _ = wire::decode::<Demand>(&bytes);
            let _ = wire::decode::<Order>(&bytes);
            let _ = wire::decode::<Answer>(&bytes);
        }
    }
}
