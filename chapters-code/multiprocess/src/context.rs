//! What a process can ask about itself and its machine, and set for the children it will start.

use std::fmt;
use std::path::PathBuf;
use std::sync::PoisonError;

use crate::bootstrap::{Parent, expect_role, role};
use crate::error::Result;
use crate::sys::this;

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
#[derive(Clone, Debug)]
pub struct CurrentProcess {
    _private: (),
}

impl CurrentProcess {
    /// Its name: `MainProcess` for the program's first process, and what its parent named it for a child.
    pub fn name(&self) -> &str {
        role().map_or("MainProcess", |role| &role.name)
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        std::process::id()
    }

    /// A key that this process shares with its parent, with its children, and with nobody else.
    ///
    /// # Errors
    ///
    /// [`Error::NotInitialized`](crate::Error::NotInitialized) or [`Error::InitRefused`](crate::Error::InitRefused);
    /// [`Error::Start`](crate::Error::Start) if the kernel gives no random bytes.
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
/// What is told is what was true at the start: the parent may have ended since.
pub fn parent_process() -> Option<ParentProcess> {
    role()?.parent.clone().map(ParentProcess)
}

/// What [`parent_process`] gives.
#[derive(Clone, Debug)]
pub struct ParentProcess(Parent);

impl ParentProcess {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.0.pid
    }
}

/// 32 random bytes with which a process can prove to another that both belong to one program.
///
/// A proof is made by computing something from the key, never by sending it: so it can be neither serialized nor
/// printed. The counterpart of Python's
/// [`Process.authkey`](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process.authkey).
#[derive(Clone)]
pub struct AuthKey([u8; 32]);

impl AuthKey {
    /// The key's bytes, to compute a proof from.
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
pub fn cpu_count() -> usize {
    this::online_cpus()
}

/// How many CPUs this process may use: at least 1, and no more than its affinity mask and its cgroup's quota allow.
///
/// The counterpart of Python's `os.process_cpu_count()`, which looks at the affinity mask only. The answer is that of
/// [`std::thread::available_parallelism`]; it is the number of processes beyond which more of them cannot run at
/// the same time.
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
/// [`Error::NotInitialized`](crate::Error::NotInitialized), [`Error::InitRefused`](crate::Error::InitRefused).
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
