//! How the tasks of a call are written, gathered in chunks, and submitted.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::frame::{self, FRONT, Status};
use super::job::Chunk;
use super::shared::{BYTES, Shared};
use crate::bootstrap::{Target, describe};
use crate::error::{PoolError, StartError, TaskErrorKind};
use crate::sys::function::{Callable, expect_plain};
use crate::wire::skips::skips_fields;
use crate::wire::{carried, encode_onto};

/// So many chunks of one task are submitted together, at most.
const TOGETHER: usize = 256;

/// One call of a pool, on the side that submits its tasks. Dropping it gives the call up.
pub(super) struct Feed {
    pub(super) shared: Arc<Shared>,
    pub(super) job: u64,
    target: &'static Callable,
    /// Where the target is in the executable; `None` if it is in a shared library.
    place: Option<u64>,
    /// How many tasks are left of the call, at most; `usize::MAX` if that is not known.
    left: usize,
    /// How many tasks the chunk that is being gathered is to have.
    size: usize,
    records: Vec<u8>,
    gathered: usize,
    /// Chunks that are whole and have not been submitted.
    chunks: Vec<Chunk>,
    /// How many tasks have been added.
    pub(super) added: usize,
}

impl Feed {
    pub(super) fn new<F, Args>(shared: &Arc<Shared>, target: F, ordered: bool) -> Feed
    where
        F: Target<Args, Output: Serialize>,
        Args: DeserializeOwned,
    {
        const { expect_plain::<F>() }
        // The value of a plain function holds nothing; its type is all that a worker needs.
        let _ = target;
        let target = describe::<F, Args>();
        Feed {
            shared: Arc::clone(shared),
            job: shared.open(ordered),
            target,
            place: target.offset(),
            left: 1,
            size: 1,
            records: Vec::new(),
            gathered: 0,
            chunks: Vec::new(),
            added: 0,
        }
    }

    /// What estimates of the target are kept by.
    pub(super) fn place(&self) -> u64 {
        self.place.unwrap_or(0)
    }

    /// Adds the next item as a task. Says whether there was one.
    #[inline]
    pub(super) fn add_next<T: Serialize>(&mut self, items: &mut impl Iterator<Item = T>) -> bool {
        if self.gathered == 0 {
            self.left = items.size_hint().1.unwrap_or(usize::MAX);
        }
        items.next().map(|item| self.add(&(item,))).is_some()
    }

    /// Adds a task.
    #[inline]
    pub(super) fn add<Args: Serialize>(&mut self, args: &Args) {
        if self.gathered == 0 {
            if self.place.is_none() {
                let error = StartError::TargetOutsideExecutable { target: self.target.name() };
                return self.refuse(TaskErrorKind::NotRun { source: Arc::new(PoolError::Start(error)) });
            }
            self.size = self.shared.chunk(self.place(), self.left);
        }
        let start = self.records.len();
        let mut record = Record { records: &mut self.records, start, is_complete: false };
        record.records.extend_from_slice(&[0; FRONT]);
        let (written, descriptors) = carried::writing(|| encode_onto(args, record.records));
        let refused = match written {
            Ok(()) if cfg!(debug_assertions) && skips_fields(args) => Some(
                "a type in them skips fields (skip_serializing_if), so it would read back as another value"
                    .to_owned(),
            ),
            Ok(()) => None,
            Err(reason) => Some(reason),
        };
        record.is_complete = refused.is_none();
        drop(record);
        if let Some(reason) = refused {
            return self.refuse(TaskErrorKind::NotSerializable { reason });
        }
        let length = self.records.len() - start;
        let front = frame::front(Status::Value, length - FRONT);
        self.records[start..start + FRONT].copy_from_slice(&front);
        if !descriptors.is_empty() {
            return self.add_alone(start, descriptors);
        }
        self.gathered += 1;
        self.added += 1;
        if self.gathered >= self.size || self.records.len() >= BYTES {
            self.end_chunk();
        }
    }

    /// Sends the task whose record begins there by itself, with its descriptors.
    #[cold]
    fn add_alone(&mut self, start: usize, descriptors: Vec<OwnedFd>) {
        let record = self.records.split_off(start);
        self.flush();
        self.added += 1;
        self.chunk(record, 1, descriptors);
        self.flush();
    }

    #[cold]
    fn refuse(&mut self, kind: TaskErrorKind) {
        self.flush();
        self.shared.refuse(self.job, self.added, kind);
        self.added += 1;
    }

    /// Submits what has been added.
    pub(super) fn flush(&mut self) {
        self.end_chunk();
        if !self.chunks.is_empty() {
            self.shared.submit(&mut self.chunks);
        }
    }

    fn end_chunk(&mut self) {
        if self.gathered > 0 {
            let room = Vec::with_capacity(self.records.len().min(BYTES));
            let records = std::mem::replace(&mut self.records, room);
            let count = std::mem::take(&mut self.gathered);
            self.chunk(records, count, Vec::new());
            // Of large tasks and long chunks, workers get some while others are written.
            if count > 1 || self.chunks.len() >= TOGETHER || self.chunks.last().is_some_and(Chunk::is_large) {
                self.flush();
            }
        }
    }

    fn chunk(&mut self, records: Vec<u8>, count: usize, descriptors: Vec<OwnedFd>) {
        self.chunks.push(Chunk {
            job: self.job,
            target: self.target,
            place: self.place(),
            first: self.added - count,
            count,
            skipped: 0,
            records: Arc::new(records),
            descriptors: (!descriptors.is_empty()).then(|| Arc::new(descriptors)),
        });
    }
}

/// A record that is being written behind others. It is taken away if it is not completed, also where the arguments panic.
struct Record<'a> {
    records: &'a mut Vec<u8>,
    start: usize,
    is_complete: bool,
}

impl Drop for Record<'_> {
    fn drop(&mut self) {
        if !self.is_complete {
            self.records.truncate(self.start);
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.shared.abandon(self.job);
    }
}
