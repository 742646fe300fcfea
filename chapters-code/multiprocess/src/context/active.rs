//! The children that have not ended.

use crate::bootstrap::me;
use crate::process::ActiveChild;

/// The children of this process that have not ended, in the order they were started.
///
/// The counterpart of Python's `active_children()`, with one difference: it collects no processes. Those that have ended are
/// collected through their handles.
///
/// ```
/// use multiprocess::{Process, active_children};
///
/// fn wait_forever() {
///     loop {
///         std::thread::park();
///     }
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let mut child = Process::new(wait_forever, ()).name("idle").start()?;
///     for active in active_children() {
///         assert_eq!((active.name(), active.pid()), ("idle", child.pid()));
///         active.kill()?;
///     }
///     assert!(child.join().is_err());
///     assert!(active_children().is_empty());
///     Ok(())
/// }
/// ```
pub fn active_children() -> Vec<ActiveChild> {
    let running = me().map(|me| me.children.running()).unwrap_or_default();
    running.into_iter().map(ActiveChild::new).collect()
}
