mod damage;
mod endings;
mod ends;
mod lengths;
mod model;

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::thread;
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::{Just, any};
use proptest::strategy::Strategy;
use proptest::{prop_assert, prop_assert_eq, prop_oneof, proptest};
use serde::{Deserialize, Serialize};

use super::header::{Header, INLINE, Kind, LENGTH, Place};
use super::*;
use crate::error::{RecvError, SendErrorKind};
use crate::sys::robust::Patience;
use crate::sys::{memfd, poll, socket, stream};
use crate::wire::carried::{Descriptor, reading, writing};
use crate::wire::{decode, encode};

/// Where a test waits that must not wait forever.
const LONG: Duration = Duration::from_secs(30);

const SHORT: Duration = Duration::from_millis(10);

fn bytes(length: usize, first: u8) -> Vec<u8> {
    (0..length).map(|at| first.wrapping_add((at % 251) as u8)).collect()
}

/// A long value in as few steps of serde as possible.
fn text(length: usize) -> String {
    "x".repeat(length)
}

fn pair<T: Serialize + serde::de::DeserializeOwned>() -> (Sender<T>, Receiver<T>) {
    pipe().expect("two descriptors are free")
}

#[test]
fn values_come_in_order_and_then_the_end() {
    let (sender, receiver) = pair::<(u32, Option<String>)>();
    for n in 0..100 {
        sender.send((n, Some(n.to_string()))).expect("there is room");
    }
    drop(sender);
    for n in 0..100 {
        assert_eq!(receiver.recv().expect("it was sent"), (n, Some(n.to_string())));
    }
    assert!(matches!(receiver.recv(), Err(RecvError::Disconnected)));
    assert!(matches!(receiver.try_recv(), Err(RecvError::Disconnected)));
    assert!(matches!(receiver.recv_timeout(LONG), Err(RecvError::Disconnected)));
}

#[test]
fn a_unit_and_no_bytes_are_messages_like_others() {
    let (sender, receiver) = pair::<()>();
    sender.send(()).expect("there is room");
    sender.send_bytes(b"").expect("there is room");
    assert!(matches!(receiver.recv(), Ok(())));
    assert_eq!(receiver.recv_bytes(0).expect("it was sent"), b"");
    assert!(matches!(receiver.try_recv(), Err(RecvError::Empty)));
}

#[test]
fn a_value_in_place_of_bytes_and_the_other_way_around_is_refused_and_nothing_else_is_lost() {
    let (sender, receiver) = pair::<u32>();
    for _ in 0..2 {
        sender.send(1).expect("there is room");
        sender.send_bytes(b"ab").expect("there is room");
    }
    sender.send(2).expect("there is room");
    assert!(matches!(receiver.recv_bytes(0), Err(RecvError::Undecodable { .. })));
    assert!(matches!(receiver.recv(), Err(RecvError::Undecodable { .. })));
    assert!(matches!(receiver.recv_bytes_into(&mut []), Err(RecvError::Undecodable { .. })));
    assert!(matches!(receiver.recv(), Err(RecvError::Undecodable { .. })));
    assert_eq!(receiver.recv().expect("it was sent"), 2);
}

#[test]
fn a_value_that_does_not_read_back_is_refused_and_nothing_else_is_lost() {
    let (sender, receiver) = pair::<u64>();
    let (bytes, descriptors) = writing(|| encode(&receiver).expect("it can be written"));
    let same: Receiver<bool> = reading(descriptors, || decode(&bytes)).expect("bytes know of no types");
    sender.send(7).expect("there is room");
    sender.send(8).expect("there is room");
    assert!(matches!(same.recv(), Err(RecvError::Undecodable { .. })));
    assert_eq!(receiver.recv().expect("it was sent"), 8);
}

/// Sends a packet as no sender of this library does.
fn send_raw(sender: BorrowedFd<'_>, packet: &[u8], descriptors: &[BorrowedFd<'_>]) {
    socket::send(sender, packet, descriptors).expect("there is room");
}

fn elsewhere(kind: Kind, descriptors: u16, length: u64) -> [u8; LENGTH] {
    Header { kind, place: Place::Elsewhere, descriptors, length }.to_bytes()
}

#[test]
fn four_senders_and_four_receivers_on_threads_exchange_each_value_once() {
    const EACH: u32 = 200;
    let (sender, receiver) = pair::<(u32, u32, String)>();
    let received = thread::scope(|scope| {
        for source in 0..4 {
            let sender = sender.clone();
            scope.spawn(move || {
                for n in 0..EACH {
                    // A few that fit into a packet, and a few that do not.
                    let length = if n % 20 == 0 { 300_000 } else { n as usize };
                    sender.send_timeout((source, n, text(length)), LONG).expect("it is received");
                }
            });
        }
        drop(sender);
        let receivers: Vec<_> = (0..4)
            .map(|_| {
                let receiver = receiver.clone();
                scope.spawn(move || receiver.into_iter().collect::<Result<Vec<_>, _>>())
            })
            .collect();
        receivers
            .into_iter()
            .map(|it| it.join().expect("it does not panic").expect("all arrives"))
            .collect::<Vec<_>>()
    });
    let mut counts = BTreeMap::new();
    for all in &received {
        let mut last = BTreeMap::new();
        for (source, n, text) in all {
            let length = if n % 20 == 0 { 300_000 } else { *n as usize };
            assert_eq!(text.len(), length, "{source} {n}");
            assert!(last.insert(source, n).is_none_or(|last| last < n), "the order of one sender is kept");
            *counts.entry((source, n)).or_insert(0) += 1;
        }
    }
    assert_eq!(counts.len(), 4 * EACH as usize);
    assert!(counts.values().all(|&count| count == 1), "{counts:?}");
}

#[test]
fn what_cannot_be_written_comes_back() {
    #[derive(Debug)]
    struct Refuses;
    impl Serialize for Refuses {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("not today"))
        }
    }
    impl<'de> Deserialize<'de> for Refuses {
        fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Refuses, D::Error> {
            Ok(Refuses)
        }
    }
    #[derive(Serialize, Deserialize)]
    struct Skips {
        #[serde(skip_serializing_if = "Option::is_none")]
        sometimes: Option<u32>,
    }
    let (sender, receiver) = pair::<Refuses>();
    let error = sender.send(Refuses).expect_err("it refuses");
    assert!(matches!(error.kind, SendErrorKind::NotSerializable { .. }));
    assert!(matches!(receiver.try_recv(), Err(RecvError::Empty)));
    let (sender, _receiver) = pair::<Skips>();
    sender.send(Skips { sometimes: Some(1) }).expect("it skips nothing");
    if cfg!(debug_assertions) {
        let error = sender.send(Skips { sometimes: None }).expect_err("it would be read as another value");
        assert!(matches!(error.kind, SendErrorKind::NotSerializable { .. }));
    }
}

#[test]
fn a_value_may_send_and_receive_while_it_is_written_and_read() {
    thread_local! {
        static OTHER: (Sender<u32>, Receiver<u32>) = pair();
    }
    #[derive(Debug, PartialEq)]
    struct Busy(u32);
    impl Serialize for Busy {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            if !cfg!(debug_assertions) || OTHER.with(|(_, other)| other.try_recv().is_err()) {
                OTHER.with(|(other, _)| other.send(self.0)).expect("there is room");
            }
            self.0.serialize(serializer)
        }
    }
    impl<'de> Deserialize<'de> for Busy {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Busy, D::Error> {
            OTHER.with(|(other, _)| other.send(0)).expect("there is room");
            OTHER.with(|(_, other)| other.try_recv()).expect("it was sent");
            u32::deserialize(deserializer).map(Busy)
        }
    }
    let (sender, receiver) = pair::<Busy>();
    sender.send(Busy(5)).expect("there is room");
    assert_eq!(receiver.recv().expect("it was sent"), Busy(5));
}
