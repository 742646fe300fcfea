//! Many processes, so many at a time.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Child, Process};
use crate::error::{Error, JoinError};
use crate::sys::poll;

/// How one process of [`run_all`] ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum Ran<R> {
    /// It returned a value.
    Returned(R),
    /// It ended in another way.
    Failed(JoinError),
    /// It ran for too long, and was killed.
    TimedOut,
    /// It could not be started.
    NotStarted(crate::error::StartError),
}

impl<R> Ran<R> {
    /// The value, or the error that says why there is none.
    ///
    /// # Errors
    ///
    /// The error of the start or of the join. For a process that was killed because it ran for too long, `None`.
    pub fn value(self) -> Result<R, Option<Error>> {
        match self {
            Ran::Returned(value) => Ok(value),
            Ran::Failed(error) => Err(Some(error.into())),
            Ran::NotStarted(error) => Err(Some(error.into())),
            Ran::TimedOut => Err(None),
        }
    }
}

/// Runs all the processes, at most `at_once` at a time, each for at most `timeout`, and gives how each ended, in the order
/// of the processes.
///
/// The next one is started as soon as any has ended. One that runs for too long is killed. An `at_once` of 0 counts as 1.
///
/// ```
/// use multiprocess::{Process, Ran, process_cpu_count, run_all};
///
/// fn square(n: u64) -> u64 {
///     n * n
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let processes: Vec<_> = (1..=4).map(|n| Process::new(square, (n,))).collect();
///     let squares: Vec<u64> = run_all(process_cpu_count(), None, &processes)
///         .into_iter()
///         .map(|ran| ran.value().expect("it returns"))
///         .collect();
///     assert_eq!(squares, [1, 4, 9, 16]);
///     Ok(())
/// }
/// ```
pub fn run_all<R: Serialize + DeserializeOwned>(
    at_once: usize,
    timeout: Option<Duration>,
    processes: &[Process<R>],
) -> Vec<Ran<R>> {
    let mut ran: Vec<Option<Ran<R>>> = processes.iter().map(|_| None).collect();
    let mut to_start: VecDeque<usize> = (0..processes.len()).collect();
    let mut running: Vec<Running<R>> = Vec::new();
    loop {
        while running.len() < at_once.max(1)
            && let Some(at) = to_start.pop_front()
        {
            match processes[at].start() {
                Ok(child) => {
                    let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
                    running.push(Running { at, child: child.kill_on_drop(true), deadline });
                }
                Err(error) => ran[at] = Some(Ran::NotStarted(error)),
            }
        }
        if running.is_empty() {
            break;
        }
        let sentinels: Vec<_> = running.iter().map(|running| running.child.sentinel()).collect();
        let next = running.iter().filter_map(|running| running.deadline).min();
        // It fails where there are more of them than descriptors, which the starts would have met before.
        let _ = poll::poll(&sentinels, next);
        running.retain_mut(|running| match running.look() {
            Some(end) => {
                ran[running.at] = Some(end);
                false
            }
            None => true,
        });
    }
    ran.into_iter().map(|ran| ran.expect("each has been started, or refused")).collect()
}

struct Running<R> {
    /// Its place among the processes.
    at: usize,
    child: Child<R>,
    deadline: Option<Instant>,
}

impl<R: DeserializeOwned> Running<R> {
    /// How it ended, if it has, or if its time is up.
    fn look(&mut self) -> Option<Ran<R>> {
        match self.child.try_join() {
            Ok(Some(value)) => Some(Ran::Returned(value)),
            Err(error) => Some(Ran::Failed(error)),
            Ok(None) if self.deadline.is_some_and(|deadline| deadline <= Instant::now()) => {
                // If that is refused, there is no way to end it.
                if self.child.kill().is_ok() {
                    let _ = self.child.join();
                }
                Some(Ran::TimedOut)
            }
            Ok(None) => None,
        }
    }
}
