//! Taking in what another process says, without a thread that is kept for it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// What has been heard, and by which thread more is taken in.
///
/// The thread that waits first takes in what comes, for all that wait, until its own answer is there. Then the next one
/// does.
pub(crate) struct Intake<S> {
    state: Mutex<Inner<S>>,
    changed: Condvar,
}

struct Inner<S> {
    heard: S,
    /// A thread is taking in what comes.
    listening: bool,
}

impl<S> Intake<S> {
    pub(crate) const fn new(heard: S) -> Intake<S> {
        Intake { state: Mutex::new(Inner { heard, listening: false }), changed: Condvar::new() }
    }

    /// Looks at, or changes, what has been heard.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut S) -> T) -> T {
        look(&mut self.lock().heard)
    }

    /// The same, unless a thread is at it, which in a copy of a process may be a thread that the copy does not have.
    pub(crate) fn try_with<T>(&self, look: impl FnOnce(&mut S) -> T) -> Option<T> {
        self.state.try_lock().ok().map(|mut inner| look(&mut inner.heard))
    }

    /// Lets those that wait look again at what has been heard.
    pub(crate) fn changed(&self) {
        self.changed.notify_all();
    }

    /// Gives what `take` finds in what has been heard, after taking in more as long as it finds nothing. `None` if it finds
    /// nothing by the deadline.
    ///
    /// `receive` waits by the same deadline until at least one thing has come, and gives all that has. `note` adds it to
    /// what has been heard.
    pub(crate) fn until<T, M>(
        &self,
        deadline: Option<Instant>,
        mut take: impl FnMut(&mut S) -> Option<T>,
        mut receive: impl FnMut(Option<Instant>) -> Vec<M>,
        note: impl Fn(&mut S, M),
    ) -> Option<T> {
        let mut inner = self.lock();
        let mut over = false;
        loop {
            if let Some(found) = take(&mut inner.heard) {
                return Some(found);
            }
            if over {
                return None;
            }
            // One last look comes after the time is up, so that what has come already is taken in.
            over = deadline.is_some_and(|deadline| deadline <= Instant::now());
            if inner.listening {
                if over {
                    return None;
                }
                inner = self.wait(inner, deadline);
                continue;
            }
            inner.listening = true;
            drop(inner);
            let came = receive(deadline);
            inner = self.lock();
            inner.listening = false;
            came.into_iter().for_each(|message| note(&mut inner.heard, message));
            self.changed.notify_all();
        }
    }

    fn wait<'a>(
        &'a self,
        inner: MutexGuard<'a, Inner<S>>,
        deadline: Option<Instant>,
    ) -> MutexGuard<'a, Inner<S>> {
        match deadline {
            None => self.changed.wait(inner).unwrap_or_else(PoisonError::into_inner),
            Some(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                self.changed.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use super::*;

    /// What comes through a channel.
    struct Wire(Mutex<mpsc::Receiver<u32>>);

    impl Wire {
        fn receive(&self, deadline: Option<Instant>) -> Vec<u32> {
            let receiver = self.0.lock().expect("one thread receives at a time");
            let first = match deadline {
                None => receiver.recv().ok(),
                Some(deadline) => {
                    receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()
                }
            };
            first.into_iter().chain(receiver.try_iter()).collect()
        }
    }

    #[test]
    fn each_thread_gets_its_own_answer_whichever_takes_it_in() {
        const THREADS: u32 = 8;
        let (sender, receiver) = mpsc::channel();
        let wire = Wire(Mutex::new(receiver));
        let intake = Intake::new(Vec::<u32>::new());
        let deadline = Instant::now() + Duration::from_secs(60);
        thread::scope(|scope| {
            for own in 0..THREADS {
                let (intake, wire) = (&intake, &wire);
                scope.spawn(move || {
                    let found = intake.until(
                        Some(deadline),
                        |heard| heard.iter().position(|&one| one == own).map(|at| heard.remove(at)),
                        |deadline| wire.receive(deadline),
                        Vec::push,
                    );
                    assert_eq!(found, Some(own));
                });
            }
            for number in (0..THREADS).rev() {
                sender.send(number).expect("the receiver lives");
            }
        });
        assert!(intake.with(|heard| heard.is_empty()));
    }

    #[test]
    fn what_has_come_is_found_although_the_time_is_up() {
        let (sender, receiver) = mpsc::channel();
        let wire = Wire(Mutex::new(receiver));
        let intake = Intake::new(None);
        let ask = || {
            intake.until(
                Some(Instant::now()),
                Option::take,
                |deadline| wire.receive(deadline),
                |heard, one| {
                    *heard = Some(one);
                },
            )
        };
        assert_eq!(ask(), None::<u32>);
        sender.send(7).expect("the receiver lives");
        assert_eq!(ask(), Some(7));
    }
}
