//! What a process can ask about itself, its relatives and its machine, and set for the children it will start.

mod active;
mod any;
mod authkey;
mod current;
mod executable;
mod machine;
mod parent;

pub use active::active_children;
pub use any::{WaitSet, wait};
pub use authkey::AuthKey;
pub use current::{CurrentProcess, current_process};
pub use executable::set_executable;
pub use machine::{cpu_count, process_cpu_count};
pub use parent::{ParentProcess, parent_process};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bootstrap::Target;
use crate::method::StartMethod;
use crate::process::Process;
use crate::sys::function::expect_plain;

/// A start method for several processes, whatever [`set_start_method`](crate::set_start_method) chose.
///
/// A library uses it to leave the program's choice alone. The counterpart of Python's `get_context`.
///
/// ```
/// use multiprocess::{Context, StartMethod, current_process};
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let serving = Context::new(StartMethod::forkserver());
///     let method = || current_process().start_method().map(|method| method.name().to_owned());
///     assert_eq!(serving.process(method, ()).start()?.join()?.as_deref(), Some("forkserver"));
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context {
    method: StartMethod,
}

impl Context {
    /// A context with this start method.
    pub const fn new(method: StartMethod) -> Context {
        Context { method }
    }

    /// Its start method.
    pub const fn start_method(&self) -> StartMethod {
        self.method
    }

    /// Makes a process like [`Process::new`], with this context's start method.
    pub fn process<F, Args, R>(&self, target: F, args: Args) -> Process<R>
    where
        F: Target<Args, Output = R>,
        Args: Serialize + DeserializeOwned,
        R: Serialize + DeserializeOwned,
    {
        const { expect_plain::<F>() }
        Process::new(target, args).start_method(self.method)
    }
}
