//! What bounds a run on a page, in one place.

/// How many runs there may be at once, those that are being built included.
pub(crate) const MOST_RUNS: usize = 4;
/// How many processes and threads a run may have at once. A program that forks without end comes to that in an instant.
pub(crate) const CROWD: usize = 128;
/// How many bytes of each of its outputs a page shows. The run may write on.
pub(crate) const MOST_OUTPUT: usize = 64 << 10;
/// How many events a figure shows. Later events are counted, and their output is shown as it is.
pub(crate) const MOST_EVENTS: usize = 400;
