//! Tests of joinable queues.

use std::sync::atomic::Ordering;
use std::thread;

use super::super::{JoinableReceiver, JoinableSender, Task, joinable_queue};
use super::{LONG, SOON, ends_at};
use crate::error::{RecvError, TasksError};

fn tasks(count: u32) -> (JoinableSender<u32>, JoinableReceiver<u32>) {
    let (sender, receiver) = joinable_queue(100).expect("there is memory");
    for n in 0..count {
        sender.send(n).expect("there is room");
    }
    (sender, receiver)
}

#[test]
fn a_join_waits_until_all_tasks_are_done() {
    let (sender, receiver) = tasks(0);
    sender.join().expect("there is none");
    for round in 0..50 {
        let (workers, sent) = (1 + round % 4, std::sync::atomic::AtomicU32::new(0));
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    while let Ok(task) = receiver.recv_timeout(SOON) {
                        sent.fetch_add(1, Ordering::Relaxed);
                        task.done();
                    }
                });
            }
            for n in 0..20 {
                sender.send(n).expect("there is room");
            }
            sender.join_timeout(LONG).expect("they are done");
            assert_eq!(sent.load(Ordering::Relaxed), 20);
        });
    }
}

#[test]
fn a_join_ends_at_its_deadline_wherever_the_tasks_are() {
    let (sender, receiver) = tasks(2);
    let timed_out = |unfinished| {
        ends_at(SOON, || match sender.join_timeout(SOON) {
            Err(TasksError::TimedOut { unfinished: found }) => assert_eq!(found, unfinished),
            other => panic!("{other:?}"),
        });
    };
    timed_out(2);
    let barrier = std::sync::Barrier::new(2);
    thread::scope(|scope| {
        let (take, taken) = std::sync::mpsc::channel::<()>();
        let (hold, receiver) = (&barrier, &receiver);
        let worker = scope.spawn(move || {
            let mut tasks = Vec::new();
            while taken.recv().is_ok() {
                tasks.push(receiver.recv().expect("it is there"));
                hold.wait();
            }
            assert_eq!(tasks.into_iter().map(Task::done).sum::<u32>(), 1);
        });
        for _ in 0..2 {
            take.send(()).expect("it listens");
            hold.wait();
            timed_out(2);
        }
        drop(take);
        sender.join_timeout(LONG).expect("they are done");
        worker.join().expect("no panic");
    });
}

#[test]
fn tasks_that_are_lost_are_reported_once() {
    let (sender, receiver) = tasks(4);
    drop(receiver.recv().expect("it is there"));
    thread::scope(|scope| {
        scope.spawn(|| std::mem::forget([(); 2].map(|()| receiver.recv().expect("it is there"))));
    });
    let task = receiver.recv().expect("it is there");
    assert!(matches!(sender.join(), Err(TasksError::OwnTask)));
    task.done();
    match sender.join_timeout(LONG) {
        Err(TasksError::Abandoned { tasks: 3 }) => {}
        other => panic!("{other:?}"),
    }
    sender.join().expect("it has been told");
    // A task that is waited for.
    sender.send(5).expect("there is room");
    thread::scope(|scope| {
        let joining = scope.spawn(|| sender.join_timeout(LONG));
        scope.spawn(|| {
            let task = receiver.recv().expect("it is there");
            thread::sleep(SOON);
            std::mem::forget(task);
        });
        assert!(matches!(joining.join().expect("no panic"), Err(TasksError::Abandoned { tasks: 1 })));
    });
}

#[test]
fn a_join_ends_with_the_last_receiver() {
    let (sender, receiver) = tasks(3);
    receiver.recv().expect("it is there").done();
    thread::scope(|scope| {
        let joining = scope.spawn(|| sender.join_timeout(LONG));
        thread::sleep(SOON);
        drop(receiver);
        match joining.join().expect("no panic") {
            Err(TasksError::Disconnected { unfinished: 2 }) => {}
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn more_tasks_than_places_are_refused_and_stay() {
    let (sender, receiver) = joinable_queue(2000).expect("there is memory");
    for n in 0..1025 {
        sender.send(n).expect("there is room");
    }
    let mut tasks: Vec<_> = (0..1024).map(|_| receiver.recv().expect("it is there")).collect();
    assert!(matches!(receiver.recv(), Err(RecvError::System { step: "a place for the task", .. })));
    tasks.pop().map(Task::done).expect("there are many");
    tasks.push(receiver.recv().expect("it is there"));
    assert_eq!(tasks.into_iter().map(Task::done).max(), Some(1024));
    sender.join().expect("they are done");
}
