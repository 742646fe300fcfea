//! How a child comes to be. Each start method takes a [`Launch`] and gives a [`Launched`]; nothing else differs for the
//! layers above.

mod anew;
mod choice;
mod fork;
mod forkserver;
mod launch;
mod spawn;

pub(crate) use choice::chosen;
pub use choice::{force_start_method, set_start_method};
pub use forkserver::{set_forkserver_preload, start_forkserver, stop_forkserver};
pub(crate) use launch::{Launch, Launched};

use crate::error::StartError;
use crate::method::Kind;

/// Starts a child.
pub(crate) fn start(launch: &Launch<'_>) -> Result<Launched, StartError> {
    match launch.plan.method {
        Kind::Spawn => spawn::launch(launch),
        Kind::Fork => fork::launch(launch),
        Kind::Forkserver => forkserver::launch(launch),
    }
}
