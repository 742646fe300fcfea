//! A pool as a value.

use std::fmt;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::feed::Feed;
use super::results::{AsyncResult, Imap};
use super::shared::{Initializer, Settings, Shared};
use crate::bootstrap::{Target, describe};
use crate::context::process_cpu_count;
use crate::error::{PoolError, StartError, TaskError};
use crate::method::StartMethod;
use crate::sys::function::{Callable, expect_plain};
use crate::wait::Attendant;
use crate::wire::message::Call;
use crate::wire::skips::skips_fields;
use crate::wire::{carried, encode};

/// A number of worker processes that run tasks.
///
/// The module [`pool`](mod@super) says what it guarantees. Dropping a pool [terminates](Pool::terminate) it. All methods may be
/// called by several threads at once. The counterpart of Python's `multiprocessing.pool.Pool`.
///
/// # Examples
///
/// ```
/// use multiprocess::Pool;
///
/// fn square(n: u64) -> u64 {
///     n * n
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let pool = Pool::new(2)?;
///     let squares: Result<Vec<u64>, _> = pool.map(square, 1..=4).into_iter().collect();
///     assert_eq!(squares?, [1, 4, 9, 16]);
///     assert_eq!(pool.apply(square, (5,))?, 25);
///     Ok(())
/// }
/// ```
pub struct Pool {
    shared: Arc<Shared>,
    attendant: Arc<dyn Attendant>,
}

impl Pool {
    /// A pool of so many workers, where 0 counts as 1. The first one is started at once, and the others when tasks wait that no
    /// other worker can have at once. Forked workers are all started at once, because a program that has threads cannot fork.
    ///
    /// [`Pool::builder`] has more to choose, and takes as many workers as this process may use CPUs.
    ///
    /// # Errors
    ///
    /// [`PoolError::Start`] if a worker cannot be started. [`PoolError::Create`] if this process has used up its descriptors: a
    /// pool takes two, and each worker three.
    pub fn new(workers: usize) -> Result<Pool, PoolError> {
        Pool::builder().workers(workers).start()
    }

    /// A description of a pool, which [`Builder::start`] makes.
    pub fn builder() -> Builder {
        Builder {
            workers: None,
            method: None,
            initializer: None,
            renewal: None,
            memory: None,
            limit: None,
            soft_limit: None,
            chunk: None,
            ends_on_interrupt: false,
        }
    }

    /// Calls the target with each item, and returns the results in the order of the items.
    ///
    /// Each item is the only argument of a task. For a target of several arguments, which Python's `starmap` calls, let the target
    /// take a tuple. The results of a call that is to fail as a whole can be collected:
    ///
    /// ```
    /// use multiprocess::{Pool, TaskError};
    ///
    /// fn main() -> multiprocess::Result<()> {
    ///     multiprocess::init();
    ///     let pool = Pool::new(2)?;
    ///     let results = pool.map(|(a, b): (u32, u32)| a / b, [(6, 3), (1, 0), (6, 2)]);
    ///     assert!(results[1].is_err() && results[2].is_ok());
    ///     let all: Result<Vec<u32>, TaskError> = results.into_iter().collect();
    ///     assert_eq!(all.expect_err("one has panicked").task, 1);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// By then, all tasks have been run. To stop at the first error, collect the results of [`imap`](Pool::imap) instead: what has not
    /// begun is given up.
    ///
    /// Items are taken from the iterator as workers need them. The counterpart of Python's `map`, which raises one exception in place
    /// of all results, and waits forever if a worker is killed.
    ///
    /// # Errors
    ///
    /// Each task has its own result: see [`TaskErrorKind`](crate::TaskErrorKind).
    pub fn map<F, T, R, I>(&self, target: F, items: I) -> Vec<Result<R, TaskError>>
    where
        F: Target<(T,), Output = R>,
        T: Serialize + DeserializeOwned,
        R: Serialize + DeserializeOwned,
        I: IntoIterator<Item = T>,
    {
        Imap::new(Feed::new(&self.shared, target, true), items.into_iter(), false).all()
    }

    /// Calls the target with each item, and returns an iterator over the results in the order of the items.
    ///
    /// The iterator takes items as workers need them and as results are taken. So a slow consumer holds up the workers, and neither
    /// many items nor many results are in memory: [`Imap`] says how far it is ahead. It works while its `next` is called. Between two calls, workers run only what they
    /// have been given.
    ///
    /// ```
    /// use multiprocess::Pool;
    ///
    /// fn main() -> multiprocess::Result<()> {
    ///     multiprocess::init();
    ///     let pool = Pool::new(2)?;
    ///     let mut squares = pool.imap(|n: u32| n * n, 0..1_000);
    ///     assert_eq!(squares.len(), 1_000);
    ///     assert_eq!(squares.next().expect("there are more")?, 0);
    ///     assert_eq!(squares.len(), 999);
    ///     assert_eq!(squares.last().expect("there are more")?, 998_001);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// The counterpart of Python's `imap`, which takes all items at once.
    ///
    /// # Errors
    ///
    /// As for [`map`](Pool::map).
    pub fn imap<F, T, R, I>(&self, target: F, items: I) -> Imap<'_, I::IntoIter, R>
    where
        F: Target<(T,), Output = R>,
        T: Serialize + DeserializeOwned,
        R: Serialize + DeserializeOwned,
        I: IntoIterator<Item = T>,
    {
        Imap::new(Feed::new(&self.shared, target, true), items.into_iter(), true)
    }

    /// Does what [`imap`](Pool::imap) does, with the results in the order in which they come.
    ///
    /// A task that takes long does not hold up the results of others. Let the target return what tells the tasks apart.
    ///
    /// ```
    /// use multiprocess::Pool;
    ///
    /// fn main() -> multiprocess::Result<()> {
    ///     multiprocess::init();
    ///     let pool = Pool::new(2)?;
    ///     let mut sum = 0;
    ///     for square in pool.imap_unordered(|n: u64| n * n, 1..=4) {
    ///         sum += square?;
    ///     }
    ///     assert_eq!(sum, 30);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`map`](Pool::map).
    pub fn imap_unordered<F, T, R, I>(&self, target: F, items: I) -> Imap<'_, I::IntoIter, R>
    where
        F: Target<(T,), Output = R>,
        T: Serialize + DeserializeOwned,
        R: Serialize + DeserializeOwned,
        I: IntoIterator<Item = T>,
    {
        Imap::new(Feed::new(&self.shared, target, false), items.into_iter(), true)
    }

    /// Does what [`map`](Pool::map) does, without waiting for the results. All items are taken and written at once.
    ///
    /// [`AsyncResult`] has an example.
    pub fn map_async<F, T, R, I>(&self, target: F, items: I) -> AsyncResult<Vec<Result<R, TaskError>>>
    where
        F: Target<(T,), Output = R>,
        T: Serialize + DeserializeOwned,
        R: Serialize + DeserializeOwned,
        I: IntoIterator<Item = T>,
    {
        let mut feed = Feed::new(&self.shared, target, true);
        let mut items = items.into_iter();
        while feed.add_next(&mut items) {}
        feed.flush();
        AsyncResult::<()>::many(feed)
    }

    /// Calls the target once, with a tuple of arguments, and returns its result.
    ///
    /// # Errors
    ///
    /// See [`TaskErrorKind`](crate::TaskErrorKind).
    pub fn apply<F, Args, R>(&self, target: F, args: Args) -> Result<R, TaskError>
    where
        F: Target<Args, Output = R>,
        Args: Serialize + DeserializeOwned,
        R: Serialize + DeserializeOwned,
    {
        self.apply_async(target, args).get()
    }

    /// Does what [`apply`](Pool::apply) does, without waiting for the result. [`AsyncResult`] has an example.
    pub fn apply_async<F, Args, R>(&self, target: F, args: Args) -> AsyncResult<Result<R, TaskError>>
    where
        F: Target<Args, Output = R>,
        Args: Serialize + DeserializeOwned,
        R: Serialize + DeserializeOwned,
    {
        let mut feed = Feed::new(&self.shared, target, true);
        feed.add(&args);
        feed.flush();
        AsyncResult::<()>::one(feed)
    }

    /// How many workers it has at most.
    pub fn workers(&self) -> usize {
        self.shared.workers()
    }

    /// The pids of the workers that run now. A worker that ends is replaced, when there are tasks for it, by one with another pid.
    pub fn worker_pids(&self) -> Vec<u32> {
        self.shared.pids()
    }

    /// Whether SIGINT has ended the pool, which [`Builder::end_on_interrupt`] asks for.
    pub fn is_interrupted(&self) -> bool {
        self.shared.is_interrupted()
    }

    /// Takes no more tasks. Those that have been submitted are run.
    ///
    /// Later tasks fail with [`TaskErrorKind::NotRun`](crate::TaskErrorKind::NotRun). Workers that have nothing to do any more end.
    pub fn close(&self) {
        self.shared.close();
    }

    /// Closes the pool, and waits until all tasks have been run and all workers have ended, with their exit handlers.
    ///
    /// The counterpart of Python's `close` and `join`.
    pub fn join(self) {
        self.shared.close();
        self.shared.wait_for_end(None);
    }

    /// Kills the workers. Tasks that have not begun are not run, and calls that wait for them return.
    ///
    /// It waits for the ends of the workers, but not longer than a second. The kernel ends a process at once unless it is in
    /// the middle of a call that cannot be interrupted.
    pub fn terminate(&self) {
        self.shared.terminate();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // From here on, Ctrl-C ends the program as it would without the pool.
        self.shared.terminate();
        self.shared.leave(&self.attendant);
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("workers", &self.workers()).finish_non_exhaustive()
    }
}

/// A pool to be started.
///
/// # Examples
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use std::time::Duration;
///
/// use multiprocess::{Pool, TaskErrorKind};
///
/// static FACTOR: AtomicU64 = AtomicU64::new(0);
///
/// /// Runs once in each worker.
/// fn set_factor(factor: u64) {
///     FACTOR.store(factor, Ordering::Relaxed);
/// }
///
/// fn multiply(n: u64) -> u64 {
///     n * FACTOR.load(Ordering::Relaxed)
/// }
///
/// fn wait_forever() {
///     loop {
///         std::thread::park();
///     }
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let pool = Pool::builder()
///         .workers(2)
///         .initializer(set_factor, (10,))
///         .time_limit(Duration::from_millis(100))
///         .renew_after(1_000)
///         .start()?;
///     assert_eq!(pool.apply(multiply, (4,))?, 40);
///     let error = pool.apply(wait_forever, ()).expect_err("it takes too long");
///     assert!(matches!(*error.kind, TaskErrorKind::TimedOut { .. }));
///     Ok(())
/// }
/// ```
#[must_use = "a pool has workers once it is started"]
pub struct Builder {
    workers: Option<usize>,
    method: Option<StartMethod>,
    initializer: Option<First>,
    renewal: Option<u64>,
    memory: Option<u64>,
    limit: Option<Duration>,
    soft_limit: Option<Duration>,
    chunk: Option<usize>,
    ends_on_interrupt: bool,
}

/// An initializer with its arguments, as they were written.
struct First {
    target: &'static Callable,
    arguments: Result<Vec<u8>, String>,
    unchanged: bool,
    descriptors: Vec<OwnedFd>,
}

impl Builder {
    /// Chooses how many workers there are, where 0 counts as 1. By default there are as many as this process may use CPUs
    /// ([`process_cpu_count`]).
    pub fn workers(mut self, workers: usize) -> Builder {
        self.workers = Some(workers);
        self
    }

    /// Chooses the start method of the workers.
    pub fn start_method(mut self, method: StartMethod) -> Builder {
        self.method = Some(method);
        self
    }

    /// Chooses a function that each worker calls before its first task, also each worker that replaces another one.
    ///
    /// What it puts into static variables is there for the tasks. If it panics or ends the process, the worker is replaced. If
    /// that happens again and again, the pool ends with [`PoolError::Initializer`]. The pool keeps the descriptors in the arguments,
    /// such as the ends of pipes, for as long as it lives.
    pub fn initializer<F, Args>(mut self, target: F, args: Args) -> Builder
    where
        F: Target<Args, Output = ()>,
        Args: Serialize + DeserializeOwned,
    {
        const { expect_plain::<F>() }
        let _ = target;
        let (arguments, descriptors) = carried::writing(|| encode(&args));
        let unchanged = !(cfg!(debug_assertions) && skips_fields(&args));
        self.initializer = Some(First { target: describe::<F, Args>(), arguments, unchanged, descriptors });
        self
    }

    /// Replaces each worker after so many tasks, where 0 counts as 1. So what tasks leave behind in it does not grow forever. The
    /// counterpart of Python's `maxtasksperchild`.
    pub fn renew_after(mut self, tasks: u64) -> Builder {
        self.renewal = Some(tasks.max(1));
        self
    }

    /// Limits the memory of each worker to so many bytes of private, writable memory
    /// ([setrlimit(2)](https://man7.org/linux/man-pages/man2/setrlimit.2.html), `RLIMIT_DATA`).
    ///
    /// A task that needs more aborts, as Rust programs do that get no memory, and fails with
    /// [`JoinErrorKind::Killed`](crate::JoinErrorKind::Killed) and SIGABRT. A forked worker begins with its parent's memory.
    pub fn memory_limit(mut self, bytes: u64) -> Builder {
        self.memory = Some(bytes);
        self
    }

    /// Limits the time of each task. The worker of one that runs longer is killed, and the task fails with
    /// [`TaskErrorKind::TimedOut`](crate::TaskErrorKind::TimedOut).
    ///
    /// The time begins when the task does, not when it is submitted. The threads that wait for results enforce it: while none waits,
    /// no worker is killed.
    pub fn time_limit(mut self, limit: Duration) -> Builder {
        self.limit = Some(limit);
        self
    }

    /// Chooses how long a task should take. A task that asks [`time_left`](super::time_left) learns how much of it is left, and
    /// nothing else happens.
    pub fn soft_time_limit(mut self, limit: Duration) -> Builder {
        self.soft_limit = Some(limit);
        self
    }

    /// Chooses how many tasks of a call are sent to a worker together, where 0 counts as 1.
    ///
    /// By default these are as many as take half a millisecond, by the time that tasks of the same target have taken so far, and
    /// at most 8,192, and fewer toward the end of a call. A chunk always ends where its arguments fill 64 KiB. The [module](mod@super) says why. A task is never run
    /// twice, whatever is chosen here.
    pub fn chunk_size(mut self, tasks: usize) -> Builder {
        self.chunk = Some(tasks.max(1));
        self
    }

    /// Ends the pool when the program gets SIGINT, which the terminal sends at Ctrl-C, and lets the program say what was done.
    ///
    /// Without this, Ctrl-C ends the program and its workers at once, without a word. With it, the first SIGINT ends the pool, and
    /// the program goes on. Every call of the pool that waits, and every later one, returns within a second:
    ///
    /// - Tasks that were done have their results.
    /// - Tasks that were running are cut off. Their workers are killed, and they fail with
    ///   [`TaskErrorKind::Interrupted`](crate::TaskErrorKind::Interrupted). What they have done by then stays done.
    /// - Tasks that had not begun are not run. They fail with [`TaskErrorKind::NotRun`](crate::TaskErrorKind::NotRun), whose source
    ///   is [`PoolError::Interrupted`].
    ///
    /// The second SIGINT does what it would do without the pool. By default, it ends the program.
    ///
    /// ```no_run
    /// use multiprocess::{Pool, TaskErrorKind};
    ///
    /// fn work(n: u64) -> u64 {
    ///     // Takes long.
    /// #   n
    /// }
    ///
    /// fn main() -> multiprocess::Result<()> {
    ///     multiprocess::init();
    ///     let pool = Pool::builder().end_on_interrupt().start()?;
    ///     let (mut done, mut cut_off, mut not_begun) = (0, 0, 0);
    ///     for result in pool.imap(work, 0..1_000) {
    ///         match result.map_err(|error| *error.kind) {
    ///             Ok(_) => done += 1,
    ///             Err(TaskErrorKind::Interrupted) => cut_off += 1,
    ///             Err(TaskErrorKind::NotRun { .. }) => not_begun += 1,
    ///             Err(error) => println!("a task {error}"),
    ///         }
    ///     }
    ///     if pool.is_interrupted() {
    ///         println!("interrupted: {done} done, {cut_off} cut off, {not_begun} not begun");
    ///         std::process::exit(130);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// *How it works.* Until the pool ends, the program has a handler for SIGINT, which only wakes the thread that waits. Several
    /// pools share it, and one SIGINT ends them all. The action that was there before comes back after the first SIGINT, when the
    /// last of these pools has ended otherwise or is dropped, and when the program exits. If it was a handler, it is called, too. A
    /// handler that the program installs later replaces this one until another such pool is made, so install yours first. A program
    /// that ignores SIGINT when the pool is made goes on ignoring it, and so does the pool.
    ///
    /// *Workers* survive SIGINT. What they start does not: a program has the default action, and so has a copy made by fork(2). They
    /// do not ignore the signal but have a handler. It holds the worker up for a second, in which the pool kills it. So a task with
    /// one thread starts no program that the signal has not reached. If the signal comes to the worker alone, the task goes on after
    /// that second, and a system call that is never restarted, such as poll(2), fails with `EINTR`. A task that changes the action of
    /// SIGINT may be killed by the signal.
    ///
    /// *What it cannot do.* The calls take the items that are left, since each item has a result. An iterator of items that waits, such
    /// as one that reads from the terminal, is waited for. A thread that computes between two calls of the pool learns of the
    /// interrupt from the next one. If every thread of the program blocks SIGINT, nothing notices it. A process that a task has
    /// started ends by itself if it gets the signal, too, as it does from a terminal. Otherwise it goes on without its worker.
    ///
    /// Python's pool has no such option: after Ctrl-C, the main process gets a `KeyboardInterrupt`, and each worker prints a traceback.
    pub fn end_on_interrupt(mut self) -> Builder {
        self.ends_on_interrupt = true;
        self
    }

    /// Makes the pool and starts its first worker.
    ///
    /// # Errors
    ///
    /// As for [`Pool::new`]. [`StartError::ArgumentsNotSerializable`] if the initializer's arguments cannot be written.
    pub fn start(self) -> Result<Pool, PoolError> {
        let settings = Settings {
            workers: self.workers.unwrap_or_else(process_cpu_count).max(1),
            method: self.method,
            initializer: self.initializer.map(First::checked).transpose()?,
            renewal: self.renewal,
            memory: self.memory,
            limit: self.limit,
            soft_limit: self.soft_limit,
            chunk: self.chunk,
            ends_on_interrupt: self.ends_on_interrupt,
        };
        let shared = Shared::new(settings)?;
        let attendant = Shared::attend(&shared);
        Ok(Pool { shared, attendant })
    }
}

impl First {
    fn checked(self) -> Result<Initializer, StartError> {
        let target = self.target.name();
        let offset = self.target.offset().ok_or(StartError::TargetOutsideExecutable { target })?;
        let arguments =
            self.arguments.map_err(|reason| StartError::ArgumentsNotSerializable { target, reason })?;
        if !self.unchanged {
            return Err(StartError::ArgumentsChange { target });
        }
        let call = Call { offset, target: target.to_owned() };
        Ok(Initializer { call, arguments, descriptors: self.descriptors })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("workers", &self.workers).finish_non_exhaustive()
    }
}
