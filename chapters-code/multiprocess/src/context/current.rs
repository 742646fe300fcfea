//! The process that asks.

use crate::bootstrap::{expect_me, me};
use crate::context::AuthKey;
use crate::error::StartError;
use crate::method::StartMethod;

/// The process that asks.
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
    pub fn name(&self) -> &str {
        me().map_or("MainProcess", |me| &me.name)
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        std::process::id()
    }

    /// Whether it is a daemon, which ends with its parent and may start no processes.
    pub fn daemon(&self) -> bool {
        me().is_some_and(|me| me.daemon)
    }

    /// The start method that made it; `None` for the program's first process.
    pub fn start_method(&self) -> Option<StartMethod> {
        me()?.method
    }

    /// A key that this process shares with its parent and its children, and with no other process.
    ///
    /// # Errors
    ///
    /// [`StartError::NotInitialized`] or [`StartError::InitRefused`]; [`StartError::System`] if the kernel gives no random
    /// bytes.
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
