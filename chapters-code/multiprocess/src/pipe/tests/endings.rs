//! Deadlines, and messages that break off.

use super::*;

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
        scope.spawn(|| sender.send_timeout(sent, LONG).expect("there will be room"));
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
        let sent = scope.spawn(|| sender.send_timeout(text(1 << 20), LONG));
        let packet = take_packet(receiver.as_fd());
        let from = packet.descriptors.into_iter().next_back().expect("the body is elsewhere");
        stream::read(from.as_fd(), &mut [0; 1000], None).expect("it is being written");
        drop(from);
        let error = sent.join().expect("it does not panic").expect_err("nobody reads on");
        assert!(matches!(error.kind, SendErrorKind::BrokenOff), "{error:?}");
        assert_eq!(error.value.len(), 1 << 20);
    });
    // Nobody has taken the packet, and nobody can.
    thread::scope(|scope| {
        let sent = scope.spawn(|| sender.send_timeout(text(1 << 20), LONG));
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
fn a_value_is_received_or_handed_back_and_not_neither_when_its_receiver_gives_up() {
    const VALUES: u32 = 2000;
    let (sender, receiver) = pair::<(u32, String)>();
    let (mut received, mut given_up) = (0, 0);
    thread::scope(|scope| {
        scope.spawn(|| {
            let sender = sender;
            for n in 0..VALUES {
                let mut value = (n, text(300_000));
                while let Err(error) = sender.send_timeout(value, LONG) {
                    assert!(matches!(error.kind, SendErrorKind::BrokenOff), "{error}");
                    value = error.value;
                }
            }
        });
        for round in 0.. {
            match receiver.recv_timeout(Duration::from_micros(round % 300)) {
                Ok((n, text)) => {
                    assert_eq!((n, text.len()), (received, 300_000), "after {given_up} times");
                    received += 1;
                }
                Err(RecvError::TimedOut) => given_up += 1,
                Err(RecvError::Disconnected) => break,
                Err(error) => panic!("{error}"),
            }
        }
    });
    assert_eq!(received, VALUES);
    assert!(given_up > 0);
}
