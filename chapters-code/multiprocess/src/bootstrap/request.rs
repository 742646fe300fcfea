//! What a process and its forkserver say to each other: one message each, over a pair of sockets that nobody else has.
//!
//! | message | from | descriptors |
//! |---|---|---|
//! | [`Request`] | client | the child's file, the client's pipe, its working folder, and its standard output and error where they are open |
//! | [`Answer::Ready`], [`Answer::Failed`] | server, once, first | |
//! | [`Answer::Started`] | server | the child's pidfd |
//! | [`Answer::NotStarted`] | server | |
//! | [`Answer::Ended`] | server, for each child that was started | |
//!
//! The plan and its arguments are in the file and not in the message, so a message is short whatever the arguments are,
//! and a request is there whole or not at all.

use serde::{Deserialize, Serialize};

use crate::error::ExitStatus;
use crate::wire;

/// The longest message.
pub(crate) const LONGEST: usize = 2048;

/// To start a child.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Request {
    /// What the answers name it by.
    pub(crate) id: u64,
    /// The signals that the child blocks, see `Mask::bits`.
    pub(crate) mask: u64,
    /// Whether the client has a standard output, and then, whether it has a standard error: the descriptors that are
    /// there come in that order.
    pub(crate) outputs: [bool; 2],
}

/// What the server says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Answer {
    /// It takes requests now.
    Ready,
    /// It cannot, for this reason, and ends.
    Failed(String),
    Started {
        id: u64,
        pid: u32,
    },
    NotStarted {
        id: u64,
        failure: Failure,
        errno: i32,
    },
    /// Without a status where something in the server, such as a library that its hook has loaded, collected it first.
    Ended {
        id: u64,
        status: Option<ExitStatus>,
    },
}

/// The step that a forkserver failed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Failure {
    /// Taking the descriptors that came with the request.
    Receive,
    /// Reading the plan.
    ReadPlan,
    Fork,
}

impl Failure {
    pub(crate) fn step(self) -> &'static str {
        match self {
            Failure::Receive => "the descriptors that the forkserver was sent",
            Failure::ReadPlan => "the plan that the forkserver was sent",
            Failure::Fork => "fork, in the forkserver",
        }
    }
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
        let request = Request { id: u64::MAX, mask: u64::MAX, outputs: [true, false] };
        let bytes = encode(&request);
        assert_eq!(wire::decode::<Request>(&bytes), Ok(request));
        for cut in 0..bytes.len() {
            assert!(wire::decode::<Request>(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        assert!(wire::decode::<Request>(&[&bytes[..], b"x"].concat()).is_err());
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
            let _ = wire::decode::<Request>(&bytes);
            let _ = wire::decode::<Answer>(&bytes);
        }
    }
}
