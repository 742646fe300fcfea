//! A process as a value: [`Process`] says what to run, [`Child`] is one that runs.

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bootstrap::{Ends, Outcome, Parent, Plan, Target, describe, expect_role};
use crate::error::{Error, ExitStatus, Result};
use crate::start::{Launched, spawn};
use crate::sys::function::Descriptor;
use crate::sys::image::Identity;
use crate::wait::{Ended, Watched};
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
    returns: PhantomData<fn() -> R>,
}

impl<R: Serialize + DeserializeOwned> Process<R> {
    /// A process that will call `target` with `args`, a tuple of up to twelve values.
    ///
    /// The arguments go to the child as bytes, so each must be `Serialize` and `DeserializeOwned` (serde), and the
    /// child gets copies. The same holds for the result, which [`Child::join`] hands back. The bytes do not name
    /// fields, so types that need such names to be read back (untagged enums, skipped fields) are refused with
    /// [`Refusal::ArgumentsUndecodable`](crate::Refusal::ArgumentsUndecodable). A `Vec<u8>` is written byte by byte;
    /// for megabytes of it `serde_bytes::ByteBuf` or a `String` is faster.
    ///
    /// A target that captures variables does not compile:
    ///
    /// ```compile_fail
    /// let factor = 2;
    /// let process = multiprocess::Process::new(move |n: u32| factor * n, (21,));
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
            returns: PhantomData,
        }
    }

    /// Gives the process a name, which `ps` shows, errors mention, and the child can ask for with
    /// [`current_process`](crate::current_process). Names need not differ.
    ///
    /// Without one it is `Process-1`, `Process-2` and so on, counted per starting process; a child's own
    /// children are `Process-1:1`, `Process-1:2`.
    pub fn name(mut self, name: impl Into<String>) -> Process<R> {
        self.name = Some(name.into());
        self
    }

    /// Starts the process, by the spawn start method: the program is run anew and calls the target when it reaches
    /// [`init`](crate::init).
    ///
    /// Returns as soon as the program has been loaded; that says nothing about how far the child has come.
    ///
    /// # Errors
    ///
    /// - [`Error::NotInitialized`], [`Error::InitRefused`]: this process may not start others.
    /// - [`Error::ArgumentsNotSerializable`]: the arguments cannot be written as bytes.
    /// - [`Error::TargetOutsideExecutable`]: the target was compiled into a shared library.
    /// - [`Error::ForeignSelf`]: this program cannot be run again by way of `/proc/self/exe`.
    /// - [`Error::Start`]: the system refused, for want of processes, descriptors or memory, or because the
    ///   executable named by [`set_executable`](crate::set_executable) cannot be run.
    pub fn start(self) -> Result<Child<R>> {
        let role = expect_role()?;
        let target = self.target.name();
        let arguments =
            self.arguments.map_err(|reason| Error::ArgumentsNotSerializable { target, reason })?;
        let target_offset = self.target.offset().ok_or(Error::TargetOutsideExecutable { target })?;
        let lineage = role.next_lineage();
        let name = self.name.unwrap_or_else(|| default_name(&lineage));
        let failed = |step| {
            let process = name.clone();
            move |source| Error::Start { process, step, source }
        };
        let plan = Plan {
            identity: Identity::own().map_err(failed("/proc/self/exe"))?,
            target_offset,
            target: target.to_owned(),
            lineage,
            parent: Parent { pid: std::process::id(), name: role.name.clone() },
            authkey: *role.authkey().map_err(failed("making the authkey"))?,
            name,
        };
        let Launched { pid, watched, ends } = spawn::launch(role, &plan, &arguments)?;
        Ok(Child { name: plan.name, pid, watched, ends: Some(ends), returns: PhantomData })
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

/// A process that has been started.
///
/// Dropping a `Child` neither waits for the process nor ends it. When the process has ended, a later start or drop
/// in this program collects it, so it does not stay a zombie for ever.
pub struct Child<R> {
    name: String,
    pid: u32,
    watched: Watched,
    /// Taken by the join that reads the outcome.
    ends: Option<Ends>,
    returns: PhantomData<fn() -> R>,
}

impl<R: DeserializeOwned> Child<R> {
    /// Its process id. Until it has been joined, no other process gets that number.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Waits until the process has ended, and hands back what its target returned.
    ///
    /// A target that returns a `Result` hands back that `Result`: an `Err` is a value like any other, and the child
    /// ended well, with exit code 0. A panic, an exit code and a signal are no values and come as errors of `join`:
    ///
    /// | The child's target | `join` gives | its exit status |
    /// |---|---|---|
    /// | returns `v` | `Ok(v)` | exit code 0 |
    /// | returns `Err(e)` | `Ok(Err(e))` | exit code 0 |
    /// | panics | [`Error::Panicked`] | exit code 101, or SIGABRT with `panic = "abort"` |
    /// | calls `std::process::exit(n)` | [`Error::Exited`] | exit code n |
    /// | is ended by a signal | [`Error::Killed`] | that signal |
    ///
    /// A value counts once the process has ended with exit code 0: if it was ended between returning and its
    /// end, `join` says how it ended.
    ///
    /// # Errors
    ///
    /// Those above, and [`Error::Lost`] if somebody else collected the process, [`Error::NeverEntered`] or
    /// [`Error::Refused`] if it did not run its target, [`Error::ResultUnreadable`] if the value did not arrive whole,
    /// [`Error::AlreadyJoined`] for a second join, and [`Error::Wait`].
    ///
    /// # Examples
    ///
    /// ```
    /// use multiprocess::{Error, Process};
    ///
    /// fn parse(text: String) -> Result<u32, String> {
    ///     text.parse().map_err(|_| format!("{text} is no number"))
    /// }
    ///
    /// fn fail() {
    ///     panic!("out of luck");
    /// }
    ///
    /// fn main() -> multiprocess::Result<()> {
    ///     multiprocess::init();
    ///     let answer = Process::new(parse, ("six".to_owned(),)).start()?.join()?;
    ///     assert_eq!(answer, Err("six is no number".to_owned()));
    ///
    ///     let ended = Process::new(fail, ()).start()?.join();
    ///     assert!(matches!(ended, Err(Error::Panicked { panic, .. }) if panic.message == "out of luck"));
    ///     Ok(())
    /// }
    /// ```
    #[doc(alias = "waitpid")]
    #[doc(alias = "wait")]
    pub fn join(&mut self) -> Result<R> {
        let (process, pid) = (self.name.clone(), self.pid);
        if self.ends.is_none() {
            return Err(Error::AlreadyJoined { process, pid });
        }
        let ended = match self.watched.wait() {
            Ok(ended) => ended,
            Err(source) => return Err(Error::Wait { process, pid, source }),
        };
        let mut ends = self.ends.take().expect("looked at above");
        let claimed = ends.is_claimed();
        let outcome = ends.outcome().map_err(|error| error.to_string());
        Ending { process, pid, claimed, ended }.judge(outcome)
    }
}

impl<R> fmt::Debug for Child<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Child").field("name", &self.name).field("pid", &self.pid).finish_non_exhaustive()
    }
}

/// A process that has ended, and all there is to know about how.
struct Ending {
    process: String,
    pid: u32,
    claimed: bool,
    ended: Ended,
}

impl Ending {
    /// Puts what the child said beside what the kernel says.
    fn judge<R: DeserializeOwned>(self, outcome: Result<Option<(Outcome, Vec<u8>)>, String>) -> Result<R> {
        use ExitStatus::{Code, Signal};
        let Ending { process, pid, claimed, ended } = self;
        match (ended, outcome) {
            (_, Ok(Some((Outcome::Panicked(panic), _)))) => Err(Error::Panicked { process, pid, panic }),
            (_, Ok(Some((Outcome::Refused(refusal), _)))) => Err(Error::Refused { process, pid, refusal }),
            (Ended::With(Code(0)) | Ended::Lost, Ok(Some((Outcome::Returned, body)))) => {
                wire::decode(&body).map_err(|reason| Error::ResultUnreadable { process, pid, reason })
            }
            (Ended::With(Signal { signal, core_dumped }), _) => {
                Err(Error::Killed { process, pid, signal, core_dumped })
            }
            (Ended::With(status), _) if !claimed => Err(Error::NeverEntered { process, pid, status }),
            (Ended::With(Code(0)), Err(reason)) => Err(Error::ResultUnreadable { process, pid, reason }),
            (Ended::With(Code(code)), _) => Err(Error::Exited { process, pid, code }),
            (Ended::Lost, _) => Err(Error::Lost { process, pid }),
        }
    }
}
