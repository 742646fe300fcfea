//! How a child comes to be. Each start method takes a plan and gives a [`Launched`]; nothing else differs for what
//! stands above.

pub(crate) mod fork;
mod method;
pub(crate) mod spawn;

pub(crate) use method::chosen;
pub use method::{StartMethod, force_start_method, set_start_method};

use std::os::fd::OwnedFd;

use crate::bootstrap::{Pending, Plan, Role};
use crate::error::Result;
use crate::sys::function::Descriptor;

/// What a start method is given.
pub(crate) struct Order<'a> {
    pub(crate) role: &'a Role,
    pub(crate) plan: &'a Plan,
    pub(crate) arguments: &'a [u8],
    pub(crate) target: &'static Descriptor,
}

/// A child on its way.
pub(crate) struct Launched {
    pub(crate) pid: u32,
    pub(crate) pidfd: OwnedFd,
    pub(crate) pending: Pending,
}

impl StartMethod {
    /// Starts a child.
    pub(crate) fn launch(self, order: &Order<'_>) -> Result<Launched> {
        if self.is_fork() { fork::launch(order) } else { spawn::launch(order) }
    }
}
