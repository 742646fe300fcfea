//! A process to be started.

use std::ffi::OsStr;
use std::fmt;
use std::marker::PhantomData;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bootstrap::{Environment, ParentName, Plan, Target, describe, expect_me};
use crate::error::StartError;
use crate::method::{Kind, StartMethod};
use crate::start::{self, Launch, chosen};
use crate::sys::ends::{self, Ends};
use crate::sys::function::{Callable, expect_plain};
use crate::sys::image::Identity;
use crate::sys::this;
use crate::wire::message::Call;
use crate::wire::skips::skips_fields;
use crate::wire::{self, carried};

use super::child::Child;
use super::streams::{Stdio, Streams};

/// The longest name, in bytes. Every start method takes one of this length.
const LONGEST_NAME: usize = 1024;

/// A process to be started: a function, its arguments, and the settings of the process.
///
/// It can be started any number of times, and each start returns a [`Child`] of its own. Questions that only a running process
/// can answer are methods of [`Child`], so they cannot be asked too early.
///
/// The counterpart of Python's
/// [`multiprocessing.Process`](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process)
/// before its `start`.
///
/// ```
/// use multiprocess::{Process, Stdio};
///
/// fn greet(name: String) {
///     println!("{}, {name}", std::env::var("GREETING").expect("it is set"));
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let process = Process::new(greet, ("world".to_owned(),))
///         .name("greeter")
///         .env("GREETING", "hello")
///         .stdout(Stdio::piped());
///     let child = process.start()?;
///     assert_eq!(child.name(), "greeter");
///     assert_eq!(child.join_with_output()?.stdout, b"hello, world\n");
///     Ok(())
/// }
/// ```
#[must_use = "a process runs once it is started"]
pub struct Process<R> {
    target: &'static Callable,
    arguments: Arguments,
    name: Option<String>,
    daemon: Option<bool>,
    tied: bool,
    own_group: bool,
    method: Option<StartMethod>,
    streams: [Stdio; 3],
    environment: Environment,
    folder: Option<PathBuf>,
    returns: PhantomData<fn() -> R>,
}

/// Arguments as bytes and descriptors.
struct Arguments {
    bytes: Result<Vec<u8>, String>,
    carried: Ends,
    /// Whether they read back as what was written, which debug builds find out.
    unchanged: bool,
}

impl<R: Serialize + DeserializeOwned> Process<R> {
    /// A process that will call `target` with `args`, a tuple of up to twelve values.
    ///
    /// The arguments go to the child as bytes, so the child gets copies. Each argument must implement serde's `Serialize` and
    /// `DeserializeOwned`, and so must the result, which [`Child::join`] returns. A [`Descriptor`](crate::Descriptor) among the
    /// arguments takes an open file, socket or pipe along.
    ///
    /// The bytes do not name fields ([postcard](https://docs.rs/postcard)), so a type must not need such names to be read back.
    /// The child refuses an untagged enum with [`Refusal::ArgumentsUndecodable`](crate::Refusal::ArgumentsUndecodable). A
    /// struct with `skip_serializing_if` may read back as another value, and debug builds refuse it with
    /// [`StartError::ArgumentsChange`]. A `Vec<u8>` is written byte by byte. For megabytes of bytes, `serde_bytes::ByteBuf` or a
    /// `String` is faster.
    ///
    /// A target that takes references does not compile, because values that are read from bytes own their data:
    ///
    /// ```compile_fail
    /// let process = multiprocess::Process::new(|name: &str| name.len(), ("world",));
    /// ```
    ///
    /// A target that captures variables does not compile either, and neither does a pointer to a function, which is a number
    /// that means something in this process only:
    ///
    /// ```compile_fail
    /// let factor = 2;
    /// let process = multiprocess::Process::new(move |n: u32| factor * n, (21,));
    /// ```
    ///
    /// ```compile_fail
    /// fn double(n: u32) -> u32 { 2 * n }
    /// let process = multiprocess::Process::new(double as fn(u32) -> u32, (21,));
    /// ```
    ///
    /// `cargo check` accepts the last two, and `cargo build` refuses them with *evaluation panicked: a target is a plain
    /// function*. The last note of that error shows your line, behind *the above error was encountered while instantiating*.
    ///
    /// A target that never returns needs a result type that can travel. Write `|| -> () { loop {} }`.
    ///
    /// # Known unsoundness
    ///
    /// A closure that captures only values without bytes is a target, too. If such a value proves a fact about this process, a
    /// child can get it without the fact. Do not capture such a token. Establish the fact in the child.
    /// [Safety and limits](crate::safety_and_limits) has the details.
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
        const { expect_plain::<F>() }
        // The value of a plain function holds nothing; its type is all that the child needs.
        let _ = target;
        let (bytes, carried) = carried::writing(|| wire::encode(&args));
        let unchanged = !(cfg!(debug_assertions) && skips_fields(&args));
        Process {
            target: describe::<F, Args>(),
            arguments: Arguments { bytes, carried: Ends::new(carried), unchanged },
            name: None,
            daemon: None,
            tied: false,
            own_group: false,
            method: None,
            streams: [Stdio::null(), Stdio::inherit(), Stdio::inherit()],
            environment: Environment::default(),
            folder: None,
            returns: PhantomData,
        }
    }

    /// Gives the process a name. Errors mention it, and the child gets it from
    /// [`current_process`](crate::current_process). `ps -o comm` shows the first 15 bytes, under every start method. Two
    /// processes may have the same name. A name has at most 1024 bytes and no null byte.
    ///
    /// Without this call the names are `Process-1`, `Process-2` and so on, counted in each starting process. The children of
    /// `Process-1` are `Process-1:1`, `Process-1:2` and so on.
    pub fn name(mut self, name: impl Into<String>) -> Process<R> {
        self.name = Some(name.into());
        self
    }

    /// Makes the process a daemon, or not. A daemon ends with its parent, however the parent ends.
    ///
    /// When the parent exits, it sends the daemon SIGTERM, and SIGKILL a second later if that is needed. When the parent is
    /// killed, the kernel kills the daemon. A daemon may not start processes. A parent that exits waits for all its other
    /// children. By default a process is not a daemon.
    ///
    /// Three things weaken this. A daemon that executes another program runs on when its parent is killed. If other code has
    /// copied the parent with fork(2), the daemon lives on until the copy has ended, too, or has executed another program. A
    /// daemon that the parent may no longer send signals to is killed by the kernel after the parent's exit.
    ///
    /// The counterpart of Python's
    /// [`Process.daemon`](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process.daemon). Python's
    /// daemons outlive a parent that is killed. A Unix daemon, which outlives its parent on purpose, is something else.
    ///
    /// ```
    /// use multiprocess::Process;
    /// fn wait_forever() {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// # fn main() -> multiprocess::Result<()> {
    /// # multiprocess::init();
    /// // The child waits forever, and this program ends all the same.
    /// let child = Process::new(wait_forever, ()).daemon(true).start()?;
    /// assert!(child.daemon());
    /// # Ok(())
    /// # }
    /// ```
    pub fn daemon(mut self, daemon: bool) -> Process<R> {
        self.daemon = Some(daemon);
        self
    }

    /// Lets the process form a process group of its own, so that it can be ended together with what it has started.
    ///
    /// The signals of its [`Child`] then go to the whole group: those of [`kill`](Child::kill), [`terminate`](Child::terminate)
    /// and the like, of [`ActiveChild`](crate::ActiveChild), of [`kill_on_drop`](Child::kill_on_drop), of
    /// [`run_all`](crate::run_all) and of this program's exit. Since Linux 6.9 they also reach what is left of the group after
    /// the process has been joined. Without this call the process is in its parent's group, and a signal reaches it alone.
    ///
    /// Three things follow from the group ([setpgid(2)](https://man7.org/linux/man-pages/man2/setpgid.2.html)):
    ///
    /// - A process that moves to another group or session leaves this one, and the signals do not reach it. Shells with job
    ///   control, daemons and processes that were started with this setting do so.
    /// - Ctrl-C and Ctrl-Z at a terminal do not reach the group. A program that Ctrl-C ends leaves it running. Pass the signal
    ///   on, or make the process a [daemon](Process::daemon).
    /// - The group is in the background of the terminal: reading from the terminal stops it.
    ///
    /// When this program is killed, the kernel kills a daemon and not what the daemon has started.
    ///
    /// ```
    /// use std::io::Read;
    /// use std::process::Command;
    ///
    /// use multiprocess::{Process, Stdio};
    ///
    /// fn start_a_shell() {
    ///     Command::new("sh").args(["-c", "echo started; sleep 1000"]).status().expect("the shell can be started");
    /// }
    ///
    /// fn main() -> Result<(), Box<dyn std::error::Error>> {
    ///     multiprocess::init();
    ///     let process = Process::new(start_a_shell, ()).own_group(true).stdout(Stdio::piped());
    ///     let mut child = process.start()?;
    ///     let mut output = child.stdout.take().expect("it is piped");
    ///     output.read_exact(&mut [0; 8])?;
    ///     child.kill()?;
    ///     // The output ends when all that could write to it have ended: the child, the shell and what that runs.
    ///     output.read_to_end(&mut Vec::new())?;
    ///     Ok(())
    /// }
    /// ```
    pub fn own_group(mut self, own_group: bool) -> Process<R> {
        self.own_group = own_group;
        self
    }

    /// Lets the process end with its parent, however the parent ends, though it is not a daemon and may start processes.
    pub(crate) fn tied(mut self) -> Process<R> {
        self.tied = true;
        self
    }

    /// Chooses the start method for this process only. Its own children do not inherit the choice.
    pub fn start_method(mut self, method: StartMethod) -> Process<R> {
        self.method = Some(method);
        self
    }

    /// Chooses the process's standard input. By default it is empty. [`Stdio`] has an example.
    pub fn stdin(mut self, stdin: impl Into<Stdio>) -> Process<R> {
        self.streams[0] = stdin.into();
        self
    }

    /// Chooses the process's standard output. By default it is the parent's.
    pub fn stdout(mut self, stdout: impl Into<Stdio>) -> Process<R> {
        self.streams[1] = stdout.into();
        self
    }

    /// Chooses the process's standard error. By default it is the parent's.
    pub fn stderr(mut self, stderr: impl Into<Stdio>) -> Process<R> {
        self.streams[2] = stderr.into();
        self
    }

    /// Sets a variable in the process's environment.
    ///
    /// The name must not be empty or contain `=`, and name and value must not contain a null byte. The start or the child
    /// refuses others.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Process<R> {
        self.environment.changes.push((name.as_ref().to_owned(), Some(value.as_ref().to_owned())));
        self
    }

    /// Removes a variable from the process's environment.
    pub fn env_remove(mut self, name: impl AsRef<OsStr>) -> Process<R> {
        self.environment.changes.push((name.as_ref().to_owned(), None));
        self
    }

    /// Lets the process begin with an empty environment. Later calls of [`env`](Process::env) set variables in it.
    pub fn env_clear(mut self) -> Process<R> {
        self.environment.cleared = true;
        self.environment.changes.clear();
        self
    }

    /// Chooses the process's working directory. By default it is the parent's. Each start looks the path up.
    pub fn current_dir(mut self, folder: impl AsRef<Path>) -> Process<R> {
        self.folder = Some(folder.as_ref().to_owned());
        self
    }

    /// Starts the process.
    ///
    /// The start method is the one chosen by [`start_method`](Process::start_method), or else by
    /// [`set_start_method`](crate::set_start_method), or else spawn. `start` returns as soon as the child exists. The target may
    /// not have begun by then.
    ///
    /// The child has its parent's arguments (`std::env::args`), environment, working directory, signal mask, standard output
    /// and standard error, unless you chose others. Its standard input is empty. A spawned child has default signal handlers,
    /// and no descriptors besides the standard streams and those in its arguments. A forked child has copies of all
    /// descriptors, except for the parent's ends of [piped](Stdio::piped) streams. Among them are the ends of pipes that the
    /// program has made for children started earlier, so a child that reads until the end of file may wait for its siblings.
    ///
    /// # Errors
    ///
    /// See [`StartError`]. No process was started then, and you can start this one again.
    pub fn start(&self) -> Result<Child<R>, StartError> {
        let me = expect_me()?;
        if me.daemon {
            return Err(StartError::DaemonsStartNothing { process: me.name.clone() });
        }
        let target = self.target.name();
        let bytes = self.arguments.bytes.as_ref();
        let bytes = bytes
            .map_err(|reason| StartError::ArgumentsNotSerializable { target, reason: reason.clone() })?;
        if !self.arguments.unchanged {
            return Err(StartError::ArgumentsChange { target });
        }
        let offset = self.target.offset().ok_or(StartError::TargetOutsideExecutable { target })?;
        let name = self.checked_name()?;
        let _starting = me.children.begin_start().ok_or(StartError::Exiting)?;
        me.children.collect_let_go();
        let method = self.method.unwrap_or_else(|| chosen(me));
        let lineage = me.next_lineage();
        let name = name.unwrap_or_else(|| default_name(&lineage));
        let failed = |step| {
            let process = &name;
            move |source| StartError::System { process: process.clone(), step, source }
        };
        let handouts = me.handouts().map_err(|(step, source)| failed(step)(source))?;
        let streams = Streams::open(&self.streams, &handouts.empty_input);
        let (streams, ends) = streams.map_err(failed("a pipe for its standard streams"))?;
        ends.as_fds().for_each(ends::note);
        let folder = self.folder.as_deref().map(this::open_folder).transpose();
        let folder = folder.map_err(failed("its working directory"))?;
        let plan = Plan {
            identity: match method.0 {
                Kind::Spawn => Some(Identity::own().map_err(failed("/proc/self/exe"))?),
                Kind::Fork | Kind::Forkserver => None,
            },
            call: Call { offset, target: target.to_owned() },
            daemon: self.daemon.unwrap_or(false),
            tied: self.tied,
            own_group: self.own_group,
            method: method.0,
            chosen: me.chosen().map(|chosen| chosen.0),
            lineage,
            parent: ParentName { pid: std::process::id(), name: me.name.clone() },
            authkey: *me.authkey().map_err(failed("making the authkey"))?,
            environment: self.environment.clone(),
            name,
        };
        let launch = Launch {
            me,
            handouts,
            plan: &plan,
            target: self.target,
            arguments: bytes,
            carried: &self.arguments.carried,
            streams: streams.as_fds(),
            folder: folder.as_ref().map(AsFd::as_fd),
        };
        let launched = start::start(&launch)?;
        let child =
            me.children.add(plan.name, plan.daemon, plan.own_group, launched.handle, launched.collector);
        Ok(Child::new(child, launched.file, ends))
    }

    fn checked_name(&self) -> Result<Option<String>, StartError> {
        match &self.name {
            Some(name) if name.contains('\0') => {
                Err(StartError::NameRefused { reason: "it holds a null byte" })
            }
            Some(name) if name.len() > LONGEST_NAME => {
                Err(StartError::NameRefused { reason: "it is longer than 1024 bytes" })
            }
            name => Ok(name.clone()),
        }
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
