//! A pool of worker processes: tasks go in, results come out, and a worker that dies costs one task.
//!
//! ```
//! use multiprocess::Pool;
//!
//! fn reciprocal(n: u32) -> u32 {
//!     if n == 0 {
//!         std::process::abort(); // A bug that takes the whole process along.
//!     }
//!     100 / n
//! }
//!
//! fn main() -> multiprocess::Result<()> {
//!     multiprocess::init();
//!     let pool = Pool::new(2)?;
//!     let mut shown = Vec::new();
//!     for result in pool.map(reciprocal, [1, 2, 0, 4]) {
//!         match result {
//!             Ok(value) => shown.push(value.to_string()),
//!             Err(error) => shown.push(format!("task {} failed", error.task)),
//!         }
//!     }
//!     assert_eq!(shown, ["100", "50", "task 2 failed", "25"]);
//!     Ok(())
//! }
//! ```
//!
//! # Which method to use
//!
//! | To… | use |
//! |---|---|
//! | call a function with each item, and have all results in order | [`Pool::map`] |
//! | take results one by one, in order, with a progress bar or without | [`Pool::imap`] |
//! | take each result as soon as it comes | [`Pool::imap_unordered`] |
//! | call a function once | [`Pool::apply`] |
//! | do something else meanwhile | [`Pool::map_async`], [`Pool::apply_async`], which return an [`AsyncResult`] |
//! | let Ctrl-C end the tasks, and say what was done | [`Builder::end_on_interrupt`] |
//! | prepare each worker, renew it, limit its memory, or limit the time of tasks | [`Pool::builder`] |
//! | run a few long targets, each in a process of its own | [`run_all`](crate::run_all) |
//!
//! A task's function is a [`Target`](crate::Target), as a process's is. Its arguments and its result travel as bytes, so they must
//! implement serde's traits. Arguments may hold [`Descriptor`](crate::Descriptor)s, ends of pipes and queues, locks and shared memory.
//! A task that holds some is sent by itself, so hand over what all tasks use by the initializer. This is also the way to
//! compute on a large array without copying it:
//!
//! ```
//! use std::ops::Range;
//! use std::sync::OnceLock;
//! use std::sync::atomic::Ordering::Relaxed;
//!
//! use multiprocess::Pool;
//! use multiprocess::shared::RawArray;
//!
//! static NUMBERS: OnceLock<RawArray<u64>> = OnceLock::new();
//!
//! fn keep(numbers: RawArray<u64>) {
//!     NUMBERS.set(numbers).expect("it is called once in each worker");
//! }
//!
//! fn double(part: Range<usize>) {
//!     let numbers = NUMBERS.get().expect("the initializer has run");
//!     part.for_each(|at| numbers.store(at, 2 * numbers.load(at, Relaxed), Relaxed));
//! }
//!
//! fn main() -> multiprocess::Result<()> {
//!     multiprocess::init();
//!     let numbers = RawArray::new(&[1, 2, 3, 4])?;
//!     let pool = Pool::builder().workers(2).initializer(keep, (numbers.clone(),)).start()?;
//!     pool.map(double, [0..2, 2..4]).into_iter().collect::<Result<(), _>>()?;
//!     assert_eq!(numbers.load(3, Relaxed), 8);
//!     Ok(())
//! }
//! ```
//!
//! # When a task fails
//!
//! Each task has a `Result` of its own. An `Err` is a [`TaskError`](crate::TaskError), and the other tasks of the call go on:
//!
//! | What happens | the task's error |
//! |---|---|
//! | it panics | [`Panicked`](crate::JoinErrorKind::Panicked). The worker goes on. In a program built with `panic = "abort"`, it is replaced. |
//! | it ends its process, or aborts, or is killed | [`Exited`](crate::JoinErrorKind::Exited) or [`Killed`](crate::JoinErrorKind::Killed). The worker is replaced. |
//! | it runs longer than the [time limit](Builder::time_limit) | [`TimedOut`](crate::TaskErrorKind::TimedOut). The worker is killed and replaced. |
//! | it runs when Ctrl-C is pressed, and the pool [ends on that](Builder::end_on_interrupt) | [`Interrupted`](crate::TaskErrorKind::Interrupted). Without that option, Ctrl-C ends the program. |
//! | three workers in a row end when they receive it, before they have begun any task | [`Exited`](crate::JoinErrorKind::Exited) or [`Killed`](crate::JoinErrorKind::Killed), as the last of them ended. It was not begun. An example is a task that is longer than the [memory limit](Builder::memory_limit). |
//! | its worker has no room for the descriptors that its arguments hold | [`Refused`](crate::JoinErrorKind::Refused). It was not run. |
//! | its result cannot be written or read | [`Refused`](crate::JoinErrorKind::Refused) or [`ResultUnreadable`](crate::JoinErrorKind::ResultUnreadable) |
//! | its arguments cannot be written | [`NotSerializable`](crate::TaskErrorKind::NotSerializable) |
//! | the operating system refuses to send it to its worker | [`NotRun`](crate::TaskErrorKind::NotRun). The source says why. |
//! | the pool ends before it has begun | [`NotRun`](crate::TaskErrorKind::NotRun) |
//!
//! The field [`task`](crate::TaskError::task) of an error is the number of the item in its call, counted from 0, also where results
//! come in any order. So `items[error.task]` is the item that failed, if you have kept the items.
//!
//! **No task is run twice.** A task that was waiting at a worker when that died is given to another one only if it had not begun. The
//! results of tasks that were done are not lost: a worker puts small results into memory that it shares with its pool before it sends
//! them. So a worker that is killed costs the one task that it was at, or none. A task may be told to have failed although its work was
//! done, if its worker was killed between the last step of the work and the writing of the result.
//!
//! A worker that ends before its initializer has returned is replaced, too. When five have done so in a row, or twice as many as
//! there are workers, the pool gives up: the tasks fail with [`NotRun`](crate::TaskErrorKind::NotRun), and the source is
//! [`PoolError::Initializer`](crate::PoolError::Initializer). Workers that others have killed by SIGKILL count less: it takes a hundred in a row.
//!
//! # No thread
//!
//! A pool has no thread of its own, so it forbids no later fork. Its work is done by the threads that use it. A thread that waits
//! for a result takes in all results that come, for all threads, hands out tasks that wait, and replaces workers that have died.
//! When several threads wait, one of them does so, and the others sleep.
//!
//! While no thread waits, workers run the tasks that they have been given and then pause. Results, deaths and time limits are noticed
//! by the next call that waits, or by [`AsyncResult::ready`]. So do not leave a pool alone for long while tasks are under way.
//!
//! # How tasks are handed out
//!
//! A worker has several short tasks at a time, so that it need not wait for the next one. How many that are follows from how long
//! tasks of the same function have taken. A chunk is as many tasks as take half a millisecond, but at most 8,192, and it ends where
//! its arguments fill 64 KiB, with 8 bytes more for each task. A worker is given tasks for about two milliseconds ahead. Functions that
//! are new to the pool begin with one task a worker. [`Builder::chunk_size`] fixes the size of chunks. With chunks of one, each task is
//! sent by itself, and several of them may still wait at a worker.
//!
//! To send a chunk and its results takes microseconds, which is little beside half a millisecond of work. Longer chunks would save
//! hardly more. They would leave one worker with more to do at the end of a call, while the others have nothing left. If the iterator
//! of the items says how many are left at most ([`Iterator::size_hint`]), chunks get smaller toward the end: a chunk has at most as
//! many tasks as are left, divided by twice the number of workers, but not fewer than take 20 microseconds.
//!
//! Workers are started when there are tasks for them that no other worker can have at once, so a pool that has little to do has few
//! processes. Only forked workers are all started with the pool.
//!
//! If a task takes longer than was expected, the tasks behind it are taken back and given to workers that have none. Tasks that have
//! begun stay where they are. When a call is given up, by dropping its [`Imap`] or [`AsyncResult`], its tasks are taken back in the same
//! way, and not run.
//!
//! A thread that waits sleeps until a result comes, a worker ends, or a time is over. If a worker has sent nothing for two
//! milliseconds, though it may have results that it has not sent, the thread wakes once and asks for them. The worker then sends them
//! before it begins another task.
//!
//! # The end
//!
//! | What ends | what happens to the workers |
//! |---|---|
//! | the pool is dropped, or [terminated](Pool::terminate) | They are killed. Dropping waits for that, at most a second. |
//! | the pool is [joined](Pool::join) | They run all tasks, and then exit. |
//! | the program exits, with a pool in a static variable or forgotten | They are killed. |
//! | the program is killed | The kernel kills them. |
//! | Ctrl-C at the terminal | The signal goes to the program and to the workers, which are in the same process group, and each of them ends, unless it handles SIGINT. |
//! | Ctrl-C, and the pool [ends on an interrupt](Builder::end_on_interrupt) | They are killed. The program goes on, and learns of each task whether it was done, cut off or not begun. |
//!
//! Workers are not [daemons](crate::Process::daemon), so tasks may start processes, and pools. What a task has started is not
//! ended with its worker. A nested pool is: its workers end with theirs. Dropping a pool inside a task waits for its workers.
//!
//! A copy of the program, made by fork(2), cannot use the pool: its tasks fail with
//! [`NotOurs`](crate::JoinErrorKind::NotOurs), and dropping the copy's pool ends no worker.
//!
//! # Cost
//!
//! A pool takes two descriptors, and each worker three. Each worker has 32 KiB of shared memory. Arguments and results are written once
//! and read once. The pool keeps the bytes of a task until the task has been answered.
//!
//! [`Builder::end_on_interrupt`] takes one descriptor for all pools of the program. It stays open when they are gone.
//!
//! # For users of Python
//!
//! | Python's `multiprocessing.pool` | here |
//! |---|---|
//! | `Pool(processes, initializer, initargs, maxtasksperchild)` | [`Pool::new`], or [`Pool::builder`] with `workers`, `initializer` and `renew_after` |
//! | `Pool()`, `get_context(method).Pool()` | `Pool::builder().start()`, [`Builder::start_method`] |
//! | `map(f, items, chunksize)` | [`Pool::map`]: a `Result` for each task. The chunk size is the pool's. |
//! | an exception in a task, which `map` raises in place of all results | `collect::<Result<Vec<_>, _>>()` of the results, which gives the first error. With [`Pool::imap`], it also gives up the tasks that have not begun. |
//! | `starmap` | `map`, with a target that takes a tuple |
//! | `apply`, `apply_async`, `map_async` | the same |
//! | `starmap_async` | `map_async`, with a target that takes a tuple |
//! | `imap`, `imap_unordered` | the same: they know their length, and take items only as results are taken |
//! | `next(timeout)` of their iterators | absent. [`Builder::time_limit`] bounds each task, and [`AsyncResult::wait_timeout`] bounds a wait. |
//! | `AsyncResult`: `get`, `wait`, `ready` | the same, and `get_timeout`, `wait_timeout` |
//! | `successful` | `is_ok` of the result |
//! | callbacks | absent: they would need a thread |
//! | `close`, `terminate` | the same |
//! | `close` and `join` | [`Pool::join`] |
//! | `with Pool() as pool` | a scope: dropping terminates, as leaving the `with` does |
//! | a worker that is killed | the error of one task. In Python, the call waits forever. |
//! | `KeyboardInterrupt` | [`Builder::end_on_interrupt`] |
//! | a pool in a worker | works. In Python, workers are daemons and may not start processes. |
//! | `ThreadPool` | absent: use threads, or the crate `rayon` |
//!
//! | `concurrent.futures.ProcessPoolExecutor` | here |
//! |---|---|
//! | `submit(f, x)` | [`Pool::apply_async`] |
//! | `map` | [`Pool::imap`] |
//! | `as_completed` | [`Pool::imap_unordered`] |
//! | `result(timeout)`, `done` | [`AsyncResult::get_timeout`], [`AsyncResult::ready`] |
//! | `cancel`, `shutdown(cancel_futures=True)` | dropping the [`AsyncResult`], or the pool. Dropping the pool also ends tasks that are running. |
//! | `BrokenProcessPool` | the error of one task. The pool goes on. |

mod crew;
mod desk;
mod face;
mod feed;
mod frame;
mod job;
mod results;
mod shared;
mod worker;

pub use face::{Builder, Pool};
pub use results::{AsyncResult, Imap};
pub use worker::time_left;
