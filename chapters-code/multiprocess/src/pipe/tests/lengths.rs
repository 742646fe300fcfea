//! Messages of all lengths, and bounds for them.

use super::*;

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
            scope.spawn(|| sender.send_timeout(text(length), LONG).expect("it is received"));
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
        // It is in the handle and its clones, and the one behind it in the pipe.
        assert_eq!(receiver.clone().recv_bytes(most + 1).expect("it fits").len() as u64, length);
    }
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
