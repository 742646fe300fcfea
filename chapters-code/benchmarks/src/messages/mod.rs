//! Messages between two processes, and among many.

mod ends;
mod many;
mod numbered;
mod one_way;
mod peer;
mod round_trip;
mod ways;

pub(crate) use many::GROUP as MANY;
pub(crate) use one_way::GROUP as MESSAGES;
pub(crate) use round_trip::GROUP as ROUND_TRIP;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// The most messages in a queue of ours, of Python's, and in a channel of threads.
const BOUND: usize = 1000;

/// A size, as a table shows it.
fn show(size: usize) -> String {
    match size {
        MIB.. => format!("{} MiB", size / MIB),
        KIB.. => format!("{} KiB", size / KIB),
        _ => format!("{size} B"),
    }
}
