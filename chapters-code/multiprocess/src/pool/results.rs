//! What a call gives: an iterator, or a handle for later.

use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::feed::Feed;
use super::job::Batch;
use super::shared::Next;
use crate::error::TaskError;

/// Room for so many results is made at once, at most. An iterator may say that it has more items than memory has room for.
const MOST: usize = 1 << 20;

/// The results of [`Pool::imap`](crate::Pool::imap) and [`Pool::imap_unordered`](crate::Pool::imap_unordered), as they come.
///
/// It takes items from the iterator that it was given only as workers need them and as results are taken. It knows how many
/// results are left if that iterator knows how many items are left, so a progress bar can show them.
///
/// It has never taken more items than results plus *8 × workers × chunk*. Here a chunk is as many tasks as take half a
/// millisecond, but at least 1, at most 8,192, and not less than the [chunk size](crate::pool::Builder::chunk_size) of the pool.
/// So if each task takes half a millisecond or more and no chunk size is chosen, it is at most 8 items ahead for each worker.
///
/// Dropping it gives up the rest. Tasks that no worker has begun are not run, also those that have been sent to a worker. One that
/// a worker has begun is run to its end.
///
/// # Examples
///
/// See [`Pool::imap`](crate::Pool::imap).
pub struct Imap<'a, I, R> {
    feed: Feed,
    items: Option<I>,
    batch: Option<Batch>,
    /// How many results have been handed out.
    taken: usize,
    /// Whether results that are not taken hold up tasks.
    is_bounded: bool,
    gives: PhantomData<fn() -> (&'a (), R)>,
}

impl<I: Iterator<Item: Serialize>, R: DeserializeOwned> Imap<'_, I, R> {
    pub(super) fn new(feed: Feed, items: I, is_bounded: bool) -> Imap<'static, I, R> {
        Imap { feed, items: Some(items), batch: None, taken: 0, is_bounded, gives: PhantomData }
    }

    /// All results that are left.
    pub(super) fn all(mut self) -> Vec<Result<R, TaskError>> {
        let mut all = Vec::with_capacity(self.size_hint().0.min(MOST));
        while let Some(mut batch) = self.batch.take().or_else(|| self.wait()) {
            let before = all.len();
            all.reserve(batch.count);
            while let Some(result) = batch.next() {
                all.push(result);
            }
            self.taken += all.len() - before;
        }
        all
    }

    fn bound(&self) -> Option<usize> {
        self.is_bounded.then_some(self.taken)
    }

    /// Waits for the next results, and submits tasks meanwhile.
    fn wait(&mut self) -> Option<Batch> {
        loop {
            let has_more = self.items.is_some();
            match self.feed.shared.next(self.feed.job, self.feed.place(), has_more, self.bound()) {
                Next::Results(batch) => {
                    // The workers get new tasks before the results are looked at.
                    if has_more && self.feed.shared.wanted(self.feed.job, self.feed.place(), self.bound()) > 0
                    {
                        self.submit();
                    }
                    return Some(batch);
                }
                Next::Submit => self.submit(),
                Next::Nothing => return None,
            }
        }
    }

    /// Submits as many tasks as are wanted.
    fn submit(&mut self) {
        let wanted = self.feed.shared.wanted(self.feed.job, self.feed.place(), self.bound());
        let Some(items) = &mut self.items else { return };
        for _ in 0..wanted.max(1) {
            // No lock is held here: the items may come from anywhere, also from this pool.
            if !self.feed.add_next(items) {
                self.items = None;
                break;
            }
        }
        self.feed.flush();
    }
}

impl<I: Iterator<Item: Serialize>, R: DeserializeOwned> Iterator for Imap<'_, I, R> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Result<R, TaskError>> {
        loop {
            if let Some(result) = self.batch.as_mut().and_then(Batch::next) {
                self.taken += 1;
                return Some(result);
            }
            self.batch = Some(self.wait()?);
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let running = self.feed.added - self.taken;
        let (least, most) = self.items.as_ref().map_or((0, Some(0)), Iterator::size_hint);
        (least.saturating_add(running), most.and_then(|most| most.checked_add(running)))
    }
}

impl<I: ExactSizeIterator<Item: Serialize>, R: DeserializeOwned> ExactSizeIterator for Imap<'_, I, R> {}

impl<I: Iterator<Item: Serialize>, R: DeserializeOwned> FusedIterator for Imap<'_, I, R> {}

impl<I, R> fmt::Debug for Imap<'_, I, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Imap").field("taken", &self.taken).finish_non_exhaustive()
    }
}

/// The result of a call that is under way: of [`Pool::apply_async`](crate::Pool::apply_async), one result; of
/// [`Pool::map_async`](crate::Pool::map_async), a `Vec` of them.
///
/// Dropping it gives the call up. Tasks that no worker has begun are not run, also those that have been sent to a worker. One that
/// a worker has begun is run to its end. All items are written when the call is made, so nothing bounds how many wait.
///
/// The counterpart of Python's `AsyncResult`, whose callbacks are absent.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use multiprocess::Pool;
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let pool = Pool::new(2)?;
///     let sum = pool.apply_async(|a: u32, b: u32| a + b, (20, 22));
///     let mut squares = pool.map_async(|n: u32| n * n, [1, 2, 3]);
///     assert_eq!(sum.get()?, 42);
///     assert!(squares.wait_timeout(Duration::from_secs(60)));
///     let squares: Result<Vec<u32>, _> = squares.get().into_iter().collect();
///     assert_eq!(squares?, [1, 4, 9]);
///     Ok(())
/// }
/// ```
#[must_use = "dropping it gives the call up"]
pub struct AsyncResult<T> {
    feed: Box<Feed>,
    finish: fn(&Feed) -> T,
}

impl<T> AsyncResult<T> {
    pub(super) fn one<R: DeserializeOwned>(feed: Feed) -> AsyncResult<Result<R, TaskError>> {
        AsyncResult { feed: Box::new(feed), finish: |feed| all(feed).pop().expect("there is one task") }
    }

    pub(super) fn many<R: DeserializeOwned>(feed: Feed) -> AsyncResult<Vec<Result<R, TaskError>>> {
        AsyncResult { feed: Box::new(feed), finish: all }
    }

    /// Waits until the call is done, and returns its result.
    ///
    /// The counterpart of Python's `get`.
    pub fn get(self) -> T {
        self.feed.shared.is_settled_by(self.feed.job, None);
        (self.finish)(&self.feed)
    }

    /// Waits like [`get`](AsyncResult::get), but for at most so long. Gives the handle back if the call is not done by then.
    ///
    /// # Errors
    ///
    /// The handle itself, which works as before.
    pub fn get_timeout(mut self, timeout: Duration) -> Result<T, AsyncResult<T>> {
        if self.wait_timeout(timeout) { Ok((self.finish)(&self.feed)) } else { Err(self) }
    }

    /// Whether the call is done. It does not wait, but takes in what has come from the workers.
    pub fn ready(&mut self) -> bool {
        self.feed.shared.is_settled_by(self.feed.job, Some(Instant::now()))
    }

    /// Waits until the call is done.
    pub fn wait(&mut self) {
        self.feed.shared.is_settled_by(self.feed.job, None);
    }

    /// Waits until the call is done, or until the time is over. Says whether it is done.
    pub fn wait_timeout(&mut self, timeout: Duration) -> bool {
        self.feed.shared.is_settled_by(self.feed.job, Instant::now().checked_add(timeout))
    }
}

/// All results of a call that is done.
fn all<R: DeserializeOwned>(feed: &Feed) -> Vec<Result<R, TaskError>> {
    let mut results = Vec::with_capacity(feed.added);
    for mut batch in feed.shared.take(feed.job) {
        results.extend(std::iter::from_fn(|| batch.next()));
    }
    results
}

impl<T> fmt::Debug for AsyncResult<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncResult").field("tasks", &self.feed.added).finish_non_exhaustive()
    }
}
