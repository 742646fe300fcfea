//! The process that asks.

use crate::bootstrap::{expect_role, role};
use crate::context::AuthKey;
use crate::error::{Error, Result};

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
        let key = role.authkey().map_err(|source| Error::Start {
            process: role.name.clone(),
            step: "making the authkey",
            source,
        })?;
        Ok(AuthKey(*key))
    }
}
