//! The process that asks.

use crate::bootstrap::{expect_me, me};
use crate::context::AuthKey;
use crate::error::StartError;
use crate::method::StartMethod;

/// The process that calls this function. The counterpart of Python's `current_process()`.
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

/// The process that asks, as [`current_process`] returns it.
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
    /// Its name. The program's first process is `MainProcess`. A child has the name that its parent gave it.
    pub fn name(&self) -> &str {
        me().map_or("MainProcess", |me| &me.name)
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        std::process::id()
    }

    /// Whether it is a daemon. A daemon ends with its parent and may not start processes.
    pub fn daemon(&self) -> bool {
        me().is_some_and(|me| me.daemon)
    }

    /// The start method that made it. `None` for the program's first process.
    pub fn start_method(&self) -> Option<StartMethod> {
        me()?.method
    }

    /// A key that this process shares with its parent and its children, and with no other process.
    ///
    /// # Errors
    ///
    /// [`StartError::NotInitialized`] and [`StartError::InitRefused`], as for a start. [`StartError::System`] if the kernel
    /// refuses random bytes.
    pub fn authkey(&self) -> Result<AuthKey, StartError> {
        let me = expect_me()?;
        let key = me.authkey().map_err(|source| StartError::System {
            process: me.name.clone(),
            step: "making the authkey",
            source,
        })?;
        Ok(AuthKey(*key))
    }
}
