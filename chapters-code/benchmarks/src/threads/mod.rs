//! What threads gain, and what they lose to a lock and to a cache line that they share.

mod false_sharing;
mod gil;
mod pi;
mod servers;

use std::ops::Range;
use std::thread;
use std::time::{Duration, Instant};

pub(crate) use false_sharing::GROUP as FALSE_SHARING;
pub(crate) use gil::GROUP as GIL;
pub(crate) use pi::GROUP as PI;
pub(crate) use servers::GROUP as SERVERS;

/// How long so many threads take for so much work, of which each has its part.
fn by_threads(count: u64, amount: u64, work: impl Fn(Range<u64>) + Sync) -> Duration {
    let (work, started) = (&work, Instant::now());
    thread::scope(|scope| {
        for part in ::pi::threads::split(0..amount, count) {
            scope.spawn(move || work(part));
        }
    });
    started.elapsed()
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
