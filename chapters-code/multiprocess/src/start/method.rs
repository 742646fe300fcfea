//! Which start method to use, and who chose it.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::bootstrap::expect_role;
use crate::error::{Error, Result};

/// How a child process comes to be.
///
/// | | spawn | forkserver | fork |
/// |---|---|---|---|
/// | the child is | the program, started again | a copy of a server, which is the program, started again; it was made ahead and stood by | a copy of the parent |
/// | its memory | the program's initial one | that, and what the [preload hook](crate::set_forkserver_preload) made | what the parent's held |
/// | descriptors | 0, 1, 2 | 0, 1, 2, and what the hook left open | all of the parent's |
/// | environment | the parent's | the parent's when the server was started | the parent's |
/// | cost grows with | nothing | the memory that the hook uses | the parent's memory |
/// | in a program with threads | safe | safe | refused |
/// | the kernel's parent | the parent | the server | the parent |
///
/// Spawn is the default and always safe. A forkserver is as safe, and faster from the second child on. Fork has to be
/// chosen with `unsafe`, because whether it is sound depends on the rest of the program; see [`StartMethod::fork`]. The counterpart of Python's
/// [contexts and start methods](https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods).
///
/// # Examples
///
/// ```
/// use multiprocess::{Process, StartMethod};
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// let process = Process::new(|| 42, ()).start_method(StartMethod::spawn());
/// assert_eq!(process.start()?.join()?, 42);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct StartMethod(pub(super) Kind);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Spawn,
    Fork,
    Forkserver,
}

/// What [`set_start_method`] chose. A `static`, as the choice is the program's; a forked child copies it.
static CHOSEN: Mutex<Option<StartMethod>> = Mutex::new(None);

impl StartMethod {
    /// Run the program again; see the table above.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(multiprocess::StartMethod::spawn(), multiprocess::StartMethod::default());
    /// ```
    pub const fn spawn() -> StartMethod {
        StartMethod(Kind::Spawn)
    }

    /// Copy this process ([fork(2)](https://man7.org/linux/man-pages/man2/fork.2.html)).
    ///
    /// A start by this method writes out what is buffered for standard output, and is refused with
    /// [`Error::ForkWithThreads`] while the process has more than one thread. A thread that has just been joined may
    /// still be listed by the kernel; a start looks again for up to 50 ms.
    ///
    /// # Safety
    ///
    /// The value may be used, by you or by anybody you hand it to, only in a program where a copy of the process is as
    /// good as the process:
    ///
    /// - No other thread may come into being between the count of the threads and the copy. The count cannot see a
    ///   thread that a signal handler, or another thread about to be noticed, starts in that moment; such a thread
    ///   does not exist in the child, and a lock it held there is never released.
    /// - No library may hold something that must not exist twice, such as a lease on a device, a connection whose
    ///   encryption counts messages, or a generator whose numbers must differ in both processes.
    /// - The target must not rely on what only the parent has: its threads, its timers, its record locks, its children.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, StartMethod};
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// // SAFETY: this program has one thread and holds nothing that must not exist twice.
    /// let fork = unsafe { StartMethod::fork() };
    /// assert_eq!(Process::new(|| 42, ()).start_method(fork).start()?.join()?, 42);
    /// # Ok(())
    /// # }
    /// ```
    #[expect(unsafe_code, reason = "to choose it is to promise something")]
    pub const unsafe fn fork() -> StartMethod {
        StartMethod(Kind::Fork)
    }

    /// Let a server fork: a process of this program that is started for the first child and ends with this process.
    ///
    /// Nothing of this process is copied, so it may have any number of threads and any amount of memory. The server forks
    /// one child ahead of need, which stands by: `ps` shows it under the server's name until a start hands its work to it.
    /// So a start waits for no fork, unless another start has just taken the one that stood by. A server that is killed is
    /// replaced by the next start, and does no harm to the children that it has forked. See the table above for what a child gets, and
    /// [`set_forkserver_preload`](crate::set_forkserver_preload) for what can be made ready for all of them.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, StartMethod};
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let process = Process::new(|| 42, ()).start_method(StartMethod::forkserver());
    /// assert_eq!(process.start()?.join()?, 42);
    /// # Ok(())
    /// # }
    /// ```
    pub const fn forkserver() -> StartMethod {
        StartMethod(Kind::Forkserver)
    }

    /// The names of all start methods that this platform has, the default first.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(multiprocess::StartMethod::all(), ["spawn", "fork", "forkserver"]);
    /// ```
    pub const fn all() -> [&'static str; 3] {
        ["spawn", "fork", "forkserver"]
    }

    /// Its name.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(multiprocess::StartMethod::spawn().name(), "spawn");
    /// ```
    pub const fn name(self) -> &'static str {
        match self.0 {
            Kind::Spawn => "spawn",
            Kind::Fork => "fork",
            Kind::Forkserver => "forkserver",
        }
    }
}

impl StartMethod {
    pub(crate) fn is_spawn(self) -> bool {
        self.0 == Kind::Spawn
    }
}

impl Default for StartMethod {
    /// Spawn.
    fn default() -> StartMethod {
        StartMethod::spawn()
    }
}

impl fmt::Debug for StartMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for StartMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Chooses the start method for all processes that do not name one.
///
/// # Errors
///
/// [`Error::StartMethodChosen`] if it has been chosen before: a library must not change what the program decided.
/// [`Error::NotInitialized`] and [`Error::InitRefused`] as for a start.
///
/// # Examples
///
/// ```
/// use multiprocess::{Error, StartMethod, set_start_method};
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     set_start_method(StartMethod::spawn())?;
///     assert!(matches!(set_start_method(StartMethod::spawn()), Err(Error::StartMethodChosen { .. })));
///     Ok(())
/// }
/// ```
pub fn set_start_method(method: StartMethod) -> Result<()> {
    expect_role()?;
    let mut chosen = CHOSEN.lock().unwrap_or_else(PoisonError::into_inner);
    match *chosen {
        Some(before) => Err(Error::StartMethodChosen { chosen: before.name() }),
        None => {
            *chosen = Some(method);
            Ok(())
        }
    }
}

/// Chooses the start method even if it has been chosen before.
///
/// # Errors
///
/// [`Error::NotInitialized`] and [`Error::InitRefused`] as for a start.
///
/// # Examples
///
/// ```
/// use multiprocess::{StartMethod, force_start_method, set_start_method};
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// set_start_method(StartMethod::spawn())?;
/// force_start_method(StartMethod::spawn())?;
/// # Ok(())
/// # }
/// ```
pub fn force_start_method(method: StartMethod) -> Result<()> {
    expect_role()?;
    *CHOSEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(method);
    Ok(())
}

/// The method for a process that names none.
pub(crate) fn chosen() -> StartMethod {
    CHOSEN.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_default()
}
