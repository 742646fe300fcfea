//! What there is to see of a run, at one moment.

use records::timeline;

use crate::figure::timeline::figure::Look;

/// What there is to see of a run.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Its timeline, or the beginning of it.
    pub(crate) run: timeline::Run,
    /// How much of it is told.
    pub(crate) look: Look,
    /// The processes that have not ended.
    pub(crate) living: Vec<usize>,
    /// How many events there were in all.
    pub(crate) events: usize,
    /// What was written after the last event of the timeline, or by writers that are not known.
    pub(crate) late: String,
}
