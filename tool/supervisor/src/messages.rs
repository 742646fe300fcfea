//! Which thread reads what which other one has written, through a pipe, a pair of sockets, or an eventfd.
//!
//! Of each call it is known how many bytes it wrote or read, and by its descriptor which way they went. Bytes come out in the order
//! in which they were put in, so who wrote those of a read follows from counting. Two things are not seen. Where writes of two
//! threads overlap, the one that was entered first counts as first. And a write may be read before it is seen to be over: the bytes
//! that are missing then are those of the write that is under way, if only one is.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    event::{Kind, Thing, Who},
    tracee::{End, Tracee},
};

/// A way for bytes from threads that write to threads that read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Channel {
    /// The pipe with this inode.
    Pipe(u64),
    /// Into the socket with this inode, from its peer.
    Socket { from: u64, to: u64 },
    /// The eventfd with this number.
    Eventfd(u64),
}

/// What a call moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Transfer {
    pub(crate) into: Option<Channel>,
    pub(crate) out_of: Option<Channel>,
}

/// What a thread waits for at channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AtEnds {
    pub(crate) bytes_from: Vec<Thing>,
    pub(crate) room_in: Vec<Thing>,
}

/// Which descriptors a call moves bytes to and from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ends {
    pub(crate) into: Option<i32>,
    pub(crate) out_of: Option<i32>,
}

/// How what was written comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comes {
    ByteByByte,
    /// One write at a time.
    AsItWasWritten,
    /// All of it together.
    AsOne,
}

/// What has been written and not been read.
struct Queue {
    comes: Comes,
    /// In the order in which they were begun.
    writes: VecDeque<Write>,
}

struct Write {
    by: Who,
    /// How many bytes of it have not been read, once it is over.
    left: Option<u64>,
    /// How many were read before.
    early: u64,
}

/// The channels of a run.
#[derive(Default)]
pub(crate) struct Messages {
    queues: BTreeMap<Channel, Queue>,
    /// Of each socket that was made as one of a pair, its peer, and whether it keeps messages apart.
    peers: BTreeMap<u64, (u64, bool)>,
    names: BTreeMap<(Kind, u64), String>,
    /// Those into which a message without bytes was written, which reads like the end of file.
    emptied: BTreeSet<Channel>,
}

impl Messages {
    /// What a call moves with these descriptors.
    pub(crate) fn transfer(&self, tracee: Tracee, ends: Ends) -> Option<Transfer> {
        let channel = |fd: Option<i32>, writes: bool| match tracee.end(fd?)? {
            End::Pipe(inode) => Some(Channel::Pipe(inode)),
            End::Eventfd(number) => Some(Channel::Eventfd(number)),
            End::Socket(inode) => {
                let (peer, _) = *self.peers.get(&inode)?;
                let (from, to) = if writes { (inode, peer) } else { (peer, inode) };
                Some(Channel::Socket { from, to })
            }
        };
        let transfer = Transfer { into: channel(ends.into, true), out_of: channel(ends.out_of, false) };
        (transfer != Transfer::default()).then_some(transfer)
    }

    /// What is polled at these descriptors, if all of them are ends of channels.
    pub(crate) fn polled(&self, tracee: Tracee, ends: &[Ends]) -> Option<Vec<Transfer>> {
        let transfers = ends.iter().map(|&ends| self.transfer(tracee, ends).filter(|all| ends.are(all)));
        transfers.collect::<Option<Vec<_>>>().filter(|transfers| !transfers.is_empty())
    }

    /// What a thread waits for that is to move this.
    pub(crate) fn awaited(&self, transfers: &[Transfer]) -> AtEnds {
        let things = |end: fn(&Transfer) -> Option<Channel>| {
            transfers.iter().filter_map(end).map(|channel| self.thing(channel)).collect()
        };
        AtEnds { bytes_from: things(|transfer| transfer.out_of), room_in: things(|transfer| transfer.into) }
    }

    /// A thread has made a pair of sockets, of this type, and the numbers of their descriptors are at this address.
    pub(crate) fn paired(&mut self, tracee: Tracee, kind: i32, address: u64) {
        let end = |at: u64| match tracee.int(address + 4 * at).and_then(|fd| tracee.end(fd)) {
            Some(End::Socket(inode)) => Some(inode),
            _ => None,
        };
        if let (Some(one), Some(other)) = (end(0), end(1)) {
            let apart = kind & 0xf != libc::SOCK_STREAM;
            self.peers.extend([(one, (other, apart)), (other, (one, apart))]);
        }
    }

    /// The program gives a name to what a descriptor is an end of.
    pub(crate) fn name(&mut self, tracee: Tracee, descriptor: i32, name: &str) {
        let ends = Ends { into: Some(descriptor), out_of: None };
        if let Some(Transfer { into: Some(channel), .. }) = self.transfer(tracee, ends) {
            self.names.insert(channel.identity(), name.to_owned());
        }
    }

    /// What a channel is to those who use it.
    pub(crate) fn thing(&self, channel: Channel) -> Thing {
        let (kind, number) = channel.identity();
        Thing { kind, number, name: self.names.get(&(kind, number)).cloned() }
    }

    /// A thread begins to write.
    pub(crate) fn write_begins(&mut self, channel: Channel, by: Who) {
        let comes = match channel {
            Channel::Pipe(_) => Comes::ByteByByte,
            Channel::Eventfd(_) => Comes::AsOne,
            Channel::Socket { to, .. } if self.peers.get(&to).is_some_and(|&(_, apart)| apart) => {
                Comes::AsItWasWritten
            }
            Channel::Socket { .. } => Comes::ByteByByte,
        };
        let queue = self.queues.entry(channel).or_insert(Queue { comes, writes: VecDeque::new() });
        queue.writes.push_back(Write { by, left: None, early: 0 });
    }

    /// A thread has written so many bytes. None, if its call has failed.
    pub(crate) fn wrote(&mut self, channel: Channel, by: Who, bytes: u64) {
        let Some(queue) = self.queues.get_mut(&channel) else { return };
        // It is one of the latest: what is over waits before it for readers who may never come.
        let under_way = |write: &&mut Write| write.by == by && write.left.is_none();
        if let Some(write) = queue.writes.iter_mut().rev().find(under_way) {
            write.left = Some(bytes.saturating_sub(write.early));
            if write.left == Some(0) {
                queue.writes.retain(|write| write.left != Some(0));
            }
        }
    }

    /// A thread has written a message without bytes.
    pub(crate) fn wrote_nothing(&mut self, channel: Channel) {
        self.emptied.insert(channel);
    }

    /// Whether a read that got no bytes has come to the end of file, and not to a message without bytes.
    pub(crate) fn has_ended(&self, channel: Channel) -> bool {
        let is_written = || {
            let queue = self.queues.get(&channel);
            queue.is_some_and(|queue| queue.writes.iter().any(|write| write.left.is_none()))
        };
        match channel {
            Channel::Pipe(_) => true,
            Channel::Eventfd(_) => false,
            Channel::Socket { to, .. } => {
                let keeps_apart = self.peers.get(&to).is_some_and(|&(_, apart)| apart);
                !keeps_apart || !(self.emptied.contains(&channel) || is_written())
            }
        }
    }

    /// So many bytes were read. Gives who had written them, as far as it is known, the first of them first.
    pub(crate) fn read(&mut self, channel: Channel, bytes: u64) -> Vec<Who> {
        self.queues.get_mut(&channel).map(|queue| queue.take(bytes)).unwrap_or_default()
    }

    /// A thread has ended. What it was about to write may be in the channel or not.
    pub(crate) fn forget(&mut self, tid: u32) {
        for queue in self.queues.values_mut() {
            queue.writes.retain(|write| write.by.tid != tid || write.left.is_some());
        }
    }
}

impl Ends {
    /// Whether each of these descriptors is an end of a channel.
    pub(crate) fn are(self, transfer: &Transfer) -> bool {
        self.into.is_some() == transfer.into.is_some() && self.out_of.is_some() == transfer.out_of.is_some()
    }
}

impl Queue {
    fn take(&mut self, bytes: u64) -> Vec<Who> {
        let mut from = vec![];
        let mut wanted = bytes;
        let over = self.writes.iter_mut().filter_map(|write| Some((write.by, write.left.as_mut()?)));
        for (by, left) in over {
            let taken = match self.comes {
                Comes::ByteByByte => wanted.min(*left),
                // A reader may have room for less: the rest of it is lost.
                Comes::AsItWasWritten | Comes::AsOne => *left,
            };
            *left -= taken;
            wanted = match self.comes {
                Comes::ByteByByte => wanted - taken,
                Comes::AsItWasWritten => 0,
                Comes::AsOne => wanted,
            };
            if taken > 0 && !from.contains(&by) {
                from.push(by);
            }
            if wanted == 0 {
                break;
            }
        }
        if wanted > 0 && (self.comes == Comes::ByteByByte || from.is_empty()) {
            let mut under_way = self.writes.iter_mut().filter(|write| write.left.is_none());
            if let Some(write) = under_way.next() {
                write.early = match self.comes {
                    Comes::ByteByByte => write.early + wanted,
                    Comes::AsItWasWritten | Comes::AsOne => u64::MAX,
                };
                let by = write.by;
                if under_way.all(|other| other.by == by) && !from.contains(&by) {
                    from.push(by);
                }
            }
        }
        self.writes.retain(|write| write.left != Some(0));
        from
    }
}

impl Channel {
    /// What it is a way through. Both ways of a pair of sockets are one thing.
    fn identity(self) -> (Kind, u64) {
        match self {
            Channel::Pipe(inode) => (Kind::Pipe, inode),
            Channel::Socket { from, to } => (Kind::SocketPair, from.min(to)),
            Channel::Eventfd(number) => (Kind::Eventfd, number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Who = Who { pid: 7, tid: 7 };
    const B: Who = Who { pid: 8, tid: 8 };
    const PIPE: Channel = Channel::Pipe(1);

    fn write(messages: &mut Messages, channel: Channel, by: Who, bytes: u64) {
        messages.write_begins(channel, by);
        messages.wrote(channel, by, bytes);
    }

    #[test]
    fn bytes_come_out_in_the_order_in_which_they_were_put_in() {
        let mut messages = Messages::default();
        for (by, bytes) in [(A, 3), (A, 2), (B, 4)] {
            write(&mut messages, PIPE, by, bytes);
        }
        assert_eq!(messages.read(PIPE, 4), [A], "two writes of one thread");
        assert_eq!(messages.read(PIPE, 3), [A, B]);
        assert_eq!(messages.read(PIPE, 2), [B]);
        assert_eq!(messages.read(PIPE, 1), [], "its writer is not known");
        assert_eq!(messages.read(Channel::Pipe(2), 1), []);
    }

    #[test]
    fn a_write_may_be_read_before_it_is_over() {
        let mut messages = Messages::default();
        messages.write_begins(PIPE, A);
        assert_eq!([messages.read(PIPE, 5), messages.read(PIPE, 5)], [[A], [A]]);
        messages.wrote(PIPE, A, 12);
        assert_eq!(messages.read(PIPE, 2), [A]);
        assert_eq!(messages.read(PIPE, 1), [], "all of it has been read");
    }

    #[test]
    fn where_two_writes_are_under_way_neither_is_named() {
        let mut messages = Messages::default();
        messages.write_begins(PIPE, A);
        messages.write_begins(PIPE, B);
        assert_eq!(messages.read(PIPE, 5), []);
        messages.wrote(PIPE, B, 5);
        messages.forget(A.tid);
        assert_eq!(messages.read(PIPE, 5), [B]);
    }

    #[test]
    fn a_write_that_failed_was_none() {
        let mut messages = Messages::default();
        write(&mut messages, PIPE, A, 0);
        write(&mut messages, PIPE, B, 1);
        assert_eq!(messages.read(PIPE, 1), [B]);
    }

    #[test]
    fn a_message_without_bytes_is_not_taken_for_the_end_of_file() {
        let mut messages = Messages::default();
        messages.peers.extend([(1, (2, true)), (2, (1, true)), (3, (4, false)), (4, (3, false))]);
        let packets = Channel::Socket { from: 1, to: 2 };
        assert!(messages.has_ended(PIPE) && messages.has_ended(packets));
        messages.write_begins(packets, A);
        assert!(!messages.has_ended(packets), "it may be a message without bytes that is being written");
        messages.wrote(packets, A, 0);
        assert!(messages.has_ended(packets), "the write failed");
        messages.wrote_nothing(packets);
        assert!(!messages.has_ended(packets));
        let stream = Channel::Socket { from: 3, to: 4 };
        messages.wrote_nothing(stream);
        assert!(messages.has_ended(stream), "a stream has no messages");
    }

    #[test]
    fn an_eventfd_gives_all_at_once_and_a_socket_may_keep_messages_apart() {
        let mut messages = Messages::default();
        let eventfd = Channel::Eventfd(1);
        write(&mut messages, eventfd, A, 8);
        write(&mut messages, eventfd, B, 8);
        assert_eq!(messages.read(eventfd, 8), [A, B]);
        assert_eq!(messages.read(eventfd, 8), []);
        messages.peers.extend([(1, (2, true)), (2, (1, true))]);
        let socket = Channel::Socket { from: 1, to: 2 };
        write(&mut messages, socket, A, 10);
        write(&mut messages, socket, B, 10);
        assert_eq!(messages.read(socket, 4), [A], "what there was no room for is lost");
        assert_eq!(messages.read(socket, 4), [B]);
    }
}
