//! How a child comes to be. Each start method takes a plan and gives a [`Launched`]; nothing else differs for what
//! stands above.

mod anew;
pub(crate) mod fork;
pub(crate) mod forkserver;
mod method;
pub(crate) mod spawn;

pub use forkserver::{set_forkserver_preload, start_forkserver};
use method::Kind;
pub(crate) use method::chosen;
pub use method::{StartMethod, force_start_method, set_start_method};

use std::os::fd::OwnedFd;

use crate::bootstrap::{Pending, Plan, Role};
use crate::error::Result;
use crate::sys::function::Descriptor;
use crate::wait::Collector;

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
    pub(crate) collector: Collector,
}

impl StartMethod {
    /// Starts a child.
    pub(crate) fn launch(self, order: &Order<'_>) -> Result<Launched> {
        match self.0 {
            Kind::Spawn => spawn::launch(order),
            Kind::Fork => fork::launch(order),
            Kind::Forkserver => forkserver::launch(order),
        }
    }
}
