//! What a worker and its pool see of each other at any moment: a few numbers in shared memory, and the results that are still on
//! their way. Both outlive the worker.
//!
//! The number of the next task decides all that must not happen twice, because each of these steps changes it at once, and so
//! they have one order:
//!
//! - The worker *begins* task n: it changes n to n + 1. This fails if the number is not n any more.
//! - The pool *takes back* all tasks below `end`: it changes whatever there is to `end`. If a worker began task n before that, the
//!   old number is above n, so the pool does not take n back. If it comes later, it finds `end`, and does not begin.
//! - The pool *asks* for results: it sets the highest bit. If a worker began task n before that, the pool reads the number
//!   that this step has written, or a later one of the worker, so it sees all that the worker had kept by then (the release of
//!   the one and the acquire of the other). If the worker comes later, its step fails. Then it clears the bit, sends its results,
//!   and begins the task. In both cases, no result stays unseen while a later task runs. The worker clears the bit only before
//!   it sends something, so a pool that has asked hears of its worker, or the bit is still set.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering, fence};

use crate::sys::shared::{Mapping, shared_struct};

/// What is added to the number of the next task when the pool has asked for results.
const ASKED: u64 = 1 << 63;

shared_struct! {
    /// The numbers of one worker.
    struct Words {
        /// The lowest number of a task that may begin. Who begins a task moves it up by one, and who takes tasks back moves it
        /// behind them, each in one step. So a task begins in one place, or nowhere.
        next: AtomicU64,
        /// How many bytes of results are kept, with the number of their generation in the upper half.
        kept: AtomicU64,
        /// When the task began that is running now, in nanoseconds; 0 if none is, or no task has a time limit.
        began: AtomicU64,
        /// 1 once the initializer has returned, and 2 when a task has closed the worker's descriptors.
        ready: AtomicU64,
    }
}

/// Room for the results that one worker keeps.
pub(super) const ROOM: usize = 32 << 10;

/// Where they begin, behind the numbers, and behind the number of the task that the first one is of.
const RESULTS: usize = 64;
const FIRST: usize = 8;

const ONE: usize = RESULTS + ROOM;

const _: () = assert!(size_of::<Words>() <= RESULTS);

/// The desks of all the workers of a pool.
#[derive(Clone, Debug)]
pub(super) struct Desks(Arc<Mapping>);

/// The desk of one worker.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    memory: Arc<Mapping>,
    at: usize,
}

impl Desks {
    pub(super) fn new(workers: usize) -> io::Result<Desks> {
        let length = ONE.checked_mul(workers).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Desks(Arc::new(Mapping::new(c"multiprocess-pool", length)?)))
    }

    /// Those that another process has made.
    pub(super) fn of(file: OwnedFd) -> io::Result<Desks> {
        Ok(Desks(Arc::new(Mapping::of(file)?)))
    }

    pub(super) fn file(&self) -> BorrowedFd<'_> {
        self.0.file()
    }

    /// The desk in that place.
    pub(super) fn desk(&self, place: usize) -> Desk {
        Desk { memory: Arc::clone(&self.0), at: place * ONE }
    }
}

impl AsFd for Desks {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file()
    }
}

impl Desk {
    fn words(&self) -> &Words {
        self.memory.at(self.at)
    }

    /// Makes it as new, for another worker.
    pub(super) fn clear(&self) {
        let words = self.words();
        words.kept.store(0, Ordering::SeqCst);
        words.began.store(0, Ordering::SeqCst);
        words.ready.store(0, Ordering::SeqCst);
        words.next.store(0, Ordering::SeqCst);
    }

    // ANCHOR: begin
    /// Begins the task of that number, unless it has been taken back.
    pub(super) fn begin(&self, task: u64) -> bool {
        let order = Ordering::SeqCst;
        self.words().next.compare_exchange(task, task + 1, order, order).is_ok()
    }

    /// Takes back all tasks below `end` that have not begun, and says which is
    /// the first of them.
    pub(super) fn take_back(&self, end: u64) -> u64 {
        self.words().next.swap(end, Ordering::SeqCst) & !ASKED
    }
    // ANCHOR_END: begin

    /// Asks the worker to send its results before it begins another task. Those of the tasks before the one that it is at can be
    /// read afterward.
    pub(super) fn ask(&self) {
        self.words().next.fetch_or(ASKED, Ordering::SeqCst);
    }

    /// The worker is about to send results, which the pool may have asked for.
    pub(super) fn answer(&self) {
        self.words().next.fetch_and(!ASKED, Ordering::SeqCst);
    }

    /// Begins the task of that number although the pool has asked for results, unless it has been taken back. The pool still
    /// asks.
    pub(super) fn begin_asked(&self, task: u64) -> bool {
        let order = Ordering::SeqCst;
        self.words().next.compare_exchange(task | ASKED, (task + 1) | ASKED, order, order).is_ok()
    }

    /// The lowest number of a task that has not begun.
    pub(super) fn not_begun(&self) -> u64 {
        self.words().next.load(Ordering::SeqCst) & !ASKED
    }

    pub(super) fn set_began(&self, when: u64) {
        self.words().began.store(when, Ordering::Release);
    }

    pub(super) fn began(&self) -> u64 {
        self.words().began.load(Ordering::Acquire)
    }

    pub(super) fn set_ready(&self) {
        self.words().ready.store(1, Ordering::Release);
    }

    pub(super) fn is_ready(&self) -> bool {
        self.words().ready.load(Ordering::Acquire) != 0
    }

    pub(super) fn set_closed(&self) {
        self.words().ready.store(2, Ordering::Release);
    }

    pub(super) fn has_closed(&self) -> bool {
        self.words().ready.load(Ordering::Acquire) == 2
    }

    /// The results that are kept, and the number of the task that the first one is of. The worker may go on meanwhile: then what
    /// it has replaced is not given.
    pub(super) fn kept(&self) -> Option<(u64, Vec<u8>)> {
        let before = self.words().kept.load(Ordering::SeqCst);
        let length = (before & u64::from(u32::MAX)) as usize;
        if !(FIRST..=ROOM).contains(&length) {
            return None;
        }
        let mut bytes = vec![0; length];
        self.memory.read_racing(self.at + RESULTS, &mut bytes);
        fence(Ordering::SeqCst);
        let after = self.words().kept.load(Ordering::SeqCst);
        if after >> 32 != before >> 32 {
            return None;
        }
        let results = bytes.split_off(FIRST);
        Some((u64::from_ne_bytes(*bytes.first_chunk()?), results))
    }
}

/// The worker's side of its desk: it keeps results there until they have been sent.
#[derive(Debug)]
pub(super) struct Kept {
    desk: Desk,
    generation: u64,
    length: usize,
}

impl Kept {
    pub(super) fn new(desk: Desk) -> Kept {
        Kept { desk, generation: 1, length: 0 }
    }

    /// Keeps the result of that task. Says whether there was room for it.
    pub(super) fn keep(&mut self, task: u64, result: &[u8]) -> bool {
        let before = if self.length == 0 { FIRST } else { self.length };
        if result.len() > ROOM || before + result.len() > ROOM {
            return false;
        }
        let at = self.desk.at + RESULTS;
        let memory = &self.desk.memory;
        if self.length == 0 {
            memory.write(at, &task.to_ne_bytes());
        }
        memory.write(at + before, result);
        self.length = before + result.len();
        self.publish();
        true
    }

    /// All of them have been sent.
    pub(super) fn forget(&mut self) {
        self.generation += 1;
        self.length = 0;
        self.publish();
        fence(Ordering::SeqCst);
    }

    fn publish(&self) {
        let kept = (self.generation & u64::from(u32::MAX)) << 32 | self.length as u64;
        self.desk.words().kept.store(kept, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk() -> Desk {
        Desks::new(2).expect("memory").desk(1)
    }

    #[test]
    fn a_task_begins_once_and_not_after_it_was_taken_back() {
        let desk = desk();
        assert!(desk.begin(0));
        assert!(!desk.begin(0));
        assert_eq!(desk.take_back(5), 1);
        assert!(!desk.begin(1));
        assert!(desk.begin(5));
        assert_eq!(desk.not_begun(), 6);
    }

    #[test]
    fn a_task_begins_in_another_way_when_results_have_been_asked_for() {
        let desk = desk();
        assert!(desk.begin(0));
        desk.ask();
        desk.ask();
        assert_eq!(desk.not_begun(), 1);
        assert!(!desk.begin(1));
        assert!(desk.begin_asked(1));
        assert!(!desk.begin(2), "it has not been answered");
        desk.answer();
        assert!(!desk.begin_asked(2));
        assert!(desk.begin(2));
        desk.ask();
        assert_eq!(desk.take_back(9), 3);
        assert!(!desk.begin(3) && !desk.begin_asked(3));
        assert!(desk.begin(9));
    }

    /// Runs both at the same time, again and again, and gives both answers to the check.
    fn race<A: Send, B>(
        rounds: u64,
        mut worker: impl FnMut(u64) -> A + Send,
        mut pool: impl FnMut(u64) -> B,
        mut check: impl FnMut(u64, A, B),
    ) {
        let start = std::sync::Barrier::new(2);
        let (answer, answers) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for round in 0..rounds {
                    start.wait();
                    answer.send(worker(round)).expect("it is waited for");
                }
            });
            for round in 0..rounds {
                start.wait();
                let pools = pool(round);
                let workers = answers.recv().expect("the thread does not panic");
                check(round, workers, pools);
            }
        });
    }

    #[test]
    fn a_task_begins_or_is_taken_back_in_a_race() {
        let desk = desk();
        let begins = desk.clone();
        race(
            20_000,
            move |round| begins.begin(2 * round),
            |round| desk.take_back(2 * round + 2),
            |round, has_begun, first| assert_eq!(first, 2 * round + u64::from(has_begun)),
        );
    }

    #[test]
    fn a_result_is_seen_or_its_worker_knows_that_it_is_waited_for() {
        let desk = desk();
        let mut kept = Kept::new(desk.clone());
        let begins = desk.clone();
        race(
            20_000,
            move |round| {
                kept.forget();
                assert!(kept.keep(round, b"result"));
                let is_asked = !begins.begin(round);
                if is_asked {
                    begins.answer();
                    assert!(begins.begin(round));
                }
                is_asked
            },
            |_| {
                desk.ask();
                desk.kept().map(|(task, _)| task)
            },
            |round, was_asked, seen| {
                assert!(was_asked || seen == Some(round));
                // What was asked for in this round is not to be found in the next one.
                assert_eq!(desk.take_back(round + 1), round + 1);
            },
        );
    }

    #[test]
    fn results_are_kept_until_they_are_sent() {
        let desk = desk();
        let mut kept = Kept::new(desk.clone());
        assert_eq!(desk.kept(), None);
        assert!(kept.keep(7, b"ab"));
        assert!(kept.keep(8, b"c"));
        assert_eq!(desk.kept(), Some((7, b"abc".to_vec())));
        kept.forget();
        assert_eq!(desk.kept(), None);
        assert!(kept.keep(9, b"d"));
        assert_eq!(desk.kept(), Some((9, b"d".to_vec())));
        assert!(!kept.keep(10, &[0; ROOM]));
        assert_eq!(desk.kept(), Some((9, b"d".to_vec())), "what had no room has changed nothing");
    }
}
