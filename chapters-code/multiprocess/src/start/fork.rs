//! The fork start method: a copy of this process, which runs the target and leaves.
//!
//! A child has all that its parent had, except: one thread, an empty standard input, and none of the parent's
//! children. What the parent had buffered for standard output is written before the copy is made, or both would write
//! it.

use std::io::Write;

use super::{Launched, Order};
use crate::bootstrap::{Parcel, enter_forked};
use crate::error::{Error, Result};
use crate::sys::exit::flush_c_buffers;
use crate::sys::fork::{Forked, fork};
use crate::sys::this;

/// Copies this process, to do what the plan says.
pub(crate) fn launch(order: &Order<'_>) -> Result<Launched> {
    let failed = |step| move |source| Error::Start { process: order.plan.name.clone(), step, source };
    let alive = order.role.alive_for_child().map_err(failed("a pipe to see its parent by"))?;
    let parcel = Parcel::new(alive).map_err(failed("memory for its outcome"))?;
    // Plan and arguments are in the copy.
    parcel.mark_taken().map_err(failed("memory for its outcome"))?;
    this::is_alone().map_err(|threads| Error::ForkWithThreads { threads })?;
    // Standard output may be closed; then nothing is buffered for it that could be seen.
    let _ = std::io::stdout().flush();
    flush_c_buffers();
    #[expect(unsafe_code, reason = "the caller of `StartMethod::fork` has promised that this is sound")]
    // SAFETY: this is the only thread, up to the race that `StartMethod::fork` makes its caller answer for; this
    // crate's locks are free, because no other thread is there to hold them and this one holds none.
    let forked = unsafe { fork() }.map_err(failed("fork"))?;
    match forked {
        Forked::Child => enter_forked(order.role, order.plan, order.arguments, parcel, order.target),
        Forked::Parent { pid, pidfd } => Ok(Launched { pid, pidfd, pending: parcel.into() }),
    }
}
