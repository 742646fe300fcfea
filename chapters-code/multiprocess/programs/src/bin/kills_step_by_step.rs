//! Kills a process at each system call of something it does, or behind its instructions, and sees that the others go on. The first
//! argument says what the victim does, and the second one `calls` or `instructions`. The steps are `FIRST`, `FIRST` + `STRIDE` and so
//! on, until a victim has done everything before it comes to the step.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use multiprocess::pipe::{self, duplex, pipe};
use multiprocess::queue::{
    JoinableReceiver, JoinableSender, Receiver, Sender, Task, joinable_queue, queue, queue_with_bytes,
};
use multiprocess::shared::SharedMemory;
use multiprocess::sync::{Barrier, Condition, Event, Mutex, RLock, Semaphore};
use multiprocess::{
    Child, LockError, Process, RecvError, Result, SendErrorKind, SharedMemoryError, TasksError,
};
use multiprocess_programs::os::tracing::Until;
use multiprocess_programs::steps::{Gate, Kill};
use multiprocess_programs::{os, proc, variation};
use serde::{Deserialize, Serialize};

/// How long those who go on may take. Nothing but a busy machine takes time.
const BOUND: Duration = Duration::from_secs(10);

const VICTIM: u32 = 0;
const OTHER: u32 = 1;

/// A value that shows whether it is whole.
#[derive(Serialize, Deserialize)]
struct Value {
    who: u32,
    number: u32,
    text: String,
}

impl Value {
    fn new(who: u32, number: u32, length: usize) -> Value {
        Value { who, number, text: Value::text(who, number, length) }
    }

    fn text(who: u32, number: u32, length: usize) -> String {
        format!("{who}:{number};").chars().cycle().take(length).collect()
    }

    fn checked(self) -> (u32, u32) {
        assert!(self.text == Value::text(self.who, self.number, self.text.len()), "it is torn");
        (self.who, self.number)
    }
}

/// A short value, and one that is longer than the memory of the queue or than a packet of the pipe.
const SHORT: usize = 40;
const LONG: usize = 12_000;
const LONG_IN_A_PIPE: usize = 400_000;

/// The memory of the queues.
const BYTES: usize = 4096;

/// What has been received: each value once, and those of one sender in order.
#[derive(Default)]
struct Received(BTreeMap<u32, Vec<u32>>);

impl Received {
    fn note(&mut self, value: Value) {
        let (who, number) = value.checked();
        self.0.entry(who).or_default().push(number);
    }

    fn of(&self, who: u32) -> &[u32] {
        self.0.get(&who).map_or(&[], Vec::as_slice)
    }

    /// What is left in a queue whose senders are gone or about to be.
    fn all(queue: &Receiver<Value>) -> Received {
        let mut received = Received::default();
        loop {
            match queue.recv_timeout(BOUND) {
                Ok(value) => received.note(value),
                Err(RecvError::Disconnected) => return received,
                Err(error) => panic!("{error:?}"),
            }
        }
    }

    /// All the other's, and of the victim's as many as it may have sent.
    #[track_caller]
    fn is(&self, others: &[u32], victims: &[u32]) {
        assert_eq!(self.of(OTHER), others);
        assert!(victims.starts_with(self.of(VICTIM)), "{:?}", self.of(VICTIM));
    }
}

/// A process that receives all that is in a queue until its senders are gone.
fn receive_all(queue: Receiver<Value>, begun: Sender<()>) -> (Vec<u32>, Vec<u32>) {
    begun.send(()).expect("the parent listens");
    let received = Received::all(&queue);
    (received.of(OTHER).to_vec(), received.of(VICTIM).to_vec())
}

/// Starts a process, and waits until it has said that it has begun, and sleeps.
fn start_sleeper<R: Serialize + serde::de::DeserializeOwned>(
    process: Process<R>,
    begun: &Receiver<()>,
) -> Result<Child<R>> {
    let child = process.start()?.kill_on_drop(true);
    begun.recv_timeout(BOUND)?;
    let until = Instant::now() + BOUND;
    while proc::state(child.pid()) != Some('S') {
        assert!(Instant::now() < until, "it does not sleep");
        std::thread::yield_now();
    }
    Ok(child)
}

fn joined<R: Serialize + serde::de::DeserializeOwned>(mut child: Child<R>) -> Result<R> {
    Ok(child.join_timeout(BOUND)?.expect("it goes on and ends"))
}

fn no_wake() -> Result<()> {
    Ok(())
}

/// What a victim does that sends into a queue.
fn send(gate: Gate, queue: Sender<Value>, length: usize) {
    let value = Value::new(VICTIM, 0, length);
    gate.pass(|| queue.send(value));
}

/// What a victim does that sends into a pipe.
fn send_into_pipe(gate: Gate, pipe: pipe::Sender<Value>, length: usize) {
    let value = Value::new(VICTIM, 0, length);
    gate.pass(|| pipe.send(value));
}

/// Into a queue with room.
fn queue_send(kill: &mut Kill) -> Result<()> {
    let (sender, receiver) = queue_with_bytes(10, BYTES)?;
    sender.send(Value::new(OTHER, 0, SHORT))?;
    let victim = Process::new(send, (kill.gate(), sender.clone(), SHORT)).start()?;
    kill.come(victim, no_wake)?;
    sender.send_timeout(Value::new(OTHER, 1, SHORT), BOUND)?;
    drop(sender);
    Received::all(&receiver).is(&[0, 1], &[0]);
    Ok(())
}

/// Into a queue at which a receiver sleeps.
fn queue_send_to_a_sleeper(kill: &mut Kill) -> Result<()> {
    let (sender, receiver) = queue_with_bytes(10, BYTES)?;
    let (begin, begun) = queue(1)?;
    let sleeper = start_sleeper(Process::new(receive_all, (receiver, begin)), &begun)?;
    let victim = Process::new(send, (kill.gate(), sender.clone(), SHORT)).start()?;
    kill.come(victim, no_wake)?;
    sender.send_timeout(Value::new(OTHER, 0, SHORT), BOUND)?;
    drop(sender);
    let (others, victims) = joined(sleeper)?;
    assert!(others == [0] && [0].starts_with(&victims), "{others:?} {victims:?}");
    Ok(())
}

/// Into a queue that is full, so that it waits.
fn queue_send_when_full(kill: &mut Kill) -> Result<()> {
    let (sender, receiver) = queue_with_bytes(2, BYTES)?;
    sender.send(Value::new(OTHER, 0, SHORT))?;
    sender.send(Value::new(OTHER, 1, SHORT))?;
    let victim = Process::new(send, (kill.gate(), sender.clone(), SHORT)).start()?;
    let mut received = Received::default();
    kill.come(victim, || {
        received.note(receiver.recv_timeout(BOUND)?);
        Ok(())
    })?;
    received.note(receiver.recv_timeout(BOUND)?);
    sender.send_timeout(Value::new(OTHER, 2, SHORT), BOUND)?;
    drop(sender);
    let rest = Received::all(&receiver);
    let others = [received.of(OTHER), rest.of(OTHER)].concat();
    assert_eq!(others, [0, 1, 2]);
    assert!(received.of(VICTIM).len() + rest.of(VICTIM).len() <= 1);
    Ok(())
}

/// In pieces, which another process receives.
fn queue_send_long(kill: &mut Kill) -> Result<()> {
    let (sender, receiver) = queue_with_bytes(10, BYTES)?;
    let (begin, begun) = queue(1)?;
    let sleeper = start_sleeper(Process::new(receive_all, (receiver, begin)), &begun)?;
    let victim = Process::new(send, (kill.gate(), sender.clone(), LONG)).start()?;
    kill.come(victim, no_wake)?;
    sender.send_timeout(Value::new(OTHER, 0, LONG), BOUND)?;
    drop(sender);
    let (others, victims) = joined(sleeper)?;
    assert!(others == [0] && [0].starts_with(&victims), "{others:?} {victims:?}");
    Ok(())
}

/// From a queue in which there is something.
fn queue_receive(kill: &mut Kill) -> Result<()> {
    let (sender, receiver) = queue_with_bytes(10, BYTES)?;
    (0..3).try_for_each(|n| sender.send(Value::new(OTHER, n, SHORT)))?;
    let receive = |gate: Gate, queue: Receiver<Value>| gate.pass(|| queue.recv());
    let victim = Process::new(receive, (kill.gate(), receiver.clone())).start()?;
    kill.come(victim, no_wake)?;
    sender.send_timeout(Value::new(OTHER, 3, SHORT), BOUND)?;
    drop(sender);
    let received = Received::all(&receiver);
    // The first one may be lost, and none comes twice.
    assert!([0, 1, 2, 3].ends_with(received.of(OTHER)) && received.of(OTHER).len() >= 3, "{:?}", received.0);
    Ok(())
}

/// From an empty queue, so that it waits.
fn queue_receive_when_empty(kill: &mut Kill) -> Result<()> {
    let (sender, receiver) = queue_with_bytes(10, BYTES)?;
    let receive = |gate: Gate, queue: Receiver<Value>| gate.pass(|| queue.recv());
    let victim = Process::new(receive, (kill.gate(), receiver.clone())).start()?;
    let mut sent = 0;
    let mut send = || {
        sender.send_timeout(Value::new(OTHER, sent, SHORT), BOUND)?;
        sent += 1;
        Ok(())
    };
    kill.come(victim, &mut send)?;
    send()?;
    send()?;
    drop(sender);
    let received = Received::all(&receiver);
    let all: Vec<u32> = (0..sent).collect();
    let got = received.of(OTHER);
    assert!(all.ends_with(got) && got.len() as u32 + 1 >= sent && got.len() >= 2, "{got:?} of {sent}");
    Ok(())
}

/// In pieces, which another process sends.
fn queue_receive_long(kill: &mut Kill) -> Result<()> {
    let (sender, receiver) = queue_with_bytes(10, BYTES)?;
    let send = |queue: Sender<Value>| {
        (0..3).for_each(|n| queue.send_timeout(Value::new(OTHER, n, LONG), BOUND).expect("it is received"));
    };
    let other = Process::new(send, (sender,)).start()?.kill_on_drop(true);
    let receive = |gate: Gate, queue: Receiver<Value>| gate.pass(|| queue.recv());
    let victim = Process::new(receive, (kill.gate(), receiver.clone())).start()?;
    kill.come(victim, no_wake)?;
    let received = Received::all(&receiver);
    joined(other)?;
    assert!([0, 1, 2].ends_with(received.of(OTHER)) && received.of(OTHER).len() >= 2, "{:?}", received.0);
    Ok(())
}

/// A receiver that is polled, and dropped.
fn queue_poll_and_drop(kill: &mut Kill) -> Result<()> {
    let (sender, receiver) = queue_with_bytes(10, BYTES)?;
    sender.send(Value::new(OTHER, 0, SHORT))?;
    let poll = |gate: Gate, queue: Receiver<Value>| {
        gate.pass(|| {
            let first = multiprocess::wait(&[&queue], None).map(|_| queue.recv());
            drop(queue);
            first
        });
    };
    let victim = Process::new(poll, (kill.gate(), receiver.clone())).start()?;
    kill.come(victim, no_wake)?;
    sender.send_timeout(Value::new(OTHER, 1, SHORT), BOUND)?;
    assert_eq!(multiprocess::wait(&[&receiver], Some(BOUND))?, [0]);
    drop(sender);
    let received = Received::all(&receiver);
    assert!([0, 1].ends_with(received.of(OTHER)) && !received.of(OTHER).is_empty(), "{:?}", received.0);
    Ok(())
}

/// Makes a queue, and sends both of its ends.
fn queue_make(kill: &mut Kill) -> Result<()> {
    let (to_parent, ends) = pipe::<(Sender<u32>, Receiver<u32>)>()?;
    let make = |gate: Gate, parent: pipe::Sender<(Sender<u32>, Receiver<u32>)>| {
        gate.pass(|| {
            let (sender, receiver) = queue(2).expect("there is memory");
            sender.send(7).expect("there is room");
            parent.send((sender, receiver))
        });
    };
    let victim = Process::new(make, (kill.gate(), to_parent)).start()?;
    kill.come(victim, no_wake)?;
    for ends in ends {
        let (sender, receiver) = ends?;
        assert_eq!(receiver.recv_timeout(BOUND)?, 7);
        sender.send_timeout(8, BOUND)?;
        drop(sender);
        assert_eq!(receiver.recv_timeout(BOUND)?, 8);
        assert!(matches!(receiver.recv_timeout(BOUND), Err(RecvError::Disconnected)));
    }
    Ok(())
}

/// Takes the ends of a queue out of a message, and lets go of them.
fn queue_take_over(kill: &mut Kill) -> Result<()> {
    let (sender, receiver) = queue_with_bytes::<Value>(2, BYTES)?;
    let (to_victim, ends) = pipe()?;
    to_victim.send((sender.clone(), receiver.clone()))?;
    let take = |gate: Gate, ends: pipe::Receiver<(Sender<Value>, Receiver<Value>)>| {
        gate.pass(|| drop(ends.recv().expect("they were sent")));
    };
    let victim = Process::new(take, (kill.gate(), ends)).start()?;
    kill.come(victim, no_wake)?;
    // What it did not take has gone with the pipe.
    sender.send_timeout(Value::new(OTHER, 0, SHORT), BOUND)?;
    drop(sender);
    Received::all(&receiver).is(&[0], &[]);
    Ok(())
}

/// Works at a task.
fn queue_task(kill: &mut Kill) -> Result<()> {
    let (sender, tasks) = joinable_queue::<u32>(3)?;
    sender.send(0)?;
    let work =
        |gate: Gate, tasks: JoinableReceiver<u32>| gate.pass(|| tasks.recv().expect("it was sent").done());
    let victim = Process::new(work, (kill.gate(), tasks.clone())).start()?;
    kill.come(victim, no_wake)?;
    let left = tasks.try_recv().ok();
    let was_left = left.is_some();
    if let Some(task) = left {
        assert_eq!(task.done(), 0);
    }
    match sender.join_timeout(BOUND) {
        Ok(()) => {}
        Err(TasksError::Abandoned { tasks }) => assert!(tasks == 1 && !was_left),
        Err(error) => panic!("{error:?}"),
    }
    sender.send_timeout(1, BOUND)?;
    assert_eq!(tasks.recv_timeout(BOUND)?.done(), 1);
    sender.join_timeout(BOUND)?;
    Ok(())
}

/// Waits for the tasks.
fn queue_join(kill: &mut Kill) -> Result<()> {
    let (sender, tasks) = joinable_queue::<u32>(3)?;
    sender.send(0)?;
    let task = tasks.recv()?;
    let join = |gate: Gate, tasks: JoinableSender<u32>| gate.pass(|| tasks.join());
    let victim = Process::new(join, (kill.gate(), sender.clone())).start()?;
    let mut task = Some(task);
    kill.come(victim, || {
        task.take().map(Task::done);
        Ok(())
    })?;
    task.map(Task::done);
    sender.join_timeout(BOUND)?;
    Ok(())
}

/// Sends into a pipe, and waits there if it is full.
fn pipe_send(kill: &mut Kill, length: usize, full: bool) -> Result<()> {
    let (sender, receiver) = pipe::<Value>()?;
    let mut filled = 0;
    if full {
        while sender.try_send(Value::new(OTHER, filled, 100_000)).is_ok() {
            filled += 1;
        }
    }
    let victim = Process::new(send_into_pipe, (kill.gate(), sender.clone(), length)).start()?;
    let mut received = Received::default();
    let mut truncated = 0;
    let mut receive = |limit| match receiver.recv_timeout(limit) {
        Ok(value) => {
            received.note(value);
            true
        }
        // The victim was in the middle of it.
        Err(RecvError::Truncated) => {
            truncated += 1;
            true
        }
        Err(RecvError::TimedOut | RecvError::Disconnected) => false,
        Err(error) => panic!("{error:?}"),
    };
    kill.come(victim, || {
        // The kernel wakes a sender when the pipe is nearly empty.
        while receive(Duration::ZERO) {}
        Ok(())
    })?;
    while receive(Duration::ZERO) {}
    sender.send_timeout(Value::new(OTHER, filled, SHORT), BOUND)?;
    drop(sender);
    while receive(BOUND) {}
    received.is(&(0..=filled).collect::<Vec<_>>(), &[0]);
    assert!(truncated + received.of(VICTIM).len() <= 1);
    Ok(())
}

/// Receives from a pipe all that comes, until the senders are gone.
fn receive_from_pipe(pipe: pipe::Receiver<Value>) -> (Vec<u32>, Vec<u32>, u32) {
    let (mut received, mut truncated) = (Received::default(), 0);
    loop {
        match pipe.recv_timeout(BOUND) {
            Ok(value) => received.note(value),
            Err(RecvError::Truncated) => truncated += 1,
            Err(RecvError::Disconnected) => break,
            Err(error) => panic!("{error:?}"),
        }
    }
    (received.of(OTHER).to_vec(), received.of(VICTIM).to_vec(), truncated)
}

/// A value that goes through a stream, to another process.
fn pipe_send_long(kill: &mut Kill) -> Result<()> {
    let (sender, receiver) = pipe::<Value>()?;
    let other = Process::new(receive_from_pipe, (receiver,)).start()?.kill_on_drop(true);
    let victim = Process::new(send_into_pipe, (kill.gate(), sender.clone(), LONG_IN_A_PIPE)).start()?;
    kill.come(victim, no_wake)?;
    sender.send_timeout(Value::new(OTHER, 0, LONG_IN_A_PIPE), BOUND)?;
    drop(sender);
    let (others, victims, truncated) = joined(other)?;
    assert_eq!(others, [0]);
    assert!([0].starts_with(&victims) && victims.len() as u32 + truncated <= 1, "{victims:?} {truncated}");
    Ok(())
}

/// From a pipe in which there is something, or in which there is nothing yet.
fn pipe_receive(kill: &mut Kill, empty: bool) -> Result<()> {
    let (sender, receiver) = pipe::<Value>()?;
    let mut sent = 0;
    let mut send = || -> Result<()> {
        sender.send_timeout(Value::new(OTHER, sent, SHORT), BOUND)?;
        sent += 1;
        Ok(())
    };
    if !empty {
        send()?;
    }
    let receive = |gate: Gate, pipe: pipe::Receiver<Value>| gate.pass(|| pipe.recv());
    let victim = Process::new(receive, (kill.gate(), receiver.clone())).start()?;
    kill.come(victim, &mut send)?;
    send()?;
    send()?;
    drop(sender);
    let (got, _, truncated) = receive_from_pipe(receiver);
    let all: Vec<u32> = (0..sent).collect();
    assert!(all.ends_with(&got) && got.len() as u32 + 1 >= sent && truncated == 0, "{got:?} of {sent}");
    Ok(())
}

/// A value that comes through a stream, from another process.
fn pipe_receive_long(kill: &mut Kill) -> Result<()> {
    let (sender, receiver) = pipe::<Value>()?;
    let send = |pipe: pipe::Sender<Value>| {
        let mut broken_off = 0;
        for number in 0..2 {
            let mut value = Value::new(OTHER, number, LONG_IN_A_PIPE);
            while let Err(error) = pipe.send_timeout(value, BOUND) {
                assert!(matches!(error.kind, SendErrorKind::BrokenOff), "{error:?}");
                broken_off += 1;
                value = error.value;
            }
        }
        broken_off
    };
    let other = Process::new(send, (sender,)).start()?.kill_on_drop(true);
    let receive = |gate: Gate, pipe: pipe::Receiver<Value>| gate.pass(|| pipe.recv());
    let victim = Process::new(receive, (kill.gate(), receiver.clone())).start()?;
    kill.come(victim, no_wake)?;
    let (got, _, _) = receive_from_pipe(receiver);
    let broken_off: u32 = joined(other)?;
    assert!([0, 1].ends_with(&got) && !got.is_empty() && broken_off <= 1, "{got:?} {broken_off}");
    Ok(())
}

/// Makes a pipe, and sends both of its ends.
fn pipe_make(kill: &mut Kill) -> Result<()> {
    type Ends = (pipe::Connection<u32, u32>, pipe::Connection<u32, u32>);
    let (to_parent, ends) = pipe::<Ends>()?;
    let make = |gate: Gate, parent: pipe::Sender<Ends>| {
        gate.pass(|| parent.send(duplex().expect("descriptors are free")));
    };
    let victim = Process::new(make, (kill.gate(), to_parent)).start()?;
    kill.come(victim, no_wake)?;
    for ends in ends {
        let (one, other) = ends?;
        one.send(7)?;
        assert_eq!(other.recv_timeout(BOUND)?, 7);
        drop(one);
        assert!(matches!(other.recv_timeout(BOUND), Err(RecvError::Disconnected)));
    }
    Ok(())
}

/// Waits for a lock that this process holds.
fn lock_wait(kill: &mut Kill) -> Result<()> {
    let lock = Mutex::new([0_u32; 2])?;
    let take = |gate: Gate, lock: Mutex<[u32; 2]>| {
        gate.pass(|| {
            let mut pair = lock.lock().expect("no holder was killed");
            pair[0] += 1;
            pair[1] += 1;
        });
    };
    let mut guard = Some(lock.lock().expect("it is free"));
    let victim = Process::new(take, (kill.gate(), lock.clone())).start()?;
    kill.come(victim, || {
        guard = None;
        Ok(())
    })?;
    drop(guard);
    match lock.lock_timeout(BOUND) {
        Ok(pair) => assert_eq!(pair[0], pair[1]),
        Err(LockError::Poisoned(pair)) => assert!(pair[0] == pair[1] || pair[0] == pair[1] + 1),
        Err(error) => panic!("{error:?}"),
    }
    Ok(())
}

/// Lets go of a lock at which another process sleeps.
fn lock_let_go(kill: &mut Kill) -> Result<()> {
    let lock = Mutex::new(0_u32)?;
    let (hold, held) = queue(1)?;
    let let_go = |gate: Gate, lock: Mutex<u32>, held: Sender<()>| {
        let mut guard = lock.lock().expect("it is free");
        *guard = 1;
        held.send(()).expect("the parent listens");
        gate.pass(|| drop(guard));
    };
    let victim = Process::new(let_go, (kill.gate(), lock.clone(), hold)).start()?;
    held.recv_timeout(BOUND)?;
    let (begin, begun) = queue(1)?;
    let wait = |lock: Mutex<u32>, begun: Sender<()>| {
        begun.send(()).expect("the parent listens");
        match lock.lock_timeout(BOUND) {
            Ok(number) | Err(LockError::Poisoned(number)) => *number,
            Err(error) => panic!("{error:?}"),
        }
    };
    let sleeper = start_sleeper(Process::new(wait, (lock.clone(), begin)), &begun)?;
    kill.come(victim, no_wake)?;
    assert_eq!(joined(sleeper)?, 1);
    Ok(())
}

/// Takes a recursive lock twice, and lets go of it, while another process sleeps at it.
fn rlock_let_go(kill: &mut Kill) -> Result<()> {
    let lock = RLock::new()?;
    let (hold, held) = queue(1)?;
    let let_go = |gate: Gate, lock: RLock, held: Sender<()>| {
        let outer = lock.lock().expect("it is free");
        held.send(()).expect("the parent listens");
        gate.pass(|| {
            drop(lock.lock().expect("it is held"));
            drop(outer);
        });
    };
    let victim = Process::new(let_go, (kill.gate(), lock.clone(), hold)).start()?;
    held.recv_timeout(BOUND)?;
    let (begin, begun) = queue(1)?;
    let wait = |lock: RLock, begun: Sender<()>| {
        begun.send(()).expect("the parent listens");
        matches!(lock.lock_timeout(BOUND), Ok(_) | Err(LockError::Poisoned(_)))
    };
    let sleeper = start_sleeper(Process::new(wait, (lock.clone(), begin)), &begun)?;
    kill.come(victim, no_wake)?;
    assert!(joined(sleeper)?);
    Ok(())
}

/// Gives a permit back for which another process waits.
fn semaphore_give_back(kill: &mut Kill) -> Result<()> {
    let permits = Semaphore::new(1)?;
    let (hold, held) = queue(1)?;
    let give_back = |gate: Gate, permits: Semaphore, held: Sender<()>| {
        let permit = permits.acquire().expect("it is free");
        held.send(()).expect("the parent listens");
        gate.pass(|| drop(permit));
    };
    let victim = Process::new(give_back, (kill.gate(), permits.clone(), hold)).start()?;
    held.recv_timeout(BOUND)?;
    let (begin, begun) = queue(1)?;
    let wait = |permits: Semaphore, begun: Sender<()>| {
        begun.send(()).expect("the parent listens");
        permits.acquire_timeout(BOUND).is_ok()
    };
    let sleeper = start_sleeper(Process::new(wait, (permits.clone(), begin)), &begun)?;
    kill.come(victim, no_wake)?;
    assert!(joined(sleeper)?);
    assert_eq!(permits.available(), 1);
    Ok(())
}

/// Waits at a condition, of which it is told.
fn condition_wait(kill: &mut Kill) -> Result<()> {
    let (number, changed) = (Mutex::new(0_u32)?, Condition::new()?);
    let wait = |gate: Gate, number: Mutex<u32>, changed: Condition| {
        gate.pass(|| {
            let guard = number.lock().expect("no holder was killed");
            drop(changed.wait_while(guard, |number| *number == 0));
        });
    };
    let victim = Process::new(wait, (kill.gate(), number.clone(), changed.clone())).start()?;
    let change = || match number.lock_timeout(BOUND) {
        Ok(mut guard) | Err(LockError::Poisoned(mut guard)) => {
            *guard += 1;
            number.clear_poison();
            drop(guard);
            changed.notify_all();
            Ok(())
        }
        Err(error) => panic!("{error:?}"),
    };
    kill.come(victim, change)?;
    // Those who come now are told as if it had never been there.
    let (begin, begun) = queue(1)?;
    let other = |number: Mutex<u32>, changed: Condition, begun: Sender<()>| {
        let guard = match number.lock_timeout(BOUND) {
            Ok(guard) | Err(LockError::Poisoned(guard)) => guard,
            Err(error) => panic!("{error:?}"),
        };
        number.clear_poison();
        begun.send(()).expect("the parent listens");
        let before = *guard;
        changed
            .wait_timeout_while(guard, BOUND, |number| *number == before)
            .is_ok_and(|(_, limit)| !limit.timed_out())
    };
    let other = Process::new(other, (number.clone(), changed.clone(), begin)).start()?.kill_on_drop(true);
    begun.recv_timeout(BOUND)?;
    change()?;
    assert!(joined(other)?);
    Ok(())
}

/// Sets an event for which another process waits.
fn event_set(kill: &mut Kill) -> Result<()> {
    let event = Event::new()?;
    let (begin, begun) = queue(1)?;
    let wait = |event: Event, begun: Sender<()>| {
        begun.send(()).expect("the parent listens");
        event.wait_timeout(BOUND)
    };
    let sleeper = start_sleeper(Process::new(wait, (event.clone(), begin)), &begun)?;
    let set = |gate: Gate, event: Event| gate.pass(|| event.set());
    let victim = Process::new(set, (kill.gate(), event.clone())).start()?;
    kill.come(victim, no_wake)?;
    // Killed between setting and waking, it leaves an event that the next call to `set` tells of.
    event.set();
    assert!(joined(sleeper)?);
    Ok(())
}

/// Comes to a barrier at which another process waits, as the last one.
fn barrier_pass(kill: &mut Kill) -> Result<()> {
    let barrier = Barrier::new(2)?;
    let (begin, begun) = queue(1)?;
    let wait = |barrier: Barrier, begun: Sender<()>| {
        begun.send(()).expect("the parent listens");
        let limit = Duration::from_millis(100);
        barrier.wait_timeout(limit).is_ok()
    };
    let sleeper = start_sleeper(Process::new(wait, (barrier.clone(), begin)), &begun)?;
    let come = |gate: Gate, barrier: Barrier| gate.pass(|| barrier.wait());
    let victim = Process::new(come, (kill.gate(), barrier.clone())).start()?;
    kill.come(victim, no_wake)?;
    let passed = joined(sleeper)?;
    assert!(passed || barrier.is_broken());
    barrier.reset()?;
    let (begin, begun) = queue(1)?;
    let again = |barrier: Barrier, begun: Sender<()>| {
        begun.send(()).expect("the parent listens");
        barrier.wait_timeout(BOUND).is_ok()
    };
    let again = start_sleeper(Process::new(again, (barrier.clone(), begin)), &begun)?;
    assert!(barrier.wait_timeout(BOUND).is_ok() && joined(again)?);
    Ok(())
}

/// Makes one of each lock, and sends them.
fn lock_make(kill: &mut Kill) -> Result<()> {
    type Locks = (Mutex<u32>, Semaphore, Condition, Event, Barrier);
    let (to_parent, locks) = pipe::<Locks>()?;
    let make = |gate: Gate, parent: pipe::Sender<Locks>| {
        gate.pass(|| -> Result<()> {
            let locks =
                (Mutex::new(7)?, Semaphore::new(1)?, Condition::new()?, Event::new()?, Barrier::new(1)?);
            parent.send(locks).expect("the parent receives");
            Ok(())
        });
    };
    let victim = Process::new(make, (kill.gate(), to_parent)).start()?;
    kill.come(victim, no_wake)?;
    for locks in locks {
        let (number, permits, _, event, barrier) = locks?;
        assert_eq!(*number.lock_timeout(BOUND).expect("it is free"), 7);
        assert!(permits.try_acquire().is_ok() && barrier.wait_timeout(BOUND).is_ok());
        event.set();
        assert!(event.wait_timeout(BOUND));
    }
    Ok(())
}

/// Makes memory with a name, writes to it, and drops it.
fn memory_make(kill: &mut Kill) -> Result<()> {
    let name = format!("kills_step_by_step {}", std::process::id());
    let make = |gate: Gate, name: String| {
        gate.pass(|| {
            let memory = SharedMemory::create(&name, 4096).expect("the name is free");
            memory.write(0, b"text");
            drop(memory);
        });
    };
    let victim = Process::new(make, (kill.gate(), name.clone())).start()?;
    kill.come(victim, no_wake)?;
    assert!(matches!(SharedMemory::open(&name), Err(SharedMemoryError::NotFound { .. })));
    let memory = SharedMemory::create(&name, 64)?;
    let mut bytes = [1; 64];
    memory.read(0, &mut bytes);
    assert_eq!(bytes, [0; 64]);
    Ok(())
}

/// How much rarer the kills are where a victim takes tens of thousands of instructions.
const LONG_WAY: u32 = 20;

/// Where a victim takes a hundred thousand, the others would wait longer for it than they may. It is killed at system calls only.
const TOO_LONG_A_WAY: u32 = 0;

type Scene = fn(&mut Kill) -> Result<()>;

/// What the victims do, by name, and how much rarer the kills behind instructions are.
const SCENES: &[(&str, u32, Scene)] = &[
    ("queue_send", 1, queue_send),
    ("queue_send_to_a_sleeper", 1, queue_send_to_a_sleeper),
    ("queue_send_when_full", 1, queue_send_when_full),
    ("queue_send_long", LONG_WAY, queue_send_long),
    ("queue_receive", 1, queue_receive),
    ("queue_receive_when_empty", 1, queue_receive_when_empty),
    ("queue_receive_long", LONG_WAY, queue_receive_long),
    ("queue_poll_and_drop", LONG_WAY, queue_poll_and_drop),
    ("queue_make", LONG_WAY, queue_make),
    ("queue_take_over", LONG_WAY, queue_take_over),
    ("queue_task", 1, queue_task),
    ("queue_join", 1, queue_join),
    ("pipe_send", 1, |kill| pipe_send(kill, SHORT, false)),
    ("pipe_send_when_full", TOO_LONG_A_WAY, |kill| pipe_send(kill, 100_000, true)),
    ("pipe_send_long", TOO_LONG_A_WAY, pipe_send_long),
    ("pipe_receive", 1, |kill| pipe_receive(kill, false)),
    ("pipe_receive_when_empty", 1, |kill| pipe_receive(kill, true)),
    ("pipe_receive_long", TOO_LONG_A_WAY, pipe_receive_long),
    ("pipe_make", LONG_WAY, pipe_make),
    ("shared_lock_wait", 1, lock_wait),
    ("shared_lock_let_go", 1, lock_let_go),
    ("shared_rlock_let_go", 1, rlock_let_go),
    ("shared_semaphore_give_back", 1, semaphore_give_back),
    ("shared_condition_wait", 1, condition_wait),
    ("shared_event_set", 1, event_set),
    ("shared_barrier_pass", 1, barrier_pass),
    ("shared_lock_make", LONG_WAY, lock_make),
    ("shared_memory_make", LONG_WAY, memory_make),
];

/// More steps than any of them has. Only one who goes in a circle takes so many.
const MOST: u32 = 1_000_000;

fn number(name: &str, usual: u32) -> u32 {
    std::env::var(name).map_or(usual, |number| number.parse().expect("a number"))
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let wanted = variation();
    let until = match std::env::args().nth(2).as_deref() {
        Some("calls") => Until::Call,
        Some("instructions") => Until::Instruction,
        other => panic!("no steps {other:?}"),
    };
    if until == Until::Instruction {
        // To let the other one take a step is five times faster on the same CPU.
        os::bind_to_one_cpu();
    }
    let (first, stride) = (number("FIRST", 0), number("STRIDE", 1));
    let mut done = 0;
    for (name, rarer, scene) in SCENES.iter().filter(|(name, ..)| name.starts_with(&wanted)) {
        if until == Until::Instruction && *rarer == TOO_LONG_A_WAY {
            continue;
        }
        let stride = if until == Until::Instruction { rarer * stride } else { stride };
        Process::new(|| (), ()).start()?.join()?;
        let before = proc::descriptors();
        let (mut kills, mut asleep, mut step) = (0, 0, first);
        let (begun, mut slowest) = (Instant::now(), Duration::ZERO);
        loop {
            let mut kill = Kill::new(until, step)?;
            let round = Instant::now();
            scene(&mut kill)?;
            slowest = slowest.max(round.elapsed());
            kills += 1;
            asleep += u32::from(kill.slept());
            if !kill.reached() {
                break;
            }
            step += stride;
            assert!(step < MOST, "{name} does not end");
        }
        assert_eq!(proc::descriptors(), before, "{name} has left something");
        eprintln!(
            "{name}: {kills} killed, {asleep} had slept, up to step {step}, {:?}, slowest {slowest:?}",
            begun.elapsed()
        );
        done += 1;
    }
    println!("{done} scenes");
    Ok(())
}
