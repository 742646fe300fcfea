//! A start method, as a value.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How a child process is made.
///
/// | | spawn | forkserver | fork |
/// |---|---|---|---|
/// | the child is | the program, started again | a copy of a server, made before it is needed. The server is the program, started again | a copy of the parent |
/// | its memory | as at the start of the program | the same, and what the [preload hook](crate::set_forkserver_preload) made | a copy of the parent's |
/// | descriptors | 0, 1, 2, and those in its arguments | the same, and those that the hook left open | all of the parent's |
/// | environment, umask, control group, ignored signals | the parent's | the parent's when the server was started | the parent's |
/// | rights: user, groups, capabilities, root folder, namespaces, sandbox, limits, CPUs | the parent's | the parent's, because the server is replaced when they have changed | the parent's |
/// | cost grows with | nothing | the memory that the hook uses | the parent's memory |
/// | in a program with threads | safe | safe | refused |
/// | the kernel's parent | the parent | the server | the parent |
///
/// Spawn is the default and always safe. A forkserver is as safe, and faster from the second child on. Choosing fork takes
/// `unsafe`, because only some programs can be copied soundly. [`StartMethod::fork`] says which, and
/// [Safety and limits](crate::safety_and_limits) has the details.
///
/// The counterpart of Python's
/// [contexts and start methods](https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods).
///
/// ```
/// use multiprocess::{Process, StartMethod};
/// # fn main() -> multiprocess::Result<()> {
/// # multiprocess::init();
/// for &method in StartMethod::safe() {
///     let process = Process::new(|| 42, ()).start_method(method);
///     assert_eq!(process.start()?.join()?, 42);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StartMethod(pub(crate) Kind);

/// The three of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Kind {
    Spawn,
    Fork,
    Forkserver,
}

impl StartMethod {
    /// Run the program again. The child shares no memory with this process.
    pub const fn spawn() -> StartMethod {
        StartMethod(Kind::Spawn)
    }

    /// Copy this process ([fork(2)](https://man7.org/linux/man-pages/man2/fork.2.html)).
    ///
    /// A start by this method first writes out what standard output has buffered. It fails with
    /// [`StartError::ForkWithThreads`](crate::StartError::ForkWithThreads) while the process has more than one thread. The
    /// kernel may still list a thread that has just been joined, so a start counts again for up to 50 ms.
    ///
    /// # Safety
    ///
    /// You, and any code that you hand the value to, may use it only in a program that meets these conditions:
    ///
    /// - No thread begins between the count of the threads and the copy. The count cannot see a thread that a signal handler
    ///   or another thread starts in that moment. Such a thread does not exist in the child, and the child never releases the
    ///   locks that the thread held.
    /// - The thread that starts the process holds no lock and no borrow that the target takes, such as a `Mutex` guard, a
    ///   `RefCell` borrow, or the lock of standard input or output. The child has no code that would release them.
    /// - No library holds something that must not exist twice, such as a lease on a device, a connection whose encryption
    ///   counts messages, or a generator whose numbers must differ in both processes. The keys of
    ///   [`RandomState`](std::hash::RandomState) are such numbers, if the thread has made a `HashMap` before.
    /// - The target does not use what only the parent has: its threads, its timers, its record locks, its children, its async
    ///   runtime. So do not fork inside a runtime, not even one that has a single thread.
    /// - The target does not read standard input if the parent has read a part of it. What Rust has read ahead is in the copy.
    /// - The target does not call [`std::process::exit`] while a thread-local of the parent would do harm when it is dropped.
    ///   A target that returns or panics drops none of them.
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

    /// Let a server fork. The server is this program, started again for the first child, and it ends with this process.
    ///
    /// Nothing of this process is copied, so it may have any number of threads and any amount of memory. The server forks
    /// children before they are needed. `ps` shows them as `forkserver` until a start hands one its work. A start waits for a
    /// fork only if other starts have just taken all the spare children. The server keeps two of them when starts are rare and
    /// up to sixteen in a burst, and the surplus ends after a second.
    ///
    /// When a server is killed, its children run on, and the next start replaces it.
    ///
    /// # Rights
    ///
    /// A start also replaces the server when the starting thread has other rights, or another place, than the server was
    /// started with. It compares users and groups, the permitted, effective, inheritable and ambient capabilities, the
    /// securebits, `no_new_privs`, the number of filters of system calls
    /// ([seccomp(2)](https://man7.org/linux/man-pages/man2/seccomp.2.html)), the root folder, the namespaces, the set of CPUs,
    /// the scheduling and the limits.
    ///
    /// A start does not see these changes. Call [`stop_forkserver`](crate::stop_forkserver) after them:
    ///
    /// - The rules of Landlock, or what another security module attaches to a process, have changed.
    /// - The bounding set of capabilities has become smaller, and all the other sets have stayed the same.
    /// - The control group, the umask, the environment or the set of ignored signals has changed.
    /// - The starting thread has other namespaces or filters than the thread for which the server was started, and both have
    ///   lost `CAP_SYS_ADMIN` since.
    /// - A sandbox hid something from the program even when the server was started, and that has changed.
    pub const fn forkserver() -> StartMethod {
        StartMethod(Kind::Forkserver)
    }

    /// The start methods that need no promise: spawn, the default, and forkserver.
    pub const fn safe() -> &'static [StartMethod] {
        &[StartMethod(Kind::Spawn), StartMethod(Kind::Forkserver)]
    }

    /// All start methods, the default first.
    ///
    /// # Safety
    ///
    /// Fork is one of them; see [`fork`](StartMethod::fork).
    #[expect(unsafe_code, reason = "to choose fork is to promise something")]
    pub const unsafe fn all() -> &'static [StartMethod] {
        &[StartMethod(Kind::Spawn), StartMethod(Kind::Fork), StartMethod(Kind::Forkserver)]
    }

    /// The start method of that name, fork included.
    ///
    /// # Safety
    ///
    /// If the name is `fork`, the promise is that of [`fork`](StartMethod::fork). [`str::parse`] makes the other two from
    /// their names without a promise.
    #[expect(unsafe_code, reason = "to choose fork is to promise something")]
    pub unsafe fn from_name(name: &str) -> Option<StartMethod> {
        // SAFETY: the caller's promise is the one asked for.
        unsafe { StartMethod::all() }.iter().copied().find(|method| method.name() == name)
    }

    /// The method's name: `spawn`, `fork` or `forkserver`. `Display` and `Debug` write the same.
    pub const fn name(self) -> &'static str {
        match self.0 {
            Kind::Spawn => "spawn",
            Kind::Fork => "fork",
            Kind::Forkserver => "forkserver",
        }
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
        f.pad(self.name())
    }
}

/// A name that no start method has, or the name of fork, which takes `unsafe` to choose.
///
/// ```
/// use multiprocess::StartMethod;
///
/// let refused = "fork".parse::<StartMethod>().expect_err("it takes unsafe");
/// assert_eq!(refused.name, "fork");
/// assert_eq!("forkserver".parse(), Ok(StartMethod::forkserver()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is not the name of a start method that needs no promise: spawn or forkserver")]
#[non_exhaustive]
pub struct ParseStartMethodError {
    /// The name that was refused.
    pub name: String,
}

impl FromStr for StartMethod {
    type Err = ParseStartMethodError;

    /// Takes `spawn` and `forkserver`. For `fork`, see [`from_name`](StartMethod::from_name).
    fn from_str(name: &str) -> Result<StartMethod, ParseStartMethodError> {
        let found = StartMethod::safe().iter().copied().find(|method| method.name() == name);
        found.ok_or_else(|| ParseStartMethodError { name: name.to_owned() })
    }
}

impl Serialize for StartMethod {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for StartMethod {
    /// Reads the name. `fork` is refused, because it takes `unsafe` to choose.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<StartMethod, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
