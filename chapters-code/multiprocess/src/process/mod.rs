//! A process as a value: [`Process`] says what to run, [`Child`] is one that runs.

mod child;

pub use child::Child;

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bootstrap::{ParentName, Plan, Target, describe, expect_role};
use crate::error::{Error, Result};
use crate::start::{Order, StartMethod, chosen};
use crate::sys::function::Descriptor;
use crate::sys::image::Identity;
use crate::wait::{Watched, collect_let_go};
use crate::wire;

/// A process to be started: a function, its arguments, and what is known about it beforehand.
///
/// The counterpart of Python's
/// [`multiprocessing.Process`](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process)
/// before its `start`. What can only be asked of a running process stands on [`Child`], so it cannot be asked too
/// early.
///
/// # Examples
///
/// ```
/// use multiprocess::Process;
///
/// fn greet(name: String) -> String {
///     format!("hello, {name}")
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let mut child = Process::new(greet, ("world".to_owned(),)).name("greeter").start()?;
///     assert_eq!(child.name(), "greeter");
///     assert_eq!(child.join()?, "hello, world");
///     Ok(())
/// }
/// ```
#[must_use = "a process runs once it is started"]
pub struct Process<R> {
    target: &'static Descriptor,
    arguments: Result<Vec<u8>, String>,
    name: Option<String>,
    daemon: Option<bool>,
    method: Option<StartMethod>,
    returns: PhantomData<fn() -> R>,
}

impl<R: Serialize + DeserializeOwned> Process<R> {
    /// A process that will call `target` with `args`, a tuple of up to twelve values.
    ///
    /// The arguments go to the child as bytes, so each must be `Serialize` and `DeserializeOwned` (serde), and the
    /// child gets copies. The same holds for the result, which [`Child::join`] hands back. The bytes do not name
    /// fields ([postcard](https://docs.rs/postcard)), so types that need such names to be read back must not be used: an
    /// untagged enum is refused with
    /// [`Refusal::ArgumentsUndecodable`](crate::Refusal::ArgumentsUndecodable), but a struct that skips fields
    /// (`skip_serializing_if`) may be read back as another value. A `Vec<u8>` is written byte by byte;
    /// for megabytes of it `serde_bytes::ByteBuf` or a `String` is faster.
    ///
    /// A target that captures variables does not compile:
    ///
    /// ```compile_fail
    /// let factor = 2;
    /// let process = multiprocess::Process::new(move |n: u32| factor * n, (21,));
    /// ```
    ///
    /// Nor does one that takes references: what is read from bytes owns its data.
    ///
    /// ```compile_fail
    /// let process = multiprocess::Process::new(|name: &str| name.len(), ("world",));
    /// ```
    ///
    /// Nor does a pointer to a function, which is a number that means something in this process only:
    ///
    /// ```compile_fail
    /// fn double(n: u32) -> u32 { 2 * n }
    /// let process = multiprocess::Process::new(double as fn(u32) -> u32, (21,));
    /// ```
    ///
    /// # Safety
    ///
    /// Calling this is safe, with one thing to know for authors of zero-sized types. A closure that captures nothing
    /// but values without bytes is a target too, and the child makes those values anew. If such a type is `Copy`,
    /// `Send`, `Sync` and `'static`, cannot be made by others, and stands for a fact about *this process* ("the
    /// library is initialized"), that fact need not hold in the child. Rust offers no way to tell such a closure from
    /// one that captures nothing; so do not capture tokens of that kind, establish the fact in the child.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::Process;
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let process = Process::new(|a: u32, b: u32| a + b, (20, 22));
    /// assert_eq!(process.start()?.join()?, 42);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new<F, Args>(target: F, args: Args) -> Process<R>
    where
        F: Target<Args, Output = R>,
        Args: Serialize + DeserializeOwned,
    {
        // The value of a plain function holds nothing; its type is all that the child needs.
        let _ = target;
        Process {
            target: describe::<F, Args>(),
            arguments: wire::encode(&args),
            name: None,
            daemon: None,
            method: None,
            returns: PhantomData,
        }
    }

    /// Gives the process a name, which `ps` shows, errors mention, and the child can ask for with
    /// [`current_process`](crate::current_process). Names need not differ.
    ///
    /// Without one it is `Process-1`, `Process-2` and so on, counted per starting process; a child's own
    /// children are `Process-1:1`, `Process-1:2`.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::Process;
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let child = Process::new(|| (), ()).name("worker").start()?;
    /// assert_eq!(child.name(), "worker");
    /// # Ok(())
    /// # }
    /// ```
    pub fn name(mut self, name: impl Into<String>) -> Process<R> {
        self.name = Some(name.into());
        self
    }

    /// Says whether the process is a daemon: one that ends with its parent, however the parent ends.
    ///
    /// When its parent exits, a daemon is sent SIGTERM, and SIGKILL if it has not ended a second later; when the
    /// parent is killed outright, the kernel kills the daemon. (A copy of the parent that other code has made with
    /// fork(2), and that has not executed another program, holds the parent's end of the pipe by which the kernel can
    /// tell; the daemon is killed only when that copy has ended, too.) A daemon may start no processes. Any other
    /// child is waited for when its parent exits. Without this call the parent's own flag is inherited.
    ///
    /// The counterpart of Python's
    /// [`Process.daemon`](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process.daemon); Python's
    /// daemons outlive a parent that is killed. A Unix daemon, which outlives everybody, is something else.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::Process;
    /// fn wait_for_ever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// // It would wait for ever; this program ends all the same.
    /// let child = Process::new(wait_for_ever, ()).daemon(true).start()?;
    /// assert!(child.daemon());
    /// # Ok(())
    /// # }
    /// ```
    pub fn daemon(mut self, daemon: bool) -> Process<R> {
        self.daemon = Some(daemon);
        self
    }

    /// Chooses the start method for this process alone.
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
    pub fn start_method(mut self, method: StartMethod) -> Process<R> {
        self.method = Some(method);
        self
    }

    /// Starts the process.
    ///
    /// The start method is the one chosen by [`start_method`](Process::start_method) or else by
    /// [`set_start_method`](crate::set_start_method), or else spawn: the program is run again and calls the target
    /// when it reaches [`init`](crate::init). Returns as soon as the child exists; that says nothing about how far it
    /// has come.
    ///
    /// A child's standard input is empty. Its arguments, environment, working directory, signal mask, standard output
    /// and standard error are its parent's. A spawned child has no other descriptors and default signal
    /// handlers; a forked one has copies of all.
    ///
    /// # Errors
    ///
    /// - [`Error::NotInitialized`], [`Error::InitRefused`], [`Error::DaemonsStartNothing`]: this process may not start
    ///   others.
    /// - [`Error::ArgumentsNotSerializable`]: the arguments cannot be written as bytes.
    /// - [`Error::TargetOutsideExecutable`]: the target was compiled into a shared library.
    /// - [`Error::ForeignSelf`]: this program cannot be run again by way of `/proc/self/exe`.
    /// - [`Error::ForkWithThreads`]: the fork start method, in a process with several threads.
    /// - [`Error::Start`]: the system refused, for want of processes, descriptors or memory, or because the
    ///   executable named by [`set_executable`](crate::set_executable) cannot be run.
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::Process;
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// let mut child = Process::new(|| 42, ()).start()?;
    /// println!("{} runs with pid {}", child.name(), child.pid());
    /// assert_eq!(child.join()?, 42);
    /// # Ok(())
    /// # }
    /// ```
    pub fn start(self) -> Result<Child<R>> {
        let role = expect_role()?;
        if role.daemon {
            return Err(Error::DaemonsStartNothing { process: role.name.clone() });
        }
        let target = self.target.name();
        let arguments =
            self.arguments.map_err(|reason| Error::ArgumentsNotSerializable { target, reason })?;
        let target_offset = self.target.offset().ok_or(Error::TargetOutsideExecutable { target })?;
        collect_let_go();
        let method = self.method.unwrap_or_else(chosen);
        let lineage = role.next_lineage();
        let name = self.name.unwrap_or_else(|| default_name(&lineage));
        let failed = |step| {
            let process = name.clone();
            move |source| Error::Start { process, step, source }
        };
        let plan = Plan {
            identity: if method.is_spawn() {
                Some(Identity::own().map_err(failed("/proc/self/exe"))?)
            } else {
                None
            },
            target_offset,
            target: target.to_owned(),
            daemon: self.daemon.unwrap_or(role.daemon),
            method: method.name().to_owned(),
            lineage,
            parent: ParentName { pid: std::process::id(), name: role.name.clone() },
            authkey: *role.authkey().map_err(failed("making the authkey"))?,
            name,
        };
        let order = Order { role, plan: &plan, arguments: &arguments, target: self.target };
        let launched = method.launch(&order)?;
        let watched = Watched::new(plan.name, launched.pid, plan.daemon, launched.pidfd, launched.collector);
        Ok(Child::new(watched, launched.pending))
    }
}

/// `Process-1`, and for a child's first child `Process-1:1`.
fn default_name(lineage: &[u32]) -> String {
    let numbers: Vec<String> = lineage.iter().map(u32::to_string).collect();
    format!("Process-{}", numbers.join(":"))
}

impl<R> fmt::Debug for Process<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process").field("target", &self.target.name()).field("name", &self.name).finish()
    }
}
