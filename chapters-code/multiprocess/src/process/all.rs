//! Many processes, a limited number at a time.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::child::Child;
use super::description::Process;
use crate::error::{JoinError, StartError};
use crate::sys::poll;

/// How long a killed process may take to end.
const KILLED: Duration = Duration::from_secs(1);

/// How one process of [`run_all`] ended. [`run_all`] has an example.
///
/// # Examples
///
/// See [`run_all`].
#[derive(Debug)]
#[non_exhaustive]
pub enum Ran<R> {
    /// It returned a value.
    Returned(R),
    /// It ended in another way.
    Failed(JoinError),
    /// It ran longer than the time limit, and was killed.
    TimedOut,
    /// It could not be started.
    NotStarted(StartError),
}

impl<R> Ran<R> {
    /// The value that the target returned, if it did.
    pub fn value(self) -> Option<R> {
        match self {
            Ran::Returned(value) => Some(value),
            Ran::Failed(_) | Ran::NotStarted(_) | Ran::TimedOut => None,
        }
    }
}

/// Runs all the processes and returns how each one ended, in the order of the processes.
///
/// At most `at_once` of them run at a time, where 0 counts as 1. The next one starts as soon as any has ended. A process that
/// runs longer than `timeout` is killed.
///
/// A process whose start fails counts as [`Ran::NotStarted`], and the others run all the same. If the calling thread panics, the
/// running processes are killed. Python's nearest counterpart is a `Pool`, which keeps its processes.
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
                // If that is refused, or the kernel cannot end it now, it is let go.
                if self.child.kill().is_ok() {
                    let _ = self.child.join_timeout(KILLED);
                }
                Some(Ran::TimedOut)
            }
            Ok(None) => None,
        }
    }
}
