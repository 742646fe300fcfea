//! Kills processes that send into a pipe at random moments, while another process sends, too. Every message arrives whole, once and in its
//! sender's order, but for the one that a killed process had in its hands.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use multiprocess::pipe::{Receiver, Sender};
use multiprocess::{Process, RecvError, Result, SendErrorKind, pipe};
use multiprocess_programs::random::Random;
use multiprocess_programs::victims::{self, Death};
use multiprocess_programs::{proc, repeats, variation};

/// Who sends, its how-many-eth message this is, and a text that depends on both.
type Message = (u32, u32, String);

const PATIENCE: Duration = Duration::from_secs(20);

fn text(who: u32, number: u32, length: usize) -> String {
    char::from(b'a' + ((who + number) % 26) as u8).to_string().repeat(length)
}

fn send_on(pipe: Sender<Message>, who: u32, length: usize, clock: Option<i64>) {
    victims::live(clock);
    for number in 0.. {
        let mut message = (who, number, text(who, number, length));
        while let Err(error) = pipe.send(message) {
            match error.kind {
                SendErrorKind::BrokenOff => message = error.value,
                _ => return,
            }
        }
    }
}

/// What has been received.
#[derive(Default)]
struct Book {
    /// How many have come of each sender.
    counts: BTreeMap<u32, u32>,
    truncated: u32,
}

impl Book {
    /// Receives one message and says whose it is.
    fn receive(&mut self, pipe: &Receiver<Message>, length: usize, timeout: Duration) -> Option<u32> {
        match pipe.recv_timeout(timeout) {
            Ok((who, number, content)) => {
                let count = self.counts.entry(who).or_default();
                assert_eq!(number, *count, "of {who}");
                assert!(content == text(who, number, length), "{number} of {who} is torn");
                *count += 1;
                return Some(who);
            }
            Err(RecvError::Truncated) => self.truncated += 1,
            Err(RecvError::TimedOut) => {}
            Err(error) => panic!("{error}"),
        }
        None
    }
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let length = variation().parse().expect("the length of a message");
    let (mut random, repeats) = (Random::from_environment(), repeats(50));
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    let (sender, receiver) = pipe::<Message>()?;
    let mut other = Process::new(send_on, (sender.clone(), 0, length, None)).start()?.kill_on_drop(true);
    let mut book = Book::default();
    for who in 1..=repeats {
        let death = Death::random(&mut random);
        let arguments = (sender.clone(), who, length, death.clock());
        let victim = Process::new(send_on, arguments).start()?.kill_on_drop(true);
        while let Some(left) = death.left(&victim) {
            book.receive(&receiver, length, left);
        }
        death.come(victim)?;
        let begun = Instant::now();
        while book.receive(&receiver, length, PATIENCE) != Some(0) {
            assert!(begun.elapsed() < PATIENCE, "the other one is held up");
        }
    }
    drop(sender);
    other.kill()?;
    other.join().expect_err("it was killed");
    let rest = loop {
        match receiver.recv_timeout(PATIENCE) {
            Err(RecvError::Disconnected) => break true,
            Err(RecvError::TimedOut) => break false,
            Ok(_) | Err(_) => {}
        }
    };
    let sent = book.counts.len() as u32 - 1;
    assert!(book.truncated <= repeats, "more are cut than were killed");
    drop((receiver, other));
    assert_eq!(proc::descriptors(), before);
    eprintln!("{sent} of {repeats} had sent, {} were cut off in a message", book.truncated);
    println!("{}", rest && sent + book.truncated > repeats / 10);
    Ok(())
}
