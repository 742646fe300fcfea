//! Bytes in a queue, which are not written by serde.

use std::collections::VecDeque;

use proptest::collection::vec;
use proptest::{prop_assert, prop_assert_eq, proptest};

use super::*;

fn bytes(length: usize, first: u8) -> Vec<u8> {
    (0..length).map(|n| (n as u8).wrapping_mul(31).wrapping_add(first)).collect()
}

/// Some that fit into the ring, some that have to go around its end, and some that go in pieces.
const LENGTHS: [usize; 12] = [0, 1, 7, 8, 9, 1000, 3000, 4088, 4089, 5000, 20_000, 100_003];

#[test]
fn bytes_of_any_length_come_whole_in_each_way_of_sending_and_receiving() {
    let (sender, receiver) = small::<()>(3);
    thread::scope(|scope| {
        scope.spawn(|| {
            for length in LENGTHS {
                let message = bytes(length, 1);
                sender.send_bytes(&message).expect("it is received");
                sender.send_bytes_timeout(&message, LONG).expect("it is received");
                while let Err(SendErrorKind::Full) = sender.try_send_bytes(&message) {
                    if length > 4088 {
                        sender.send_bytes_timeout(&message, LONG).expect("it is received");
                        break;
                    }
                    thread::yield_now();
                }
            }
        });
        for length in LENGTHS {
            let expected = bytes(length, 1);
            assert!(receiver.recv_bytes(length).expect("it comes") == expected, "{length}");
            assert!(receiver.recv_bytes_timeout(usize::MAX, LONG).expect("it comes") == expected, "{length}");
            let mut buffer = vec![0; length + 1];
            assert_eq!(receiver.recv_bytes_into(&mut buffer).expect("it comes"), length);
            assert!(buffer[..length] == expected, "{length}");
        }
    });
    assert!(receiver.is_empty());
}

#[test]
fn bytes_that_are_too_long_stay_for_any_receiver() {
    let (sender, receiver) = small::<String>(3);
    thread::scope(|scope| {
        let sending = scope.spawn(|| {
            sender.send_bytes_timeout(&bytes(10, 0), LONG).expect("it is received");
            sender.send_bytes_timeout(&bytes(20_000, 0), LONG).expect("it is received");
            sender.send_timeout("behind them".to_owned(), LONG).expect("it is received");
        });
        for length in [10, 20_000] {
            let most = length - 1;
            for _ in 0..2 {
                let error = receiver.recv_bytes_timeout(most, LONG).expect_err("they are longer");
                assert!(
                    matches!(error, RecvError::TooLong { length: l, most: m } if (l as usize, m) == (length, most)),
                    "{error:?}"
                );
            }
            let into = receiver.recv_bytes_into(&mut vec![0; most]);
            assert!(matches!(into, Err(RecvError::TooLong { .. })));
            assert!(matches!(receiver.try_recv_bytes(0), Err(RecvError::TooLong { most: 0, .. })));
            assert!(poll::is_ready(receiver.as_fd(), Some(Instant::now() + LONG)).expect("it can be asked"));
            assert!(receiver.clone().recv_bytes(length).expect("it fits") == bytes(length, 0));
        }
        assert_eq!(receiver.recv_timeout(LONG).expect("it comes"), "behind them");
        sending.join().expect("no panic");
    });
}

#[test]
fn what_is_of_the_other_kind_is_lost_alone() {
    let (sender, receiver) = small::<String>(3);
    thread::scope(|scope| {
        scope.spawn(|| {
            for length in [10, 20_000] {
                sender.send_bytes_timeout(&bytes(length, 0), LONG).expect("it is received");
                sender.send_timeout("a".repeat(length), LONG).expect("it is received");
                sender.send_bytes_timeout(&bytes(length, 1), LONG).expect("it is received");
            }
        });
        for length in [10, 20_000] {
            assert!(matches!(receiver.recv_timeout(LONG), Err(RecvError::Undecodable { .. })));
            let error = receiver.recv_bytes_timeout(20_000, LONG).expect_err("it is a value");
            assert!(matches!(error, RecvError::Undecodable { .. }), "{error:?}");
            assert!(receiver.recv_bytes_timeout(length, LONG).expect("it comes") == bytes(length, 1));
        }
    });
}

#[test]
fn long_bytes_whose_receiver_is_killed_begin_again() {
    let (sender, receiver) = small::<()>(2);
    let core = receiver.end().core();
    thread::scope(|scope| {
        let sending = scope.spawn(|| sender.send_bytes_timeout(&bytes(20_000, 3), LONG));
        while core.tail() == core.head() {
            thread::yield_now();
        }
        end_in_turn(core, false, |core| {
            let record = core.read_record(core.head());
            assert!(record.first && !record.last && record.bytes);
            core.header().head.mark.store(core.head().advanced(record.room(), 0).word(), Ordering::Release);
            core.tell_senders(false);
        });
        assert!(receiver.recv_bytes_timeout(20_000, LONG).expect("it comes") == bytes(20_000, 3));
        sending.join().expect("no panic").expect("it was received");
    });
    assert!(receiver.is_empty());
}

#[test]
fn a_length_that_is_not_true_is_an_error() {
    for (length, claimed) in [(8, 100_u64), (100, 3), (100, u64::MAX), (0, 0)] {
        let (sender, receiver) = small::<()>(2);
        let core = &*sender.end().core;
        let record = Record { length, first: true, last: false, bytes: true };
        core.write_word(core.tail(), record.word());
        core.write_word(core.tail().advanced(8, 0), claimed);
        let tail = core.tail().advanced(record.room(), 0);
        let last = Record { length: 8, first: false, last: true, bytes: true };
        core.write_word(tail, last.word());
        core.header().tail.mark.store(tail.advanced(last.room(), 1).word(), Ordering::Release);
        let received = receiver.recv_bytes(usize::MAX);
        assert!(matches!(received, Err(RecvError::Damaged { .. })), "{claimed}: {received:?}");
    }
}

proptest! {
    /// Values and bytes come in the order in which they were sent, or are refused and stay.
    #[test]
    fn a_queue_of_values_and_bytes_is_a_queue(steps in vec((0..4_u8, 0..200_usize), 0..80)) {
        let (sender, receiver) = small::<String>(5);
        let mut model = VecDeque::new();
        for (step, length) in steps {
            match step {
                0 => match sender.try_send("v".repeat(length)) {
                    Ok(()) => model.push_back((false, length)),
                    Err(error) => prop_assert!(matches!(error.kind, SendErrorKind::Full) && model.len() == 5),
                },
                1 => match sender.try_send_bytes(&bytes(length, 0)) {
                    Ok(()) => model.push_back((true, length)),
                    Err(error) => prop_assert!(matches!(error, SendErrorKind::Full) && model.len() == 5),
                },
                2 => match (receiver.try_recv(), model.pop_front()) {
                    (Ok(value), Some((false, length))) => prop_assert_eq!(value.len(), length),
                    (Err(RecvError::Undecodable { .. }), Some((true, _))) | (Err(RecvError::Empty), None) => {}
                    (received, expected) => prop_assert!(false, "{:?} for {:?}", received, expected),
                },
                _ => {
                    let too_long = matches!(model.front(), Some((true, first)) if *first > length);
                    let expected = if too_long { None } else { model.pop_front() };
                    match (receiver.try_recv_bytes(length), expected) {
                        (Ok(value), Some((true, length))) => prop_assert_eq!(value, bytes(length, 0)),
                        (Err(RecvError::TooLong { .. }), None) => prop_assert!(too_long),
                        (Err(RecvError::Undecodable { .. }), Some((false, _))) => {}
                        (Err(RecvError::Empty), None) => prop_assert!(!too_long),
                        (received, expected) => prop_assert!(false, "{:?} for {:?}", received, expected),
                    }
                }
            }
            prop_assert_eq!(receiver.len(), model.len());
        }
    }
}
