//! Kills senders and receivers at random moments, while others of the same queue go on. Each value arrives at most once and whole,
//! and a kill loses at most the value that the victim had in its hands.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use multiprocess::queue::{Receiver, Sender, queue, queue_with_bytes};
use multiprocess::{Child, JoinErrorKind, Process, RecvError, Result, SendErrorKind};
use multiprocess_programs::random::Random;
use multiprocess_programs::{proc, repeats};
use serde::{Deserialize, Serialize};

/// How long those who go on may take for one value. Nothing but a busy machine takes time.
const BOUNDED: Duration = Duration::from_secs(5);

/// A longer limit, so that one who is not woken is not taken for one who is.
const LONG: Duration = Duration::from_secs(30);

/// The victim and the others.
const VICTIM: u32 = 0;
const OTHERS: [u32; 2] = [1, 2];

/// How many values each of those that go on sends.
const VALUES: u32 = 60;

#[derive(Serialize, Deserialize)]
struct Value {
    sender: u32,
    number: u32,
    text: String,
}

impl Value {
    fn new(sender: u32, number: u32, long: bool) -> Value {
        Value { sender, number, text: text(sender, number, long) }
    }

    /// Whose value it is, after it was found to be whole.
    fn checked(self) -> (u32, u32) {
        let long = self.text.len() > 4096;
        assert_eq!(self.text, text(self.sender, self.number, long), "it is torn");
        (self.sender, self.number)
    }
}

/// With `long`, longer than the memory of the queue.
fn text(sender: u32, number: u32, long: bool) -> String {
    let length = if long { 5000 + number as usize * 977 % 20_000 } else { number as usize * 31 % 300 };
    format!("{sender}:{number};").chars().cycle().take(length).collect()
}

fn send(sender: Sender<Value>, begun: Sender<()>, who: u32, count: u32, long: bool) {
    begun.send(()).expect("the parent listens");
    for number in 0..count {
        soon(|| sender.send_timeout(Value::new(who, number, long), LONG)).expect("the parent receives");
    }
}

/// Receives, and notes what it has received.
fn receive(receiver: Receiver<Value>, notes: Sender<(u32, u32)>, begun: Sender<()>) {
    begun.send(()).expect("the parent listens");
    for value in &receiver {
        notes.send(value.checked()).expect("the parent listens");
    }
}

/// The memory is smaller than the long values, and the bound is often reached.
fn new_queue<T>(random: &mut Random) -> Result<(Sender<T>, Receiver<T>)> {
    let bound = [1, 2, 5, 50][random.below(4) as usize];
    Ok(queue_with_bytes(bound, 4096)?)
}

fn kill<R: Serialize + serde::de::DeserializeOwned>(child: &mut Child<R>) -> Result<bool> {
    child.kill()?;
    match child.join() {
        Err(error) if matches!(error.kind, JoinErrorKind::Killed { .. }) => Ok(true),
        Err(error) => panic!("{error:?}"),
        Ok(_) => Ok(false),
    }
}

/// What a call gives that must not take long.
#[track_caller]
fn soon<R>(call: impl FnOnce() -> R) -> R {
    let begun = Instant::now();
    let given = call();
    assert!(begun.elapsed() < BOUNDED, "{:?}", begun.elapsed());
    given
}

/// Whether the numbers are 0, 1, 2, …
fn are_all_in_order(numbers: &[u32]) -> bool {
    numbers.iter().copied().eq(0..numbers.len() as u32)
}

/// One of three senders is killed while this process receives.
fn kill_a_sender(random: &mut Random) -> Result<bool> {
    let long = random.below(2) == 0;
    let (sender, receiver) = new_queue(random)?;
    let (begin, begun) = queue(3)?;
    let start = |who, count| Process::new(send, (sender.clone(), begin.clone(), who, count, long)).start();
    let mut others = [start(OTHERS[0], VALUES)?, start(OTHERS[1], VALUES)?];
    let mut victim = start(VICTIM, u32::MAX)?;
    drop((sender, begin));
    for _ in 0..3 {
        begun.recv_timeout(LONG)?;
    }
    let mut received: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut note = |value: Value| {
        let (sender, number) = value.checked();
        received.entry(sender).or_default().push(number);
    };
    // Half of the victims are killed while they wait for room.
    let until = Instant::now() + random.moment(Duration::from_millis(3));
    if random.below(2) == 0 {
        while let Ok(value) = receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
            note(value);
            if Instant::now() >= until {
                break;
            }
        }
    } else {
        std::thread::sleep(until.saturating_duration_since(Instant::now()));
    }
    let killed = kill(&mut victim)?;
    loop {
        match soon(|| receiver.recv_timeout(LONG)) {
            Ok(value) => note(value),
            Err(RecvError::Disconnected) => break,
            Err(error) => panic!("{error:?}"),
        }
    }
    for other in &mut others {
        soon(|| other.join())?;
    }
    let of = |who| received.get(&who).cloned().unwrap_or_default();
    assert!(are_all_in_order(&of(VICTIM)), "{received:?}");
    for other in OTHERS {
        assert!(are_all_in_order(&of(other)) && of(other).len() == VALUES as usize, "{received:?}");
    }
    Ok(killed)
}

/// One of three receivers is killed while this process sends. With `all`, the others, too.
fn kill_a_receiver(random: &mut Random, all: bool) -> Result<bool> {
    let long = random.below(2) == 0;
    let (sender, receiver) = new_queue(random)?;
    let (noting, notes) = queue(2 * VALUES as usize)?;
    let (begin, begun) = queue(3)?;
    let start = || Process::new(receive, (receiver.clone(), noting.clone(), begin.clone())).start();
    let mut receivers = [start()?, start()?, start()?];
    drop((receiver, noting, begin));
    for _ in 0..3 {
        begun.recv_timeout(LONG)?;
    }
    let mut killed = false;
    let kill_at = random.below(VALUES.into()) as u32;
    let mut sent = 0;
    for number in 0..VALUES {
        if number == kill_at {
            std::thread::sleep(random.moment(Duration::from_micros(500)));
            killed = kill(&mut receivers[0])?;
            if all {
                kill(&mut receivers[1])?;
                kill(&mut receivers[2])?;
            }
        }
        match soon(|| sender.send_timeout(Value::new(OTHERS[0], number, long), LONG)) {
            Ok(()) => sent += 1,
            Err(error) => {
                assert!(all && matches!(error.kind, SendErrorKind::Disconnected), "{error:?}");
                assert_eq!(error.value.checked(), (OTHERS[0], number));
            }
        }
    }
    drop(sender);
    if !all {
        soon(|| receivers[1].join())?;
        soon(|| receivers[2].join())?;
    }
    let mut numbers: Vec<u32> = notes.iter().map(|(_, number)| number).collect();
    let count = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), count, "a value arrived twice: {numbers:?}");
    assert!(all || count + 1 >= sent, "{count} of {sent}: {numbers:?}");
    Ok(killed)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let mut random = Random::from_environment();
    // Starts what stays, such as a forkserver.
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    let (mut senders, mut receivers) = (0, 0);
    let repeats = repeats(50);
    for n in 0..repeats {
        if n % 2 == 0 {
            senders += u32::from(kill_a_sender(&mut random)?);
        } else {
            receivers += u32::from(kill_a_receiver(&mut random, n % 8 == 1)?);
        }
    }
    assert_eq!(proc::descriptors(), before);
    eprintln!("{senders} senders and {receivers} receivers were killed");
    println!("{}", senders + receivers > repeats / 2);
    Ok(())
}
