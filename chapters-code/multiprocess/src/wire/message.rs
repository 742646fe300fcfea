//! What a process, its children and its forkserver say to each other: short messages over pairs of sockets that no other
//! process has.
//!
//! | message | from | to | descriptors |
//! |---|---|---|---|
//! | [`Order`], behind [`CHILD`] | parent | a child, once | the file with its work, the parent's pipe, then what the order lists |
//! | [`Service`], behind [`SERVICE`] | client | its forkserver, once, first | |
//! | [`Answer::Ready`] or [`Answer::Failed`] | server, once, first | client | |
//! | [`Demand`] | client | server | |
//! | [`Answer::StandsBy`] | server | client | the child's pidfd, and the other end of its socket |
//! | [`Answer::NotForked`] | server | client | |
//! | [`Answer::Ended`] | server, for each child, where the kernel does not keep how it ended | client | |
//!
//! A spawned child and a forkserver find the socket as descriptor 3, with the first message in it already. A child that
//! stands by gets its order when a start takes it. A message is taken once, so work is done once.
//!
//! The work and its arguments are in the file and not in the order, so an order is short whatever the arguments are, and it
//! is there whole or not at all. A client knows a child before it tells it what to do, so however a server ends, no work is
//! done that nobody knows of and none is done twice.

use serde::{Deserialize, Serialize};

use super::encode;
use crate::error::ExitStatus;
use crate::sys::image::Identity;

/// The longest message.
pub(crate) const LONGEST: usize = 2048;

/// What the first message begins with that a spawned child finds. It names the version of the crate: a program may hold two
/// of them, and each takes up its own work only.
pub(crate) const CHILD: &[u8] = concat!("multiprocess ", env!("CARGO_PKG_VERSION"), " child\n").as_bytes();

/// The same for a forkserver.
pub(crate) const SERVICE: &[u8] = concat!("multiprocess ", env!("CARGO_PKG_VERSION"), " server\n").as_bytes();

/// Where a child that stands by is to be. A spawned child is there from its beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The signals that it blocks, see `Mask::bits`.
    pub(crate) mask: u64,
    /// Whether it has a standard input, output and error. Behind the folder, those that it has come in that order.
    pub(crate) streams: [bool; 3],
}

/// What a child is told beside its work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) place: Option<Place>,
    /// How many descriptors its arguments hold. They come last, and in more messages if one cannot hold them.
    pub(crate) arguments: u32,
}

/// What a forkserver has to know.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Service {
    pub(crate) identity: Identity,
    /// The pid of its client, whose end is its own.
    pub(crate) client: u32,
    /// The function that it runs before it forks anything.
    pub(crate) preload: Option<Call>,
}

/// A function of the program: the place of what stands for it in the executable, and its type name, to be compared with what
/// is found there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Call {
    pub(crate) offset: u64,
    pub(crate) target: String,
}

/// What a client wants of its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Demand {
    /// So many more children that stand by, of which the last `passing` end after a moment if they are not needed.
    More { children: u32, passing: u32 },
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
        passing: bool,
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

/// A message as bytes.
pub(crate) fn bytes<T: Serialize>(message: &T) -> Vec<u8> {
    encode(message).expect("a message has no part that cannot be written")
}

/// A first message, behind what tells it apart.
pub(crate) fn first<T: Serialize>(front: &[u8], message: &T) -> Vec<u8> {
    [front, &bytes(message)].concat()
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
    use crate::wire::decode;

    #[test]
    fn a_message_reads_back_and_is_damaged_when_cut_or_longer() {
        let order =
            Order { place: Some(Place { mask: u64::MAX, streams: [true, false, true] }), arguments: 1 };
        let bytes = bytes(&order);
        assert_eq!(decode::<Order>(&bytes), Ok(order));
        for cut in 0..bytes.len() {
            assert!(decode::<Order>(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        assert!(decode::<Order>(&[&bytes[..], b"x"].concat()).is_err());
    }

    #[test]
    fn the_longest_reason_fits() {
        let failed = Answer::Failed(short(&"é".repeat(LONGEST)));
        assert!(bytes(&failed).len() < LONGEST);
        assert_eq!(short("brief"), "brief");
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_message_or_refused(bytes in vec(any::<u8>(), 0..200)) {
            // What is looked for is a panic or an endless allocation.
            let _ = decode::<Demand>(&bytes);
            let _ = decode::<Order>(&bytes);
            let _ = decode::<Service>(&bytes);
            let _ = decode::<Answer>(&bytes);
        }
    }
}
