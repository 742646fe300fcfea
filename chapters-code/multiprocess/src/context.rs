//! What a process can ask about itself and its machine, and set for the children it will start.

use std::fmt;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bootstrap::{Parent, Target, expect_role, role};
use crate::error::{Error, Result};
use crate::process::Process;
use crate::start::StartMethod;
use crate::sys::{poll, this};
use crate::wait::{Watched, running};

/// The process that asks.
///
/// # Examples
///
/// ```
/// use multiprocess::{Process, current_process};
///
/// fn who() -> String {
///     current_process().name().to_owned()
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     assert_eq!(who(), "MainProcess");
///     assert_eq!(Process::new(who, ()).start()?.join()?, "Process-1");
///     Ok(())
/// }
/// ```
pub fn current_process() -> CurrentProcess {
    CurrentProcess { _private: () }
}

/// What [`current_process`] gives.
///
/// # Examples
///
/// ```
/// use multiprocess::current_process;
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// println!("{:?}", current_process().name());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct CurrentProcess {
    _private: (),
}

impl CurrentProcess {
    /// Its name: `MainProcess` for the program's first process, and what its parent named it for a child.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::current_process;
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// assert_eq!(current_process().name(), "MainProcess");
    /// # Ok(())
    /// # }
    /// ```
    pub fn name(&self) -> &str {
        role().map_or("MainProcess", |role| &role.name)
    }

    /// Its process id.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::current_process;
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// assert_eq!(current_process().pid(), std::process::id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn pid(&self) -> u32 {
        std::process::id()
    }

    /// Whether it is a daemon, which ends with its parent and may start no processes.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, current_process};
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let mut child = Process::new(|| current_process().daemon(), ()).daemon(true).start()?;
    /// assert!(child.join()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn daemon(&self) -> bool {
        role().is_some_and(|role| role.daemon)
    }

    /// The name of the start method that made it; `None` for the program's first process.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, current_process};
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// assert_eq!(current_process().start_method(), None);
    /// let method = || current_process().start_method().map(str::to_owned);
    /// assert_eq!(Process::new(method, ()).start()?.join()?.as_deref(), Some("spawn"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn start_method(&self) -> Option<&str> {
        role()?.method.as_deref()
    }

    /// A key that this process shares with its parent, with its children, and with nobody else.
    ///
    /// # Errors
    ///
    /// [`Error::NotInitialized`] or [`Error::InitRefused`];
    /// [`Error::Start`] if the kernel gives no random bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, current_process};
    ///
    /// fn key_sum() -> u64 {
    ///     let key = current_process().authkey().expect("a child has a key");
    ///     key.as_bytes().iter().map(|&byte| u64::from(byte)).sum()
    /// }
    ///
    /// fn main() -> multiprocess::Result<()> {
    ///     multiprocess::init();
    ///     assert_eq!(Process::new(key_sum, ()).start()?.join()?, key_sum());
    ///     Ok(())
    /// }
    /// ```
    pub fn authkey(&self) -> Result<AuthKey> {
        let role = expect_role()?;
        let key = role.authkey().map_err(|source| crate::error::Error::Start {
            process: role.name.clone(),
            step: "making the authkey",
            source,
        })?;
        Ok(AuthKey(*key))
    }
}

/// The process that started this one; `None` in the program's first process.
///
/// The counterpart of Python's `parent_process()`.
///
/// # Examples
///
/// ```
/// use multiprocess::{Process, parent_process};
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// assert!(parent_process().is_none(), "nobody started this one");
/// let name = || parent_process().map(|parent| parent.name().to_owned());
/// assert_eq!(Process::new(name, ()).start()?.join()?.as_deref(), Some("MainProcess"));
/// # Ok(())
/// # }
/// ```
pub fn parent_process() -> Option<ParentProcess> {
    role()?.parent.as_ref().map(|parent| ParentProcess { parent })
}

/// What [`parent_process`] gives.
///
/// # Examples
///
/// ```
/// use multiprocess::{Process, parent_process};
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// let pid = || parent_process().map(|parent| parent.pid());
/// assert_eq!(Process::new(pid, ()).start()?.join()?, Some(std::process::id()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct ParentProcess {
    parent: &'static Parent,
}

impl ParentProcess {
    /// Its name.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, parent_process};
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let name = || parent_process().map(|parent| parent.name().to_owned());
    /// assert_eq!(Process::new(name, ()).start()?.join()?.as_deref(), Some("MainProcess"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn name(&self) -> &str {
        &self.parent.name.name
    }

    /// Its process id. When it has ended, the number may be another process's.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, parent_process};
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let pid = || parent_process().map(|parent| parent.pid());
    /// assert_eq!(Process::new(pid, ()).start()?.join()?, Some(std::process::id()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn pid(&self) -> u32 {
        self.parent.name.pid
    }

    /// Whether it has not ended yet.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, parent_process};
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let alive = || parent_process().is_some_and(|parent| parent.is_alive());
    /// assert!(Process::new(alive, ()).start()?.join()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_alive(&self) -> bool {
        self.parent.alive.is_alive()
    }

    /// A descriptor that becomes ready when the parent has ended; see [`wait`].
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, parent_process, wait};
    /// use std::time::Duration;
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// /// Works on until there is nobody left to work for.
    /// fn work() {
    ///     let parent = parent_process().expect("somebody started this process");
    ///     while wait(&[parent.sentinel()], Some(Duration::ZERO)).is_ok_and(|ready| ready.is_empty()) {
    ///         // a piece of work
    /// #         return;
    ///     }
    /// }
    /// Process::new(work, ()).start()?.join()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn sentinel(&self) -> BorrowedFd<'static> {
        self.parent.alive.as_fd()
    }
}

impl AsFd for ParentProcess {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.sentinel()
    }
}

impl fmt::Debug for ParentProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParentProcess").field("name", &self.name()).field("pid", &self.pid()).finish()
    }
}

/// The children of this process that have not ended, in the order they were started.
///
/// The counterpart of Python's `active_children()`.
///
/// # Examples
///
/// ```
/// use multiprocess::{Process, active_children};
///
/// fn wait_for_ever() {
///     loop {
///         std::thread::park();
///     }
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let mut child = Process::new(wait_for_ever, ()).daemon(true).start()?;
///     assert_eq!(active_children().len(), 1);
///     child.terminate()?;
///     assert!(child.join().is_err());
///     assert!(active_children().is_empty());
///     Ok(())
/// }
/// ```
pub fn active_children() -> Vec<ActiveChild> {
    running().into_iter().map(ActiveChild).collect()
}

/// What [`active_children`] gives: a child that had not ended when it was asked for.
///
/// # Examples
///
/// ```
/// use multiprocess::{Process, active_children};
/// fn wait_for_ever() {
///     loop {
///         std::thread::park();
///     }
/// }
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// let child = Process::new(wait_for_ever, ()).daemon(true).name("idle").start()?;
/// assert_eq!(active_children()[0].pid(), child.pid());
/// # Ok(())
/// # }
/// ```
pub struct ActiveChild(Arc<Watched>);

impl ActiveChild {
    /// Its name.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, active_children};
    /// fn wait_for_ever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let child = Process::new(wait_for_ever, ()).daemon(true).name("idle").start()?;
    /// assert_eq!(active_children()[0].name(), "idle");
    /// # Ok(())
    /// # }
    /// ```
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Its process id.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, active_children};
    /// fn wait_for_ever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let child = Process::new(wait_for_ever, ()).daemon(true).name("idle").start()?;
    /// assert_eq!(active_children()[0].pid(), child.pid());
    /// # Ok(())
    /// # }
    /// ```
    pub fn pid(&self) -> u32 {
        self.0.pid
    }

    /// Whether it is a daemon.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Process, active_children};
    /// fn wait_for_ever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let child = Process::new(wait_for_ever, ()).daemon(true).name("idle").start()?;
    /// assert!(active_children()[0].daemon());
    /// # Ok(())
    /// # }
    /// ```
    pub fn daemon(&self) -> bool {
        self.0.daemon
    }
}

impl AsFd for ActiveChild {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl fmt::Debug for ActiveChild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActiveChild").field("name", &self.name()).field("pid", &self.pid()).finish()
    }
}

/// Waits until something is ready, or until the timeout; gives the places in `things` of all that are.
///
/// Children and sentinels are ready when the process has ended; any other descriptor, when it can be read, when its
/// other end is closed, or when it is in error. A child that has been joined is ready still. Without a timeout it waits
/// for ever; after one, the answer may be empty. A signal does not cut the wait short.
///
/// The counterpart of Python's `multiprocessing.connection.wait`. It takes one system call, whatever the number of
/// things ([ppoll(2)](https://man7.org/linux/man-pages/man2/ppoll.2.html)).
///
/// # Errors
///
/// [`Error::WaitForAny`] if there are more things than this process may have open descriptors (`ulimit -n`).
///
/// # Examples
///
/// ```
/// use std::os::fd::AsFd;
///
/// use multiprocess::{Process, wait};
///
/// fn wait_for_ever() {
///     loop {
///         std::thread::park();
///     }
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let slow = Process::new(wait_for_ever, ()).daemon(true).start()?;
///     let quick = Process::new(|| (), ()).start()?;
///     assert_eq!(wait(&[slow.as_fd(), quick.as_fd()], None)?, [1]);
///     Ok(())
/// }
/// ```
#[doc(alias = "poll")]
#[doc(alias = "select")]
pub fn wait(things: &[BorrowedFd<'_>], timeout: Option<Duration>) -> Result<Vec<usize>> {
    let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let ready =
        poll::poll(things, deadline).map_err(|source| Error::WaitForAny { count: things.len(), source })?;
    Ok(ready.iter().enumerate().filter(|(_, ready)| **ready).map(|(index, _)| index).collect())
}

/// A start method to be used for several processes, whatever [`set_start_method`](crate::set_start_method) chose.
///
/// Libraries use it to leave the program's choice alone. The counterpart of Python's `get_context`.
///
/// # Examples
///
/// ```
/// use multiprocess::{Context, StartMethod, current_process};
///
/// fn method() -> Option<String> {
///     current_process().start_method().map(str::to_owned)
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     // SAFETY: this program has one thread and holds nothing that must not exist twice.
///     let forking = Context::new(unsafe { StartMethod::fork() });
///     let spawning = Context::new(StartMethod::spawn());
///     assert_eq!(forking.process(method, ()).start()?.join()?.as_deref(), Some("fork"));
///     assert_eq!(spawning.process(method, ()).start()?.join()?.as_deref(), Some("spawn"));
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context {
    method: StartMethod,
}

impl Context {
    /// A context with this start method.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Context, StartMethod};
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// assert_eq!(Context::new(StartMethod::spawn()), Context::default());
    /// # Ok(())
    /// # }
    /// ```
    pub const fn new(method: StartMethod) -> Context {
        Context { method }
    }

    /// Its start method.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Context, StartMethod};
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// assert_eq!(Context::default().start_method(), StartMethod::spawn());
    /// # Ok(())
    /// # }
    /// ```
    pub const fn start_method(&self) -> StartMethod {
        self.method
    }

    /// [`Process::new`], to be started by this context's method.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::Context;
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// assert_eq!(Context::default().process(|| 42, ()).start()?.join()?, 42);
    /// # Ok(())
    /// # }
    /// ```
    pub fn process<F, Args, R>(&self, target: F, args: Args) -> Process<R>
    where
        F: Target<Args, Output = R>,
        Args: Serialize + DeserializeOwned,
        R: Serialize + DeserializeOwned,
    {
        Process::new(target, args).start_method(self.method)
    }
}

/// 32 random bytes with which a process can prove to another that both belong to one program.
///
/// A proof is made by computing something from the key, never by sending it: so it can be neither serialized nor
/// printed. The counterpart of Python's
/// [`Process.authkey`](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process.authkey).
///
/// # Examples
///
/// ```
/// use multiprocess::current_process;
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// let key = current_process().authkey()?;
/// assert_eq!(format!("{key:?}"), "AuthKey(32 bytes, not shown)");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AuthKey([u8; 32]);

impl AuthKey {
    /// The key's bytes, to compute a proof from.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::current_process;
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// assert_eq!(current_process().authkey()?.as_bytes().len(), 32);
    /// # Ok(())
    /// # }
    /// ```
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for AuthKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthKey(32 bytes, not shown)")
    }
}

/// How many CPUs the machine has online. The counterpart of Python's `os.cpu_count()`.
///
/// How many of them this process may use is another question; see [`process_cpu_count`].
///
/// # Examples
///
/// ```
/// assert!(multiprocess::cpu_count() >= 1);
/// ```
pub fn cpu_count() -> usize {
    this::online_cpus()
}

/// How many CPUs this process may use: at least 1, and no more than its affinity mask and its cgroup's quota allow.
///
/// The counterpart of Python's `os.process_cpu_count()`, which looks at the affinity mask only. The answer is that of
/// [`std::thread::available_parallelism`]; it is the number of processes beyond which more of them cannot run at
/// the same time.
///
/// # Examples
///
/// ```
/// let workers = multiprocess::process_cpu_count();
/// assert!(workers >= 1);
/// ```
pub fn process_cpu_count() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Names the executable that children of this process are started from, in place of the running one.
///
/// It must be a copy of this very build, or a launcher (a script, a debugger, a profiler) that ends by running it with
/// the same environment and descriptors: a child finds its target by its place in the build, and refuses
/// ([`Refusal::ForeignExecutable`](crate::Refusal::ForeignExecutable)) in any other. `None` goes back to the running
/// one. The counterpart of Python's `multiprocessing.set_executable`.
///
/// # Errors
///
/// [`Error::NotInitialized`], [`Error::InitRefused`].
/// Whether the file can be run is found out by the start.
///
/// # Examples
///
/// ```
/// use multiprocess::{Error, Process};
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     multiprocess::set_executable(Some("/nowhere/python".into()))?;
///     let refused = Process::new(|| (), ()).start();
///     assert!(matches!(refused, Err(Error::Start { .. })));
///     Ok(())
/// }
/// ```
pub fn set_executable(path: Option<PathBuf>) -> Result<()> {
    *expect_role()?.executable.lock().unwrap_or_else(PoisonError::into_inner) = path;
    Ok(())
}
