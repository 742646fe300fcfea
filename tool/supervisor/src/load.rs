//! A busy machine, for tests of what must not depend on how busy it is.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

/// Calls `work` while every processor has something else to do, too.
///
/// # Panics
///
/// When `work` does.
pub fn under_load<T>(work: impl FnOnce() -> T) -> T {
    let done = AtomicBool::new(false);
    let busy = || {
        while !done.load(Ordering::Relaxed) {
            std::hint::spin_loop();
        }
    };
    let count = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        (0..count).for_each(|_| drop(scope.spawn(busy)));
        let result = catch_unwind(AssertUnwindSafe(work));
        done.store(true, Ordering::Relaxed);
        result.unwrap_or_else(|panic| resume_unwind(panic))
    })
}
