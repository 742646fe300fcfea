//! The process, or the thread, at the other end.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use ipc_channel::ipc::{IpcOneShotServer, IpcSender};
use multiprocess::pipe::Connection;
use multiprocess::{Process, StartMethod, duplex};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::numbered::{blank, check, check_all, number};
use crate::pinned::{Places, pin, pinned};

/// How long a peer has to say that the last message has come, or what was wrong. It waits forever for a message that is lost.
const PATIENCE: Duration = Duration::from_secs(10);

/// One end of a way for messages, which go in both directions.
pub(super) trait End: Sized + 'static {
    /// The longest message that can travel.
    const LONGEST: usize = usize::MAX;

    /// Two ends that are connected.
    fn pair() -> anyhow::Result<(Self, Self)>;

    fn send(&mut self, message: &[u8]) -> anyhow::Result<()>;

    /// Receives a message in place of one that is as long.
    fn receive(&mut self, message: &mut Vec<u8>) -> anyhow::Result<()>;
}

/// What a peer does with each message.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) enum Answer {
    Nothing,
    TheSame,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Task {
    count: u64,
    size: usize,
    answer: Answer,
}

/// Tasks go one way. What has become of each goes the other way.
type Control = Connection<Task, Result<(), String>>;
type Controlled = Connection<Result<(), String>, Task>;

/// It receives messages on request. It sleeps while it is asked nothing, and ends when this is dropped.
pub(super) struct Peer<E> {
    end: E,
    control: Control,
    ours: Option<usize>,
    // Behind the ends: it is dropped after them, so that whoever waits at the other one learns of it.
    _other: Joined,
}

struct Joined(Option<Box<dyn FnOnce()>>);

impl Drop for Joined {
    fn drop(&mut self) {
        if let Some(join) = self.0.take() {
            join();
        }
    }
}

impl<E: End + Serialize + DeserializeOwned> Peer<E> {
    /// A process that gets its end as an argument.
    pub(super) fn process(places: Option<Places>) -> anyhow::Result<Peer<E>> {
        let (end, theirs) = E::pair()?;
        Self::started(places, |theirs_at, controlled| {
            process(serve::<E>, (theirs, theirs_at, controlled)).map(|other| (end, other))
        })
    }

    /// A process that finds its end by a name, as ends of `ipc-channel` travel only in messages of that crate.
    pub(super) fn by_name(places: Option<Places>) -> anyhow::Result<Peer<E>> {
        let (server, name) = IpcOneShotServer::new()?;
        Self::started(places, |theirs_at, controlled| {
            let other = process(serve_by_name::<E>, (name, theirs_at, controlled))?;
            let (_, end) = server.accept()?;
            Ok((end, other))
        })
    }
}

impl<E: End + Send> Peer<E> {
    /// A thread of this process.
    pub(super) fn thread(places: Option<Places>) -> anyhow::Result<Peer<E>> {
        let (end, theirs) = E::pair()?;
        Self::started(places, |theirs_at, controlled| {
            let other = thread::spawn(move || serve(theirs, theirs_at, controlled));
            Ok((end, Joined(Some(Box::new(move || drop(other.join()))))))
        })
    }
}

fn process<T, A>(target: T, arguments: A) -> anyhow::Result<Joined>
where
    T: multiprocess::Target<A, Output = ()>,
    A: Serialize + DeserializeOwned + 'static,
{
    let mut other =
        Process::new(target, arguments).start_method(StartMethod::spawn()).daemon(true).start()?;
    Ok(Joined(Some(Box::new(move || drop(other.join())))))
}

impl<E: End> Peer<E> {
    fn started(
        places: Option<Places>,
        start: impl FnOnce(Option<usize>, Controlled) -> anyhow::Result<(E, Joined)>,
    ) -> anyhow::Result<Peer<E>> {
        let (control, controlled) = duplex()?;
        let (end, other) = start(places.map(|places| places.theirs), controlled)?;
        Ok(Peer { end, control, ours: places.map(|places| places.ours), _other: other })
    }

    /// How long so many messages take: until the peer has said that it has received the last one, or until the last answer.
    pub(super) fn send(&mut self, size: usize, count: u64, answer: Answer) -> anyhow::Result<Duration> {
        let mut message = blank(size);
        let mut received = blank(size);
        pinned(self.ours, || {
            let started = Instant::now();
            self.control.send(Task { count, size, answer })?;
            let sent = (0..count).try_for_each(|at| {
                number(&mut message, at);
                self.end.send(&message)?;
                if let Answer::TheSame = answer {
                    self.end.receive(&mut received)?;
                    check(&received, size, at)?;
                }
                Ok(())
            });
            let there = self.control.recv_timeout(PATIENCE);
            let took = started.elapsed();
            match (there, sent) {
                (Ok(Err(reason)), _) => return Err(anyhow!(reason).context("at the other end")),
                (_, Err(error)) => return Err(error),
                (there, Ok(())) => drop(there.context("the other end")?),
            }
            if let Answer::TheSame = answer {
                check_all(&received, size)?;
            }
            Ok(took)
        })
    }
}

fn serve_by_name<E: End + Serialize + DeserializeOwned>(
    name: String,
    cpu: Option<usize>,
    controlled: Controlled,
) {
    let (parents, end) = E::pair().expect("there is room for a channel");
    let parent = IpcSender::connect(name).expect("the parent listens");
    parent.send(parents).expect("the parent accepts");
    serve(end, cpu, controlled);
}

fn serve<E: End>(mut end: E, cpu: Option<usize>, controlled: Controlled) {
    if let Some(cpu) = cpu {
        pin(cpu).expect("the CPU is one of those that are allowed");
    }
    while let Ok(task) = controlled.recv() {
        let done = receive(&mut end, task).map_err(|error| format!("{error:#}"));
        let failed = done.is_err();
        if controlled.send(done).is_err() || failed {
            return;
        }
    }
}

fn receive<E: End>(end: &mut E, Task { count, size, answer }: Task) -> anyhow::Result<()> {
    let mut message = blank(size);
    for at in 0..count {
        end.receive(&mut message)?;
        check(&message, size, at)?;
        if let Answer::TheSame = answer {
            end.send(&message)?;
        }
    }
    check_all(&message, size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::ends::Threads;

    /// What the sender does to the third message.
    trait Fault: Send + 'static {
        fn third(message: &[u8]) -> Vec<Vec<u8>>;
    }

    struct Faulty<F>(Threads, u64, std::marker::PhantomData<F>);

    impl<F: Fault> End for Faulty<F> {
        fn pair() -> anyhow::Result<(Self, Self)> {
            let (one, other) = Threads::pair()?;
            let faulty = |end| Faulty(end, 0, std::marker::PhantomData);
            Ok((faulty(one), faulty(other)))
        }

        fn send(&mut self, message: &[u8]) -> anyhow::Result<()> {
            self.1 += 1;
            if self.1 != 3 {
                return self.0.send(message);
            }
            F::third(message).into_iter().try_for_each(|message| self.0.send(&message))
        }

        fn receive(&mut self, message: &mut Vec<u8>) -> anyhow::Result<()> {
            self.0.receive(message)
        }
    }

    fn reason<F: Fault>(count: u64) -> String {
        let mut peer = Peer::<Faulty<F>>::thread(None).expect("a thread");
        let sent = peer.send(64, count, Answer::Nothing);
        format!("{:#}", sent.expect_err("one message is wrong"))
    }

    macro_rules! faults {
        ($($name:ident: $third:expr;)*) => {
            $(
                struct $name;
                impl Fault for $name {
                    fn third(message: &[u8]) -> Vec<Vec<u8>> {
                        $third(message.to_vec())
                    }
                }
            )*
        };
    }

    faults! {
        Lost: |_| vec![];
        Twice: |message: Vec<u8>| vec![message.clone(), message];
        Short: |message: Vec<u8>| vec![message[..63].to_vec()];
        Torn: |mut message: Vec<u8>| { message[63] ^= 1; vec![message] };
        Altered: |mut message: Vec<u8>| { message[30] ^= 1; vec![message] };
        Nothing: |message: Vec<u8>| vec![message];
    }

    #[test]
    fn a_message_that_arrives_wrong_is_an_error() {
        assert_eq!(reason::<Lost>(5), "at the other end: message 3 in place of 2");
        assert_eq!(reason::<Twice>(5), "at the other end: message 2 in place of 3");
        assert_eq!(reason::<Short>(5), "at the other end: 63 bytes in place of 64");
        assert!(reason::<Torn>(5).contains("the beginning of message 2"), "{}", reason::<Torn>(5));
        // Between its ends, only the last message of a batch is looked at.
        assert_eq!(reason::<Altered>(3), "at the other end: a byte of the message is wrong");
    }

    #[test]
    fn messages_and_answers_that_arrive_are_timed() {
        let mut peer = Peer::<Faulty<Nothing>>::thread(None).expect("a thread");
        for answer in [Answer::Nothing, Answer::TheSame] {
            peer.send(16, 100, answer).expect("they arrive");
        }
    }
}
