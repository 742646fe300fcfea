//! How a child comes to be. Each start method takes a plan and gives a [`Launched`]; nothing else differs for what
//! stands above.

pub(crate) mod spawn;

use crate::bootstrap::Ends;
use crate::wait::Watched;

/// A child on its way.
pub(crate) struct Launched {
    pub(crate) pid: u32,
    pub(crate) watched: Watched,
    pub(crate) ends: Ends,
}
