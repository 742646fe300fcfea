//! Kills processes that receive from a pipe, or wait for it, at random moments, while another process receives, too. Every message is
//! received once, but for the one that a killed process had in its hands.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use multiprocess::pipe::{Receiver, Sender};
use multiprocess::{Process, RecvError, Result, SendErrorKind, pipe};
use multiprocess_programs::random::Random;
use multiprocess_programs::victims::{self, Death};
use multiprocess_programs::{proc, repeats, variation};

const PATIENCE: Duration = Duration::from_secs(20);

fn text(number: u32, length: usize) -> String {
    char::from(b'a' + (number % 26) as u8).to_string().repeat(length)
}

fn receive_on(work: Receiver<(u32, String)>, done: Sender<(u32, bool)>, clock: Option<i64>) {
    victims::live(clock);
    loop {
        match work.recv() {
            Ok((number, content)) => {
                let whole = content == text(number, content.len());
                if done.send((number, whole)).is_err() {
                    return;
                }
            }
            Err(RecvError::Disconnected) => return,
            Err(RecvError::Truncated) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// The parent's side.
struct Office {
    work: Sender<(u32, String)>,
    done: Receiver<(u32, bool)>,
    length: usize,
    /// The next one.
    number: u32,
    received: BTreeSet<u32>,
    broken_off: u32,
}

impl Office {
    fn note(&mut self, (number, whole): (u32, bool)) {
        assert!(whole, "{number} is torn");
        assert!(number < self.number, "{number} was handed back");
        assert!(self.received.insert(number), "{number} came twice");
    }

    /// Sends the next one, unless it comes back.
    fn send(&mut self, timeout: Duration) {
        while let Ok(done) = self.done.try_recv() {
            self.note(done);
        }
        match self.work.send_timeout((self.number, text(self.number, self.length)), timeout) {
            Ok(()) => self.number += 1,
            Err(error) => match error.kind {
                SendErrorKind::BrokenOff => self.broken_off += 1,
                SendErrorKind::TimedOut => {}
                kind => panic!("{kind}"),
            },
        }
    }

    /// Sends until something comes that was sent now.
    fn expect_progress(&mut self) {
        let (begun, from) = (Instant::now(), self.number);
        while self.received.last().is_none_or(|&last| last < from) {
            assert!(begun.elapsed() < PATIENCE, "the other one is held up");
            self.send(PATIENCE);
            if let Ok(done) = self.done.recv_timeout(Duration::from_millis(5)) {
                self.note(done);
            }
        }
    }
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let length = variation().parse().expect("the length of a message");
    let (mut random, repeats) = (Random::from_environment(), repeats(50));
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    let ((work, receiver), (sender, done)) = (pipe()?, pipe()?);
    let receive = |clock| Process::new(receive_on, (receiver.clone(), sender.clone(), clock));
    let mut other = receive(None).start()?.kill_on_drop(true);
    let (received, number, broken_off) = (BTreeSet::new(), 0, 0);
    let mut office = Office { work, done, length, number, received, broken_off };
    for _ in 0..repeats {
        let death = Death::random(&mut random);
        let victim = receive(death.clock()).start()?.kill_on_drop(true);
        // It waits, or has work.
        let idle = random.below(4) == 0;
        while let Some(left) = death.left(&victim) {
            if idle { std::thread::sleep(left) } else { office.send(left) }
        }
        death.come(victim)?;
        office.expect_progress();
    }
    drop((receiver, sender));
    let Office { work, done, number, mut received, broken_off, .. } = office;
    drop(work);
    let rest = loop {
        match done.recv_timeout(PATIENCE) {
            Ok((number, whole)) => assert!(whole && received.insert(number), "{number} came twice"),
            Err(error) => break matches!(error, RecvError::Disconnected),
        }
    };
    other.join()?;
    let lost = number - received.len() as u32;
    assert!(lost <= repeats, "{lost} are lost");
    drop((other, done));
    assert_eq!(proc::descriptors(), before);
    eprintln!("{number} sent, {lost} lost and {broken_off} handed back in {repeats} kills");
    println!("{rest}");
    Ok(())
}
