//! Tests of the queue on threads, with the states that a killed process leaves made by threads that end in their turn.

mod bytes;
mod models;
mod tasks;

use std::os::fd::AsFd;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use super::core::Core;
use super::handle::ends;
use super::layout::{Header, Record};
use super::mark::RESTART;
use super::turn::{InTurn, take_turn};
use super::{Receiver, Sender, queue, queue_with_bytes};
use crate::error::{RecvError, SendErrorKind};
use crate::sys::poll;
use crate::sys::robust::Patience;
use crate::wire::carried::Descriptor;

/// No test waits longer for what comes.
const LONG: Duration = Duration::from_secs(30);
const SOON: Duration = Duration::from_millis(20);

fn small<T>(bound: usize) -> (Sender<T>, Receiver<T>) {
    queue_with_bytes(bound, 4096).expect("there is memory")
}

fn long(character: char) -> String {
    character.to_string().repeat(20_000)
}

#[test]
fn values_arrive_in_order_and_the_bound_is_kept() {
    let (sender, receiver) = queue(3).expect("there is memory");
    for n in 0..3 {
        sender.try_send(n).expect("there is room");
    }
    assert!(sender.is_full() && receiver.is_full() && !receiver.is_empty());
    assert_eq!((sender.len(), receiver.len(), sender.capacity(), receiver.capacity()), (3, 3, 3, 3));
    let full = sender.try_send(3).expect_err("it is full");
    assert!(matches!(full.kind, SendErrorKind::Full));
    assert_eq!(full.value, 3);
    assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [0, 1, 2]);
    assert!(matches!(receiver.try_recv(), Err(RecvError::Empty)));
    assert!(receiver.is_empty());
}

#[test]
fn as_many_values_of_56_bytes_fit_as_the_bound_says() {
    let (sender, receiver) = queue::<String>(40_000).expect("there is memory");
    for _ in 0..40_000 {
        sender.try_send("x".repeat(55)).expect("there is room");
    }
    assert!(sender.try_send("x".repeat(55)).is_err());
    assert_eq!(receiver.try_iter().count(), 40_000);
}

#[test]
fn a_bound_that_cannot_be_kept_is_refused() {
    for bound in [0, usize::MAX, (1 << 25) + 1] {
        let error = queue::<u8>(bound).expect_err("no queue can have it");
        assert_eq!((error.what, error.step), ("a queue", "its bound"));
    }
    assert_eq!(queue_with_bytes::<u8>(1, usize::MAX).expect_err("it is too much").step, "its memory");
}

/// Calls what is to end at its deadline, again and again: a busy machine may often be late, but not always.
#[track_caller]
fn ends_at(limit: Duration, mut call: impl FnMut()) {
    let mut late = || {
        let begun = Instant::now();
        call();
        begun.elapsed().checked_sub(limit).expect("not before the deadline")
    };
    let until = Instant::now() + LONG;
    while late() >= Duration::from_millis(1) {
        assert!(Instant::now() < until, "always late");
    }
}

#[test]
fn a_wait_ends_at_its_deadline() {
    let (sender, receiver) = queue(1).expect("there is memory");
    ends_at(SOON, || assert!(matches!(receiver.recv_timeout(SOON), Err(RecvError::TimedOut))));
    sender.send(1).expect("there is room");
    ends_at(SOON, || {
        let error = sender.send_timeout(2, SOON).expect_err("it is full");
        assert!(matches!(error.kind, SendErrorKind::TimedOut));
    });
    // Behind another one that waits, too.
    thread::scope(|scope| {
        let first = scope.spawn(|| sender.send_timeout(2, LONG));
        while sender.end().core.header().senders.waits.load(Ordering::Relaxed) == 0 {
            thread::yield_now();
        }
        ends_at(SOON, || drop(sender.send_timeout(3, SOON).expect_err("it is full")));
        ends_at(Duration::ZERO, || {
            assert!(matches!(sender.try_send(3).expect_err("it is full").kind, SendErrorKind::Full));
        });
        assert_eq!(receiver.recv().expect("it is there"), 1);
        first.join().expect("no panic").expect("there was room");
    });
    assert_eq!(receiver.recv_timeout(LONG).expect("it is there"), 2);
}

#[test]
fn receivers_get_what_was_sent_before_the_last_sender_went() {
    let (sender, receiver) = queue(10).expect("there is memory");
    sender.send('a').expect("there is room");
    let other = sender.clone();
    drop(sender);
    other.send('b').expect("there is room");
    drop(other);
    assert_eq!(receiver.iter().collect::<String>(), "ab");
    for received in [receiver.recv(), receiver.try_recv(), receiver.recv_timeout(LONG)] {
        assert!(matches!(received, Err(RecvError::Disconnected)));
    }
}

#[test]
fn senders_learn_that_the_last_receiver_is_gone() {
    let (sender, receiver) = queue(1).expect("there is memory");
    let other = receiver.clone();
    drop(receiver);
    sender.send("kept".to_owned()).expect("there is a receiver");
    thread::scope(|scope| {
        let waiting = scope.spawn(|| sender.send("back".to_owned()));
        while sender.end().core.header().senders.waits.load(Ordering::Relaxed) == 0 {
            thread::yield_now();
        }
        drop(other);
        let error = waiting.join().expect("no panic").expect_err("nobody is there");
        assert!(matches!(error.kind, SendErrorKind::Disconnected));
        assert_eq!(error.value, "back");
    });
    for sent in
        [sender.send(String::new()), sender.try_send(String::new()), sender.send_timeout(String::new(), LONG)]
    {
        assert!(matches!(sent.expect_err("nobody is there").kind, SendErrorKind::Disconnected));
    }
}

#[test]
fn the_next_send_after_the_last_receiver_was_dropped_fails() {
    for _ in 0..100 {
        let (sender, receiver) = queue(10).expect("there is memory");
        sender.send(1).expect("there is a receiver");
        drop(receiver);
        for n in 2..5 {
            assert!(matches!(sender.send(n).expect_err("it is gone").kind, SendErrorKind::Disconnected));
        }
    }
}

#[test]
fn one_that_waits_is_woken_by_the_end_of_the_other_side() {
    let (sender, receiver) = queue::<u8>(1).expect("there is memory");
    thread::scope(|scope| {
        let waiting: Vec<_> = (0..3).map(|_| scope.spawn(|| receiver.recv_timeout(LONG))).collect();
        while receiver_waits(&receiver) == 0 {
            thread::yield_now();
        }
        drop(sender);
        for waiting in waiting {
            assert!(matches!(waiting.join().expect("no panic"), Err(RecvError::Disconnected)));
        }
    });
}

fn receiver_waits<T>(receiver: &Receiver<T>) -> u32 {
    header(receiver).receivers.waits.load(Ordering::Relaxed)
}

fn header<T>(receiver: &Receiver<T>) -> &Header {
    receiver.end().core().header()
}

#[test]
fn values_longer_than_the_ring_go_in_pieces() {
    let (sender, receiver) = small(2);
    let sent: Vec<String> = ('a'..'f').map(long).collect();
    let copy = sent.clone();
    let refused = sender.try_send(long('x')).expect_err("it never fits");
    assert!(matches!(refused.kind, SendErrorKind::Full));
    let sending = thread::spawn(move || {
        for value in copy {
            sender.send(value).expect("there is a receiver");
        }
    });
    assert_eq!(receiver.recv().expect("it comes"), sent[0]);
    assert_eq!(receiver.recv_timeout(LONG).expect("it comes"), sent[1]);
    while receiver.end().core().tail() == receiver.end().core().head() {
        thread::yield_now();
    }
    assert_eq!(receiver.try_recv().expect("it has begun to come"), sent[2]);
    assert_eq!(receiver.iter().collect::<Vec<_>>(), sent[3..]);
    sending.join().expect("no panic");
}

#[test]
fn a_long_value_whose_sender_gave_up_is_void() {
    let (sender, receiver) = small(2);
    let until = Instant::now() + LONG;
    loop {
        let late = sender.send_timeout(long('a'), SOON).expect_err("nobody receives");
        assert!(matches!(late.kind, SendErrorKind::TimedOut));
        assert_eq!(late.value, long('a'));
        assert_eq!(receiver.len(), 0);
        let begun = Instant::now();
        assert!(matches!(receiver.try_recv(), Err(RecvError::Empty)));
        // No sender is at it, so it is not waited for. A busy machine may be late, but not always.
        if begun.elapsed() < SOON {
            break;
        }
        assert!(Instant::now() < until, "always late");
    }
    sender.send_timeout(long('b'), SOON).expect_err("nobody receives");
    drain(&receiver);
    sender.send("c".to_owned()).expect("there is room");
    assert_eq!(receiver.recv_timeout(LONG).expect("it is there"), "c");
    let late = sender.send_timeout(long('d'), SOON).expect_err("nobody receives");
    assert!(matches!(late.kind, SendErrorKind::TimedOut));
    drop(sender);
    assert!(matches!(receiver.recv_timeout(LONG), Err(RecvError::Disconnected)));
}

fn drain(receiver: &Receiver<String>) {
    assert!(matches!(receiver.recv_timeout(SOON), Err(RecvError::TimedOut)));
}

/// Ends a thread in its turn, as a kill ends a process.
fn end_in_turn(core: &Core, sends: bool, act: impl FnOnce(&Core) + Send) {
    thread::scope(|scope| {
        scope.spawn(|| {
            let turn = if sends { &core.header().senders } else { &core.header().receivers };
            let (held, _): (InTurn<'_>, _) =
                take_turn(turn, Patience::Until(Instant::now() + LONG)).ok().expect("it comes");
            act(core);
            std::mem::forget(held);
        });
    });
    // A scope ends a little before its threads do.
    let turn = if sends { &core.header().senders } else { &core.header().receivers };
    while matches!(turn.lock.holder(), crate::sys::robust::Holder::Thread(_)) {
        thread::yield_now();
    }
}

/// What a sender does that is killed after a piece.
fn publish_first_piece(core: &Core) {
    let record = Record { length: 100, first: true, last: false, bytes: false };
    core.write_word(core.tail(), record.word());
    core.write_bytes(core.tail(), &[b'x'; 100]);
    let tail = core.tail().advanced(record.room(), 0);
    core.header().tail.mark.store(tail.word(), Ordering::Release);
}

#[test]
fn a_sender_killed_in_its_turn_loses_its_own_value_only() {
    let (sender, receiver) = small(2);
    let core = &*sender.end().core;
    end_in_turn(core, true, |_| ());
    sender.send_timeout("a".to_owned(), LONG).expect("there is room");
    assert_eq!(receiver.recv_timeout(LONG).expect("it is there"), "a");
    end_in_turn(core, true, publish_first_piece);
    assert!(matches!(receiver.try_recv(), Err(RecvError::Empty)));
    end_in_turn(core, true, publish_first_piece);
    end_in_turn(core, true, publish_first_piece);
    sender.send_timeout("b".to_owned(), LONG).expect("there is room");
    assert_eq!(receiver.recv_timeout(LONG).expect("it is there"), "b");
}

#[test]
fn what_a_killed_sender_had_published_without_telling_is_told_by_the_next_one() {
    let (sender, receiver) = small(4);
    thread::scope(|scope| {
        let receiving = scope.spawn(|| [(); 2].map(|()| receiver.recv_timeout(LONG)));
        let asleep = &header(&receiver).receivers_wish.asleep;
        while asleep.load(Ordering::Relaxed) == 0 {
            thread::yield_now();
        }
        end_in_turn(&sender.end().core, true, |core| {
            let record = Record { length: 1, first: true, last: true, bytes: false };
            core.write_word(core.tail(), record.word());
            core.write_bytes(core.tail(), &[7]);
            core.header().tail.mark.store(core.tail().advanced(record.room(), 1).word(), Ordering::Release);
            // Killed after it has decided to wake the receiver, and before it does.
            asleep.store(0, Ordering::Relaxed);
        });
        let begun = Instant::now();
        sender.send(8_u8).expect("there is room");
        let received = receiving.join().expect("no panic");
        assert!(begun.elapsed() < LONG / 3, "it was woken by its deadline only");
        assert!(matches!(received, [Ok(7), Ok(8)]), "{received:?}");
    });
}

#[test]
fn a_long_value_whose_receiver_is_killed_begins_again() {
    let (sender, receiver) = small(2);
    let core = receiver.end().core();
    thread::scope(|scope| {
        let sending = scope.spawn(|| sender.send_timeout(long('a'), LONG));
        while core.tail() == core.head() {
            thread::yield_now();
        }
        end_in_turn(core, false, |core| {
            let record = core.read_record(core.head());
            assert!(record.first && !record.last);
            core.header().head.mark.store(core.head().advanced(record.room(), 0).word(), Ordering::Release);
            core.tell_senders(false);
        });
        assert_eq!(receiver.recv_timeout(LONG).expect("it comes"), long('a'));
        sending.join().expect("no panic").expect("it was received");
    });
    assert!(receiver.is_empty());
}

#[test]
fn a_receiver_that_gives_up_a_long_value_gets_it_from_its_beginning() {
    let (sender, receiver) = small(2);
    let core = receiver.end().core();
    let hold = std::sync::Barrier::new(2);
    thread::scope(|scope| {
        // A sender that pauses for long in the middle, as if it were stopped.
        scope.spawn(|| {
            let turn = take_turn(&core.header().senders, Patience::Endless).ok().expect("it is free");
            publish_first_piece(core);
            hold.wait();
            hold.wait();
            // When it goes on, it sees that it has to begin again.
            let tail = core.tail();
            let published = core.header().tail.mark.compare_exchange(
                tail.word(),
                tail.advanced(8, 0).word(),
                Ordering::Release,
                Ordering::Relaxed,
            );
            assert_eq!(published, Err(tail.word() | RESTART));
            drop(turn);
        });
        hold.wait();
        let begun = Instant::now();
        let (received, took) = (receiver.recv_timeout(SOON), begun.elapsed());
        hold.wait();
        assert!(matches!(received, Err(RecvError::TimedOut)));
        // It waits for the pause, and a busy machine makes it late.
        assert!(took >= Duration::from_millis(90) && took < LONG / 3, "{took:?}");
        let sending = scope.spawn(|| sender.send_timeout(long('a'), LONG));
        assert_eq!(receiver.recv_timeout(LONG).expect("it comes"), long('a'));
        sending.join().expect("no panic").expect("it was received");
    });
}

#[test]
fn each_value_of_four_threads_goes_to_one_of_four() {
    for (bound, bytes) in [(1, 4096), (7, 4096), (1000, 1 << 20)] {
        let (sender, receiver) = queue_with_bytes(bound, bytes).expect("there is memory");
        let received = thread::scope(|scope| {
            for thread in 0..4_u32 {
                let sender = sender.clone();
                scope.spawn(move || {
                    for n in 0..1000_u32 {
                        let length = if n % 100 == 99 { 6000 } else { n % 50 };
                        let value = (thread * 1000 + n, "x".repeat(length as usize));
                        sender.send_timeout(value, LONG).expect("receivers are there");
                    }
                });
            }
            drop(sender);
            let receivers: Vec<_> = (0..4)
                .map(|_| {
                    let receiver = receiver.clone();
                    scope.spawn(move || receiver.iter().collect::<Vec<_>>())
                })
                .collect();
            let mut all = Vec::new();
            for receiver in receivers {
                let values = receiver.join().expect("no panic");
                for thread in 0..4 {
                    let own = values.iter().map(|(n, _)| *n).filter(|n| n / 1000 == thread);
                    assert!(own.is_sorted(), "a thread's values arrive in order");
                }
                all.extend(values);
            }
            all
        });
        let mut numbers: Vec<u32> = received.iter().map(|(n, _)| *n).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..4000).collect::<Vec<_>>());
        for (n, text) in received {
            let length = if n % 100 == 99 { 6000 } else { n % 1000 % 50 };
            assert_eq!(text.len(), length as usize);
        }
    }
}

#[test]
fn what_cannot_be_sent_comes_back_with_the_reason() {
    let (sender, _receiver) = queue(1).expect("there is memory");
    let null = std::fs::File::open("/dev/null").expect("it is there");
    let refused = sender.send(Some(Descriptor::from(null))).expect_err("it is a descriptor");
    assert!(refused.kind.to_string().contains("takes only bytes"), "{refused}");
    assert!(refused.value.is_some());
    let (handles, _receiver) = queue(1).expect("there is memory");
    assert!(matches!(
        handles.send(sender).expect_err("it has descriptors").kind,
        SendErrorKind::NotSerializable { .. }
    ));
}

#[test]
fn what_cannot_be_read_is_lost_alone() {
    let core = Core::new(4, 4096, 0).expect("there is memory");
    let (sending, receiving) = ends(core).expect("there are descriptors");
    let (sender, receiver) = (Sender::<String>::new(sending), Receiver::<(u8, u8)>::new(receiving));
    sender.send("long".to_owned()).expect("there is room");
    sender.send("x".to_owned()).expect("there is room");
    assert!(matches!(receiver.recv(), Err(RecvError::Undecodable { .. })));
    assert_eq!(receiver.recv().expect("these are two bytes"), (1, b'x'));
}

#[test]
fn a_receiver_is_readable_while_there_is_something() {
    let (sender, receiver) = queue(3).expect("there is memory");
    let is_ready = |receiver: &Receiver<u8>| {
        poll::is_ready(receiver.as_fd(), Some(Instant::now())).expect("it can be polled")
    };
    sender.send(1).expect("there is room");
    assert!(is_ready(&receiver), "what was there before it was asked counts");
    assert!(is_ready(&receiver.clone()));
    receiver.recv().expect("it is there");
    assert!(!is_ready(&receiver));
    for _ in 0..3 {
        sender.send(2).expect("there is room");
        sender.send(3).expect("there is room");
        assert!(is_ready(&receiver));
        receiver.recv().expect("it is there");
        assert!(is_ready(&receiver));
        receiver.recv().expect("it is there");
        assert!(!is_ready(&receiver));
    }
    thread::scope(|scope| {
        let waiting = scope.spawn(|| poll::is_ready(receiver.as_fd(), Some(Instant::now() + LONG)));
        sender.send(4).expect("there is room");
        assert!(waiting.join().expect("no panic").expect("it can be polled"));
    });
    receiver.recv().expect("it is there");
    // A sender that is killed in its turn may have published something.
    end_in_turn(&sender.end().core, true, |_| ());
    assert!(matches!(receiver.try_recv(), Err(RecvError::Empty)));
    assert!(!is_ready(&receiver), "it is looked at once, and then known to be empty");
    drop(sender);
    assert!(is_ready(&receiver));
    assert!(matches!(receiver.try_recv(), Err(RecvError::Disconnected)));
}
