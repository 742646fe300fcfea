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
fn bytes_of_any_length_come_whole_in_each_way_of_sending_and_receiving() {
    let (sender, receiver) = pair::<()>();
    let lengths = [0, 1, 1000, INLINE - 1, INLINE, INLINE + 1, 200_000, 300_000, 1 << 20, (5 << 20) + 3];
    thread::scope(|scope| {
        scope.spawn(|| {
            for &length in &lengths {
                let message = bytes(length, 1);
                sender.send_bytes(&message).expect("it is received");
                sender.send_bytes_timeout(&message, LONG).expect("it is received");
                while let Err(SendErrorKind::Full) = sender.try_send_bytes(&message) {
                    thread::yield_now();
                }
                sender.send_bytes(&message).expect("it is received");
            }
        });
        for &length in &lengths {
            let expected = bytes(length, 1);
            assert!(receiver.recv_bytes_timeout(usize::MAX, LONG).expect("it comes") == expected, "{length}");
            assert!(receiver.recv_bytes_timeout(length, LONG).expect("it comes") == expected, "{length}");
            assert!(poll::is_ready(receiver.as_fd(), Some(Instant::now() + LONG)).expect("it can be asked"));
            assert!(receiver.try_recv_bytes(length).expect("it has come") == expected, "{length}");
            let mut buffer = vec![0; length + 1];
            assert_eq!(receiver.recv_bytes_into(&mut buffer).expect("it comes"), length);
            assert!(buffer[..length] == expected, "{length}");
        }
    });
}

#[test]
fn values_of_any_length_come_whole() {
    let (sender, receiver) = pair::<String>();
    for length in [INLINE - 4, INLINE - 3, INLINE - 2, INLINE, 1 << 20] {
        thread::scope(|scope| {
            scope.spawn(|| sender.send(text(length)).expect("it is received"));
            assert!(receiver.recv_timeout(LONG).expect("it comes") == text(length), "{length}");
        });
    }
}

#[test]
fn what_is_too_long_stays() {
    let (sender, receiver) = pair::<()>();
    sender.send_bytes(&[1; 10]).expect("there is room");
    sender.try_send_bytes(&bytes(INLINE + 1, 0)).expect("there is memory");
    for (length, most) in [(10, 9), (INLINE + 1, INLINE)] {
        let length = length as u64;
        for _ in 0..2 {
            let error = receiver.recv_bytes(most).expect_err("it is longer");
            assert!(matches!(error, RecvError::TooLong { length: l, most: m } if (l, m) == (length, most)));
        }
        let into = receiver.recv_bytes_into(&mut vec![0; most]);
        assert!(matches!(into, Err(RecvError::TooLong { .. })));
        assert!(matches!(receiver.try_recv_bytes(0), Err(RecvError::TooLong { most: 0, .. })));
        assert!(matches!(receiver.recv_bytes_timeout(0, LONG), Err(RecvError::TooLong { .. })));
        assert_eq!(receiver.recv_bytes(most + 1).expect("it fits").len() as u64, length);
    }
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

#[test]
fn deadlines_are_met() {
    let (sender, receiver) = pair::<u32>();
    let timed = |wait: &dyn Fn()| {
        let begun = Instant::now();
        wait();
        assert!(begun.elapsed() >= SHORT, "{:?}", begun.elapsed());
    };
    timed(&|| assert!(matches!(receiver.recv_timeout(SHORT), Err(RecvError::TimedOut))));
    timed(&|| assert!(matches!(receiver.recv_bytes_timeout(9, SHORT), Err(RecvError::TimedOut))));
    assert!(matches!(receiver.recv_timeout(Duration::ZERO), Err(RecvError::TimedOut)));
    let mut sent = 0;
    let full = loop {
        match sender.try_send(sent) {
            Ok(()) => sent += 1,
            Err(full) => break full,
        }
    };
    assert!(matches!(full.kind, SendErrorKind::Full) && full.value == sent, "{full:?}");
    timed(&|| {
        let late = sender.send_timeout(1, SHORT).expect_err("nobody receives");
        assert!(matches!(late.kind, SendErrorKind::TimedOut) && late.value == 1);
    });
    let long = sender.send_bytes_timeout(&bytes(INLINE + 1, 0), SHORT).expect_err("nobody receives");
    assert!(matches!(long, SendErrorKind::TimedOut));
    assert!(matches!(sender.try_send_bytes(&bytes(INLINE + 1, 0)), Err(SendErrorKind::Full)));
    assert_eq!(receiver.try_iter().map(|value| value.expect("it was sent")).collect::<Vec<_>>(), {
        (0..sent).collect::<Vec<_>>()
    });
    sender.send_timeout(2, Duration::MAX).expect("there is room");
    assert_eq!(receiver.recv_timeout(Duration::MAX).expect("it was sent"), 2);
}

#[test]
fn a_full_pipe_takes_one_more_when_there_is_room() {
    let (sender, receiver) = pair::<u32>();
    let mut sent = 0;
    while sender.try_send(sent).is_ok() {
        sent += 1;
    }
    thread::scope(|scope| {
        scope.spawn(|| sender.send(sent).expect("there will be room"));
        for n in 0..=sent {
            assert_eq!(receiver.recv_timeout(LONG).expect("it comes"), n);
        }
    });
}

#[test]
fn a_sender_that_gives_up_in_a_long_value_keeps_it_and_its_receiver_goes_on() {
    let (sender, receiver) = pair::<String>();
    let late = sender.send_timeout(text(1 << 20), SHORT).expect_err("nobody receives");
    assert!(matches!(late.kind, SendErrorKind::TimedOut));
    assert_eq!(late.into_value().len(), 1 << 20);
    sender.send("next".to_owned()).expect("there is room");
    assert!(matches!(receiver.recv(), Err(RecvError::Truncated)));
    assert_eq!(receiver.recv().expect("it was sent"), "next");
}

/// Takes a packet as another process of this program would, which may end then.
fn take_packet(receiver: BorrowedFd<'_>) -> socket::Received {
    let deadline = Some(Instant::now() + LONG);
    socket::receive_by(receiver, &mut [0; LENGTH + 1], deadline).expect("a packet comes")
}

#[test]
fn a_receiver_that_is_gone_in_a_long_value_gives_it_back() {
    let (sender, receiver) = pair::<String>();
    thread::scope(|scope| {
        let sent = scope.spawn(|| sender.send(text(1 << 20)));
        let packet = take_packet(receiver.as_fd());
        let from = packet.descriptors.into_iter().next_back().expect("the body is elsewhere");
        stream::read(from.as_fd(), &mut [0; 1000], Patience::Endless).expect("it is being written");
        drop(from);
        let error = sent.join().expect("it does not panic").expect_err("nobody reads on");
        assert!(matches!(error.kind, SendErrorKind::BrokenOff), "{error:?}");
        assert_eq!(error.value.len(), 1 << 20);
    });
    // Nobody has taken the packet, and nobody can.
    thread::scope(|scope| {
        let sent = scope.spawn(|| sender.send(text(1 << 20)));
        assert!(poll::is_ready(receiver.as_fd(), Some(Instant::now() + LONG)).expect("it can be asked"));
        drop(receiver);
        let error = sent.join().expect("it does not panic").expect_err("nobody is left");
        assert!(matches!(error.kind, SendErrorKind::BrokenOff | SendErrorKind::Disconnected), "{error:?}");
    });
    let error = sender.send(text(1 << 20)).expect_err("nobody is left");
    assert!(matches!(error.kind, SendErrorKind::Disconnected), "{error:?}");
    assert!(matches!(sender.try_send(text(1 << 20)).expect_err("gone").kind, SendErrorKind::Disconnected));
    assert!(matches!(sender.try_send(text(1)).expect_err("gone").kind, SendErrorKind::Disconnected));
    assert!(matches!(
        sender.send_timeout(text(1), LONG).expect_err("gone").kind,
        SendErrorKind::Disconnected
    ));
}

/// Sends a packet as no sender of this library does.
fn send_raw(sender: BorrowedFd<'_>, packet: &[u8], descriptors: &[BorrowedFd<'_>]) {
    socket::send(sender, packet, descriptors).expect("there is room");
}

fn elsewhere(kind: Kind, descriptors: u16, length: u64) -> [u8; LENGTH] {
    Header { kind, place: Place::Elsewhere, descriptors, length }.to_bytes()
}

#[test]
fn a_receiver_that_gives_up_in_a_long_value_says_so_and_goes_on() {
    let (sender, receiver) = pair::<String>();
    let [own, theirs] = stream::pair().expect("two sockets");
    send_raw(sender.as_fd(), &elsewhere(Kind::Value, 0, 1 << 20), &[theirs.as_fd()]);
    drop(theirs);
    stream::write(own.as_fd(), &mut &[0; 100][..], Patience::None).expect("there is room");
    let begun = Instant::now();
    assert!(matches!(receiver.recv_timeout(SHORT), Err(RecvError::TimedOut)));
    assert!(begun.elapsed() >= SHORT);
    let gone = stream::write(own.as_fd(), &mut &[0; 100][..], Patience::Endless).expect_err("it is gone");
    assert!(stream::is_broken_off(&gone));
    sender.send("next".to_owned()).expect("there is room");
    assert_eq!(receiver.recv_timeout(LONG).expect("it was sent"), "next");
}

#[test]
fn a_length_beyond_measure_takes_no_memory_and_ends_with_its_sender() {
    let (sender, receiver) = pair::<String>();
    for (kind, length) in [(Kind::Value, u64::MAX), (Kind::Value, 1 << 63), (Kind::Bytes, 1 << 63)] {
        let [own, theirs] = stream::pair().expect("two sockets");
        send_raw(sender.as_fd(), &elsewhere(kind, 0, length), &[theirs.as_fd()]);
        drop(theirs);
        stream::write(own.as_fd(), &mut &[0; 1000][..], Patience::None).expect("there is room");
        drop(own);
        let error = match kind {
            Kind::Value => receiver.recv().expect_err("it is cut"),
            Kind::Bytes => receiver.recv_bytes(usize::MAX).expect_err("it is cut"),
        };
        assert!(matches!(error, RecvError::Truncated), "{error:?}");
    }
    let file = memfd::create(c"test").expect("a memory file");
    stream::fill(file.as_fd(), &[0; 1000]).expect("there is room");
    send_raw(sender.as_fd(), &elsewhere(Kind::Bytes, 0, 1 << 63), &[file.as_fd()]);
    assert!(matches!(receiver.recv_bytes(1000), Err(RecvError::TooLong { .. })));
    assert!(matches!(receiver.recv_bytes(usize::MAX), Err(RecvError::Truncated)));
    // A body that is longer than it should be, and one that cannot be read.
    let file = memfd::create(c"test").expect("a memory file");
    stream::fill(file.as_fd(), &[0; 100]).expect("there is room");
    send_raw(sender.as_fd(), &elsewhere(Kind::Bytes, 0, 10), &[file.as_fd()]);
    let read = receiver.recv_bytes(usize::MAX);
    assert!(
        matches!(&read, Ok(bytes) if bytes.len() == 10) || matches!(read, Err(RecvError::Damaged { .. }))
    );
    let folder = File::open("/").expect("there is a root");
    send_raw(sender.as_fd(), &elsewhere(Kind::Value, 0, 10), &[folder.as_fd()]);
    assert!(matches!(receiver.recv(), Err(RecvError::System { .. })));
}

#[test]
fn garbage_is_damage_and_what_comes_behind_it_arrives() {
    let (sender, receiver) = pair::<u32>();
    let file = memfd::create(c"test").expect("a memory file");
    let good = Header { kind: Kind::Value, place: Place::Inline, descriptors: 0, length: 1 };
    let changed = |at: usize, by: u8| {
        let mut packet = [&good.to_bytes()[..], &[5]].concat();
        packet[at] ^= by;
        packet
    };
    let with = |header: Header, body: &[u8]| [&header.to_bytes()[..], body].concat();
    let packets: Vec<(Vec<u8>, usize)> = vec![
        (vec![], 0),
        (vec![1], 0),
        (vec![0xff; LENGTH - 1], 0),
        (vec![0; 100], 0),
        (changed(0, 1), 0),
        (changed(4, 2), 0),
        (changed(5, 2), 0),
        (changed(5, 1), 0),
        (changed(6, 1), 0),
        (changed(8, 1), 0),
        (changed(15, 0x80), 0),
        (with(good, &[5]), 1),
        (with(Header { descriptors: 2, ..good }, &[5]), 1),
        (with(Header { place: Place::Elsewhere, length: 1, ..good }, &[]), 0),
        (with(Header { place: Place::Elsewhere, length: 1, ..good }, &[]), 2),
        (with(Header { kind: Kind::Bytes, descriptors: 1, ..good }, &[5]), 1),
        (vec![7; INLINE + LENGTH + 1], 0),
        (with(Header { length: INLINE as u64 + 1, ..good }, &vec![7; INLINE + 1]), 0),
    ];
    for (n, (packet, count)) in packets.iter().enumerate() {
        for receive in [
            &|| receiver.recv().map(drop) as Result<(), RecvError>,
            &|| receiver.recv_bytes(100).map(drop),
            &|| receiver.recv_timeout(LONG).map(drop),
        ] as [&dyn Fn() -> Result<(), RecvError>; 3]
        {
            send_raw(sender.as_fd(), packet, &vec![file.as_fd(); *count]);
            let received = receive();
            assert!(matches!(received, Err(RecvError::Damaged { .. })), "{n}: {received:?}");
        }
    }
    sender.send(9).expect("there is room");
    assert_eq!(receiver.recv().expect("it was sent"), 9);
}

proptest! {
    #[test]
    fn any_packet_is_received_as_something(
        real in any::<bool>(), packet in vec(any::<u8>(), 1..60), descriptors in 0..4_usize, most in 0..100_usize
    ) {
        let (sender, receiver) = pair::<(u32, Vec<String>, Option<Sender<u32>>)>();
        let file = memfd::create(c"test").expect("a memory file");
        stream::fill(file.as_fd(), b"some text").expect("there is room");
        let front: &[u8] = if real { b"mpp1" } else { b"" };
        let packet = [front, &packet].concat();
        for _ in 0..2 {
            send_raw(sender.as_fd(), &packet, &vec![file.as_fd(); descriptors]);
        }
        drop(sender);
        let _ = receiver.recv();
        let _ = receiver.recv_bytes(most);
        prop_assert!(matches!(receiver.recv_bytes(usize::MAX), Ok(_) | Err(_)));
        prop_assert!(matches!(receiver.recv(), Err(RecvError::Disconnected)));
    }
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
                    sender.send((source, n, text(length))).expect("it is received");
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
fn receivers_with_different_bounds_lose_nothing() {
    const EACH: u32 = 2000;
    let (sender, receiver) = pair::<()>();
    let mut received: Vec<u32> = thread::scope(|scope| {
        scope.spawn(|| {
            let sender = sender;
            for n in 0..EACH {
                let message = [&n.to_ne_bytes()[..], &vec![0; if n % 2 == 0 { 4 } else { 60 }]].concat();
                sender.send_bytes(&message).expect("it is received");
            }
        });
        let receive = || {
            let mut received = Vec::new();
            let mut most = 8;
            loop {
                match receiver.recv_bytes_timeout(most, LONG) {
                    Ok(message) => {
                        assert!(message.len() <= most);
                        received.push(u32::from_ne_bytes(*message.first_chunk().expect("a number")));
                        most = 8;
                    }
                    Err(RecvError::TooLong { length, .. }) => most = length as usize,
                    Err(RecvError::Disconnected) => return received,
                    Err(error) => panic!("{error}"),
                }
            }
        };
        let receivers: Vec<_> = (0..3).map(|_| scope.spawn(receive)).collect();
        receivers.into_iter().flat_map(|it| it.join().expect("it does not panic")).collect()
    });
    received.sort_unstable();
    assert_eq!(received, (0..EACH).collect::<Vec<_>>());
}

#[test]
fn ends_and_descriptors_go_through_pipes() {
    let (carrier, carried) = pair::<(Sender<u32>, Vec<Receiver<u32>>, Option<Descriptor>)>();
    let (sender, receiver) = pair::<u32>();
    let mut file = File::from(memfd::create(c"test").expect("a memory file"));
    file.write_all(b"text").expect("there is room");
    carrier.send((sender, vec![receiver], Some(Descriptor::from(file)))).expect("there is room");
    let (sender, mut receivers, file) = carried.recv().expect("it was sent");
    sender.send(7).expect("there is room");
    let receiver = receivers.pop().expect("one was sent");
    assert_eq!(receiver.recv().expect("it was sent"), 7);
    drop(sender);
    assert!(matches!(receiver.recv(), Err(RecvError::Disconnected)), "no copy is left on the way");
    let mut file = File::from(file.expect("one was sent").into_fd());
    let mut read = String::new();
    file.rewind().and_then(|()| file.read_to_string(&mut read)).expect("it can be read");
    assert_eq!(read, "text");
}

#[test]
fn a_long_value_brings_its_descriptors() {
    let (carrier, carried) = pair::<(String, Sender<u32>)>();
    let (sender, receiver) = pair::<u32>();
    carrier.try_send((text(INLINE), sender.clone())).expect("there is memory");
    thread::scope(|scope| {
        scope.spawn(|| carrier.send((text(1 << 20), sender)).expect("it is received"));
        for length in [INLINE, 1 << 20] {
            let (text, sender) = carried.recv_timeout(LONG).expect("it comes");
            assert_eq!(text.len(), length);
            sender.send(1).expect("there is room");
        }
    });
    assert_eq!(receiver.iter().count(), 2);
}

#[test]
fn a_message_holds_250_descriptors_and_no_more() {
    let (sender, receiver) = pair::<Vec<Descriptor>>();
    let null = || Descriptor::from(File::open("/dev/null").expect("there is a /dev/null"));
    sender.send((0..250).map(|_| null()).collect()).expect("there is room");
    assert_eq!(receiver.recv().expect("it was sent").len(), 250);
    let error = sender.send((0..251).map(|_| null()).collect()).expect_err("there are too many");
    assert!(
        matches!(&error.kind, SendErrorKind::NotSerializable { reason } if reason.contains("251")),
        "{error}"
    );
    assert_eq!(error.value.len(), 251);
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
fn an_end_reads_back_as_itself_only() {
    let (sender, receiver) = pair::<u32>();
    let (one, _other) = duplex::<u32, u32>().expect("two descriptors are free");
    fn reads<A: Serialize, B: serde::de::DeserializeOwned>(value: &A) -> bool {
        let (bytes, descriptors) = writing(|| encode(value).expect("it can be written"));
        reading(descriptors, || decode::<B>(&bytes)).is_ok()
    }
    assert!(reads::<_, Sender<u32>>(&sender) && reads::<_, Receiver<u32>>(&receiver));
    assert!(reads::<_, Connection<u32, u32>>(&one));
    assert!(!reads::<_, Receiver<u32>>(&sender) && !reads::<_, Sender<u32>>(&receiver));
    assert!(!reads::<_, Sender<u32>>(&one) && !reads::<_, Connection<u32, u32>>(&sender));
    // The same bytes with another descriptor.
    let (bytes, _) = writing(|| encode(&sender).expect("it can be written"));
    let file = File::open("/dev/null").expect("there is a /dev/null");
    assert!(reading(vec![file.into()], || decode::<Sender<u32>>(&bytes)).is_err());
    let [stream, _] = stream::pair().expect("two sockets");
    assert!(reading(vec![stream], || decode::<Sender<u32>>(&bytes)).is_err());
    assert!(encode(&sender).is_err(), "outside of an argument and a message");
}

#[test]
fn a_duplex_pipe_has_two_directions_and_one_end() {
    let (one, other) = duplex::<String, u32>().expect("two descriptors are free");
    let mut sent = 0;
    while one.try_send("full".to_owned()).is_ok() {
        sent += 1;
    }
    other.send(1).expect("this direction is not full");
    assert_eq!(one.recv().expect("it was sent"), 1);
    for _ in 0..sent {
        assert_eq!(other.recv().expect("it was sent"), "full");
    }
    thread::scope(|scope| {
        scope.spawn(|| one.send(text(1 << 20)).expect("it is received"));
        assert_eq!(other.recv_timeout(LONG).expect("it comes").len(), 1 << 20);
    });
    other.send(2).expect("there is room");
    let same = other.clone();
    drop(other);
    one.send("to the clone".to_owned()).expect("the clone is there");
    assert_eq!(same.recv().expect("it was sent"), "to the clone");
    one.send("never received".to_owned()).expect("the clone is there");
    drop(same);
    assert_eq!(one.recv().expect("it was sent before"), 2);
    assert!(matches!(one.recv(), Err(RecvError::Disconnected)));
    let error = one.send("late".to_owned()).expect_err("it is gone");
    assert!(matches!(error.kind, SendErrorKind::Disconnected));
}

#[test]
fn ends_can_be_waited_for() {
    let (sender, receiver) = pair::<u32>();
    let none = Some(Duration::ZERO);
    assert_eq!(crate::wait(&[sender.as_fd(), receiver.as_fd()], none).expect("it waits"), [0_usize; 0]);
    sender.send(1).expect("there is room");
    assert_eq!(crate::wait(&[&receiver], Some(LONG)).expect("it waits"), [0]);
    assert_eq!(receiver.recv().expect("it was sent"), 1);
    let mut set = crate::WaitSet::new().expect("a descriptor is free");
    set.insert(receiver).expect("it can be waited for");
    assert!(set.wait(none).expect("it waits").is_empty());
    drop(sender);
    let receiver = set.wait(Some(LONG)).expect("it waits").pop().expect("the end is there");
    assert!(matches!(receiver.recv(), Err(RecvError::Disconnected)));
    let (sender, receiver) = pair::<u32>();
    sender.send(1).expect("there is room");
    drop(receiver);
    assert_eq!(crate::wait(&[&sender], Some(LONG)).expect("it waits"), [0]);
}

#[test]
fn a_socket_with_little_room_takes_long_messages_all_the_same() {
    let (sender, receiver) = pair::<String>();
    rustix::net::sockopt::set_socket_send_buffer_size(&sender, 0).expect("it can be set");
    thread::scope(|scope| {
        scope.spawn(|| {
            for length in [10, 1000, 10_000, INLINE - 10, 1 << 20] {
                sender.send(text(length)).expect("it is received");
            }
            // It takes one at a time.
            while sender.try_send(text(INLINE - 10)).is_err_and(|e| matches!(e.kind, SendErrorKind::Full)) {
                thread::yield_now();
            }
        });
        for length in [10, 1000, 10_000, INLINE - 10, 1 << 20, INLINE - 10] {
            assert_eq!(receiver.recv_timeout(LONG).expect("it comes").len(), length);
        }
    });
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

#[test]
fn a_descriptor_that_the_program_made_nonblocking_is_waited_for_all_the_same() {
    let (sender, receiver) = pair::<u32>();
    for end in [sender.as_fd(), receiver.as_fd()] {
        let flags = rustix::fs::fcntl_getfl(end).expect("it is open");
        rustix::fs::fcntl_setfl(end, flags | rustix::fs::OFlags::NONBLOCK).expect("it can be set");
    }
    thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..2000 {
                sender.send(n).expect("it is received");
            }
        });
        for n in 0..2000 {
            assert_eq!(receiver.recv().expect("it comes"), n);
        }
    });
}

#[derive(Clone, Debug)]
enum Step {
    Send(Vec<u8>),
    SendBytes(Vec<u8>),
    SendLong(u8),
    Recv,
    RecvBytes(usize),
    DropSender,
    DropReceiver,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => vec(any::<u8>(), 0..20).prop_map(Step::Send),
        3 => vec(any::<u8>(), 0..20).prop_map(Step::SendBytes),
        1 => any::<u8>().prop_map(Step::SendLong),
        8 => Just(Step::Recv),
        4 => (0..20_usize).prop_map(Step::RecvBytes),
        1 => Just(Step::DropSender),
        1 => Just(Step::DropReceiver),
    ];
    vec(step, 0..60)
}

#[derive(Clone, Debug, PartialEq)]
enum Message {
    Value(Vec<u8>),
    Bytes(Vec<u8>),
}

proptest! {
    /// A pipe does what a queue in memory does, whatever is called in whatever order.
    #[test]
    fn a_pipe_is_a_queue(steps in steps()) {
        let (sender, receiver) = pair::<Vec<u8>>();
        let (mut sender, mut receiver) = (Some(sender), Some(receiver));
        let mut model = VecDeque::new();
        for step in steps {
            match (step, &sender, &receiver) {
                (Step::DropSender, ..) => sender = None,
                (Step::DropReceiver, ..) => receiver = None,
                (Step::Send(value), Some(sender), _) => match sender.try_send(value.clone()) {
                    Ok(()) => model.push_back(Message::Value(value)),
                    Err(error) => {
                        prop_assert!(receiver.is_none() && matches!(error.kind, SendErrorKind::Disconnected));
                        prop_assert_eq!(error.value, value);
                    }
                },
                (Step::SendBytes(value), Some(sender), _) => match sender.send_bytes(&value) {
                    Ok(()) => model.push_back(Message::Bytes(value)),
                    Err(error) => prop_assert!(receiver.is_none() && matches!(error, SendErrorKind::Disconnected)),
                },
                (Step::SendLong(first), Some(sender), _) => {
                    let long = bytes(INLINE + 1, first);
                    match sender.try_send_bytes(&long) {
                        Ok(()) => model.push_back(Message::Bytes(long)),
                        Err(error) => prop_assert!(receiver.is_none() && matches!(error, SendErrorKind::Disconnected)),
                    }
                }
                (Step::Recv, _, Some(receiver)) => match (receiver.try_recv(), model.pop_front()) {
                    (Ok(value), Some(Message::Value(expected))) => prop_assert_eq!(value, expected),
                    (Err(RecvError::Undecodable { .. }), Some(Message::Bytes(_))) => {}
                    (Err(RecvError::Empty), None) => prop_assert!(sender.is_some()),
                    (Err(RecvError::Disconnected), None) => prop_assert!(sender.is_none()),
                    (received, expected) => prop_assert!(false, "{:?} for {:?}", received, expected),
                },
                (Step::RecvBytes(most), _, Some(receiver)) => {
                    let too_long = matches!(model.front(), Some(Message::Bytes(first)) if first.len() > most);
                    let expected = if too_long { None } else { model.pop_front() };
                    match (receiver.try_recv_bytes(most), expected) {
                        (Err(RecvError::TooLong { .. }), None) => prop_assert!(too_long),
                        (Ok(value), Some(Message::Bytes(expected))) => prop_assert_eq!(value, expected),
                        (Err(RecvError::Undecodable { .. }), Some(Message::Value(_))) => {}
                        (Err(RecvError::Empty), None) => prop_assert!(sender.is_some() && !too_long),
                        (Err(RecvError::Disconnected), None) => prop_assert!(sender.is_none() && !too_long),
                        (received, expected) => prop_assert!(false, "{:?} for {:?}", received, expected),
                    }
                }
                _ => {}
            }
        }
    }
}
