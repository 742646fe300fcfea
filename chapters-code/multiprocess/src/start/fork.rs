//! The fork start method: a copy of this process, which runs the target and leaves.
//!
//! A child has all that its parent had, except: one thread, an empty standard input, and none of the parent's
//! children. What the parent had buffered for standard output is written before the copy is made, or both would write
//! it.

use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write, pipe};
use std::os::fd::AsFd;

use super::{Launched, Order};
use crate::bootstrap::{Newborn, enter_forked, new_file};
use crate::error::{Error, Result};
use crate::sys::child::Handle;
use crate::sys::exit::flush_c_buffers;
use crate::sys::fork::{Forked, fork};
use crate::sys::this;
use crate::wait::Collector;

/// Copies this process, to do what the plan says.
pub(crate) fn launch(order: &Order<'_>) -> Result<Launched> {
    let failed = |step| move |source| Error::Start { process: order.plan.name.clone(), step, source };
    let handouts = order.role.handouts().map_err(|(step, source)| failed(step)(source))?;
    let gate = Gate::new().map_err(failed("fork"))?;
    // Plan and arguments are in the copy; the file is for the outcome.
    let file = new_file().map_err(failed("memory for its outcome"))?;
    // ANCHOR: launch
    let child = Newborn::new(order.plan, order.arguments.into(), Ok(order.target), file);
    this::is_alone().map_err(|threads| Error::ForkWithThreads { threads })?;
    // Standard output may be closed; then nothing is buffered for it that could be seen.
    let _ = std::io::stdout().flush();
    flush_c_buffers();
    #[expect(unsafe_code, reason = "the caller of `StartMethod::fork` has promised that this is sound")]
    // SAFETY: this is the only thread, up to the race that `StartMethod::fork` makes its caller answer for; this
    // crate's locks are free, because no other thread is there to hold them and this one holds none.
    let forked = unsafe { fork(child.file.as_fd()) }.map_err(failed("fork"))?;
    match forked {
        Forked::Child => {
            gate.wait();
            enter_forked(handouts, child)
        }
        Forked::Parent(Handle { pid, pidfd }) => {
            Ok(Launched { pid, pidfd, pending: child.file.into(), collector: Collector::Own })
        }
    }
    // ANCHOR_END: launch
}

/// Holds a child back until its pidfd is open. It is there only where the kernel collects children as they end: one that has
/// ended would be gone before its parent had a descriptor of it. A forkserver's children need none: they stand by.
struct Gate(Option<(PipeReader, PipeWriter)>);

impl Gate {
    fn new() -> io::Result<Gate> {
        let ends = if this::ignores_children()? { Some(pipe()?) } else { None };
        Ok(Gate(ends))
    }

    /// In the child: waits until the parent has let go of the gate, or is gone.
    fn wait(self) {
        let Some((mut end, own)) = self.0 else { return };
        drop(own);
        while end.read(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::Interrupted) {}
    }
}
