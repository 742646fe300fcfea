//! What no sender of this library sends.

use super::*;

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
