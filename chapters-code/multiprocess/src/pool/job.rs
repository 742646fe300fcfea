//! What a call of a pool is made of: chunks of tasks on their way out, and batches of results on their way back.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::frame::{self, Status};
use crate::error::{JoinErrorKind, Panic, PoolError, Refusal, TaskError, TaskErrorKind};
use crate::sys::function::Callable;
use crate::wire::decode;

/// A chunk of so many bytes is not held back until there are more.
const LARGE: usize = 4 << 10;

/// Tasks of one call that follow one another.
#[derive(Clone)]
pub(super) struct Chunk {
    /// The call.
    pub(super) job: u64,
    pub(super) target: &'static Callable,
    /// Where the target is in the executable.
    pub(super) place: u64,
    /// Which task of the call is the first.
    pub(super) first: usize,
    pub(super) count: usize,
    /// How many records are in front of the first task's.
    pub(super) skipped: usize,
    /// One record for each task.
    pub(super) records: Arc<Vec<u8>>,
    /// What the records hold. Tasks that hold descriptors are alone in their chunk.
    pub(super) descriptors: Option<Arc<Vec<OwnedFd>>>,
}

impl Chunk {
    pub(super) fn is_large(&self) -> bool {
        self.records.len() >= LARGE
    }

    pub(super) fn descriptors(&self) -> &[OwnedFd] {
        self.descriptors.as_ref().map_or(&[], |descriptors| descriptors)
    }

    /// Takes the first tasks away.
    pub(super) fn advance(&mut self, count: usize) {
        self.first += count;
        self.skipped += count;
        self.count -= count;
    }
}

/// Results of tasks that follow one another.
pub(super) struct Batch {
    /// Which task of the call is the first.
    pub(super) first: usize,
    pub(super) count: usize,
    /// The worker that had them.
    pub(super) pid: Option<u32>,
    pub(super) content: Content,
}

pub(super) enum Content {
    /// One record for each task, from that place on.
    Records(Vec<u8>, usize),
    /// The error of the one task.
    Failed(TaskErrorKind),
    /// Why none of the tasks was run.
    NotRun(Arc<PoolError>),
}

impl Batch {
    /// The next result, if there is one left.
    #[inline]
    pub(super) fn next<R: DeserializeOwned>(&mut self) -> Option<Result<R, TaskError>> {
        self.count = self.count.checked_sub(1)?;
        let task = self.first;
        self.first += 1;
        if let Content::Records(bytes, at) = &mut self.content
            && let Some((Status::Value, body)) = frame::record(bytes, *at)
        {
            *at = body.end;
            return match decode(&bytes[body]) {
                Ok(value) => Some(Ok(value)),
                Err(reason) => Some(Err(self.error(task, unreadable(reason)))),
            };
        }
        let kind = self.failure();
        Some(Err(self.error(task, kind)))
    }

    /// What came of the next task, which has no value.
    #[cold]
    fn failure(&mut self) -> TaskErrorKind {
        match &mut self.content {
            Content::Records(bytes, at) => match frame::record(bytes, *at) {
                Some((status, body)) => {
                    *at = body.end;
                    failure(status, &bytes[body])
                }
                None => unreadable("it is cut".to_owned()),
            },
            Content::NotRun(source) => TaskErrorKind::NotRun { source: Arc::clone(source) },
            Content::Failed(kind) => {
                std::mem::replace(kind, unreadable("it was handed out before".to_owned()))
            }
        }
    }

    #[cold]
    fn error(&self, task: usize, kind: TaskErrorKind) -> TaskError {
        TaskError { task, pid: self.pid, kind: Box::new(kind) }
    }
}

fn failure(status: Status, body: &[u8]) -> TaskErrorKind {
    match status {
        Status::Value => unreadable("it is a value".to_owned()),
        Status::Panicked => decode::<Panic>(body)
            .map_or_else(unreadable, |panic| TaskErrorKind::Ended(JoinErrorKind::Panicked(panic))),
        Status::Refused => decode::<Refusal>(body)
            .map_or_else(unreadable, |refusal| TaskErrorKind::Ended(JoinErrorKind::Refused(refusal))),
    }
}

fn unreadable(reason: String) -> TaskErrorKind {
    TaskErrorKind::Ended(JoinErrorKind::ResultUnreadable { reason })
}

/// A call whose results have not all been handed out.
pub(super) struct Job {
    /// Whether results are handed out in the order of their tasks.
    ordered: bool,
    /// Those that have come: in order by their first task, otherwise by when they came.
    done: BTreeMap<usize, Batch>,
    came: usize,
    /// The task whose result is to be handed out next.
    next: usize,
    /// How many tasks have been submitted.
    pub(super) submitted: usize,
    /// How many of their results have come.
    pub(super) settled: usize,
    /// How many workers have ended at the receipt of a task, by the task's number.
    fatal: BTreeMap<usize, u32>,
}

impl Job {
    pub(super) fn new(ordered: bool) -> Job {
        Job {
            ordered,
            done: BTreeMap::new(),
            came: 0,
            next: 0,
            submitted: 0,
            settled: 0,
            fatal: BTreeMap::new(),
        }
    }

    pub(super) fn settle(&mut self, batch: Batch) {
        self.settled += batch.count;
        let key = if self.ordered { batch.first } else { self.came };
        self.came += 1;
        self.done.insert(key, batch);
    }

    /// Notes that a worker has ended that had been given that task before all others, and has begun none.
    pub(super) fn note_fatal(&mut self, task: usize) {
        *self.fatal.entry(task).or_insert(0) += 1;
    }

    /// How many such workers that task has had.
    pub(super) fn fatal(&self, task: usize) -> u32 {
        self.fatal.get(&task).copied().unwrap_or(0)
    }

    /// The next results that can be handed out.
    pub(super) fn take(&mut self) -> Option<Batch> {
        let first = self.done.first_entry()?;
        if self.ordered && *first.key() != self.next {
            return None;
        }
        let batch = first.remove();
        self.next += batch.count;
        Some(batch)
    }

    /// Whether the results of all tasks that have been submitted have come.
    pub(super) fn is_settled(&self) -> bool {
        self.settled == self.submitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::frame::front;
    use crate::wire::encode;

    fn batch(first: usize, values: &[u32]) -> Batch {
        let mut records = Vec::new();
        for value in values {
            let body = encode(value).expect("a number can be written");
            records.extend(front(Status::Value, body.len()));
            records.extend(body);
        }
        Batch { first, count: values.len(), pid: Some(7), content: Content::Records(records, 0) }
    }

    fn values(batch: Option<Batch>) -> Option<Vec<(usize, u32)>> {
        let mut batch = batch?;
        let first = batch.first;
        let results = std::iter::from_fn(|| batch.next::<u32>());
        Some((first..).zip(results.map(|result| result.expect("it is whole"))).collect())
    }

    #[test]
    fn results_are_handed_out_in_the_order_of_the_tasks_or_as_they_come() {
        let mut ordered = Job::new(true);
        ordered.submitted = 4;
        ordered.settle(batch(2, &[20, 30]));
        assert_eq!(values(ordered.take()), None, "the first are missing");
        assert!(!ordered.is_settled());
        ordered.settle(batch(0, &[0, 10]));
        assert!(ordered.is_settled());
        assert_eq!(values(ordered.take()), Some(vec![(0, 0), (1, 10)]));
        assert_eq!(values(ordered.take()), Some(vec![(2, 20), (3, 30)]));
        assert_eq!(values(ordered.take()), None);

        let mut unordered = Job::new(false);
        unordered.settle(batch(2, &[20]));
        unordered.settle(batch(0, &[0, 10]));
        assert_eq!(values(unordered.take()), Some(vec![(2, 20)]));
        assert_eq!(values(unordered.take()), Some(vec![(0, 0), (1, 10)]));
    }

    #[test]
    fn workers_that_end_at_the_receipt_of_a_task_are_counted_for_each_task() {
        let mut job = Job::new(true);
        job.note_fatal(3);
        job.note_fatal(3);
        job.note_fatal(5);
        assert_eq!([3, 4, 5].map(|task| job.fatal(task)), [2, 0, 1]);
    }

    #[test]
    fn a_result_that_cannot_be_read_is_its_tasks_error_only() {
        let mut batch = batch(5, &[1, 2]);
        if let Content::Records(records, _) = &mut batch.content {
            // The first number goes on behind its end.
            records[frame::FRONT] = 0x80;
        }
        let error = batch.next::<u32>().expect("there are two").expect_err("it cannot be read");
        assert_eq!((error.task, error.pid), (5, Some(7)));
        assert!(matches!(*error.kind, TaskErrorKind::Ended(JoinErrorKind::ResultUnreadable { .. })));
        assert_eq!(batch.next::<u32>().expect("there are two").expect("it is whole"), 2);
        assert!(batch.next::<u32>().is_none());
    }

    #[test]
    fn a_result_that_is_cut_is_an_error_and_those_before_it_are_whole() {
        let mut batch = batch(5, &[1, 2]);
        if let Content::Records(records, _) = &mut batch.content {
            records.pop();
        }
        assert_eq!(batch.next::<u32>().expect("there are two").expect("it is whole"), 1);
        let error = batch.next::<u32>().expect("there are two").expect_err("it is cut");
        assert_eq!(error.task, 6);
        assert!(matches!(*error.kind, TaskErrorKind::Ended(JoinErrorKind::ResultUnreadable { .. })));
    }

    #[test]
    fn what_is_done_of_a_chunk_is_not_done_again() {
        fn same(n: u32) -> u32 {
            n
        }
        fn described<F: crate::Target<(u32,), Output = u32>>(_: F) -> &'static Callable {
            crate::bootstrap::describe::<F, (u32,)>()
        }
        let target = described(same);
        let records = Arc::new(Vec::new());
        let mut chunk =
            Chunk { job: 1, target, place: 0, first: 10, count: 5, skipped: 0, records, descriptors: None };
        chunk.advance(2);
        chunk.advance(1);
        assert_eq!((chunk.first, chunk.count, chunk.skipped), (13, 2, 3));
        assert!(chunk.descriptors().is_empty());
    }
}
