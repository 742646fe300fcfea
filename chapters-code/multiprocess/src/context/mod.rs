//! What a process can ask about itself, its relatives and its machine, and set for the children it will start.

mod active;
mod any;
mod authkey;
mod current;
mod executable;
mod machine;
mod parent;

pub use active::{ActiveChild, active_children};
pub use any::wait;
pub use authkey::AuthKey;
pub use current::{CurrentProcess, current_process};
pub use executable::set_executable;
pub use machine::{cpu_count, process_cpu_count};
pub use parent::{ParentProcess, parent_process};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bootstrap::Target;
use crate::process::Process;
use crate::start::StartMethod;

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
