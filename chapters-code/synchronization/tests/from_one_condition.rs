//! What is built from one condition keeps its promise, also when many threads use it at once.

#![allow(dead_code, unreachable_pub)] // the examples are programs of their own

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

#[path = "../examples/barrier_from_condition.rs"]
mod barrier;
#[path = "../examples/event_from_condition.rs"]
mod event;
#[path = "../examples/queue_from_condition.rs"]
mod queue;
#[path = "../examples/semaphore_from_condition.rs"]
mod semaphore;

const LONG: Duration = Duration::from_secs(30);

#[test]
fn a_semaphore_lets_all_its_permits_be_used_and_no_more() {
    let semaphore = semaphore::Semaphore::new(3);
    let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let all_three = barrier::Barrier::new(3);
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                semaphore.acquire();
                most.fetch_max(inside.fetch_add(1, SeqCst) + 1, SeqCst);
                all_three.wait(); // hangs if only two are let in
                inside.fetch_sub(1, SeqCst);
                semaphore.release();
            });
        }
    });
    assert_eq!(most.into_inner(), 3);
}

#[test]
fn an_event_wakes_all_that_wait_and_lets_latecomers_pass() {
    let event = event::Event::unset();
    thread::scope(|scope| {
        let waiting: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| event.wait_timeout(LONG)))
            .collect();
        event.set();
        for thread in waiting {
            assert!(thread.join().expect("it does not panic"));
        }
    });
    assert!(event.wait_timeout(Duration::ZERO));
    event.clear();
    assert!(!event.wait_timeout(Duration::from_millis(5)));
}

#[test]
fn a_barrier_can_be_used_again_at_once() {
    let (barrier, arrived) = (barrier::Barrier::new(4), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for round in 1..=1000 {
                    arrived.fetch_add(1, SeqCst);
                    barrier.wait();
                    let seen = arrived.load(SeqCst);
                    // Another thread may be in the next round, but none can be two rounds ahead.
                    assert!(
                        (4 * round..4 * round + 4).contains(&seen),
                        "{seen} in round {round}"
                    );
                }
            });
        }
    });
}

#[test]
fn a_queue_loses_nothing_and_keeps_its_bound() {
    let queue = queue::Queue::new(3);
    let (pushed, popped) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let taken = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for sender in 0..3 {
            let (queue, pushed, popped) = (&queue, &pushed, &popped);
            scope.spawn(move || {
                for number in 0..500 {
                    queue.push((sender, number));
                    let ahead = (pushed.fetch_add(1, SeqCst) + 1)
                        .saturating_sub(popped.load(SeqCst));
                    // Each of three receivers may have taken one that it has not counted yet.
                    assert!(ahead <= 3 + 3, "{ahead}");
                }
            });
        }
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..500 {
                    let item = queue.pop();
                    popped.fetch_add(1, SeqCst);
                    taken.lock().expect("no panic").push(item);
                }
            });
        }
    });
    let mut taken = taken.into_inner().expect("no panic");
    taken.sort_unstable();
    let all = (0..3)
        .flat_map(|sender| (0..500).map(move |number| (sender, number)));
    assert!(taken.iter().copied().eq(all));
}

#[test]
fn one_receiver_gets_the_values_of_one_sender_in_their_order() {
    let queue = queue::Queue::new(2);
    thread::scope(|scope| {
        scope.spawn(|| (0..1000).for_each(|number| queue.push(number)));
        assert!((0..1000).all(|number| queue.pop() == number));
    });
}
