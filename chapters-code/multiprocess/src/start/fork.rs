//! The fork start method: a copy of this process, which runs the target and leaves.
//!
//! A child has all that its parent had, except: one thread, an empty standard input, and none of the parent's
//! children. What the parent had buffered for standard output is written before the copy is made, or both would write
//! it.

use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write, pipe};
use std::os::fd::AsFd;

use super::launch::{Launch, Launched};
use crate::bootstrap::{Birth, Newborn, Surroundings, enter_forked};
use crate::error::StartError;
use crate::sys::exit::flush_c_buffers;
use crate::sys::fork::{Forked, fork};
use crate::sys::{numbers, this};
use crate::wait::Collector;
use crate::wire::file;

/// Copies this process, to do what the plan says.
pub(crate) fn launch(launch: &Launch<'_>) -> Result<Launched, StartError> {
    if std::thread::panicking() {
        return Err(StartError::ForkWhilePanicking);
    }
    let gate = Gate::new().map_err(launch.failed("fork"))?;
    // Plan and arguments are in the copy; the file is for the outcome.
    let file = file::create().map_err(launch.failed("memory for its outcome"))?;
    launch.try_the_join(file.as_fd())?;
    file::try_to_write(file.as_fd()).map_err(launch.failed("memory for its outcome"))?;
    let carried = launch.carried.iter().map(|fd| numbers::duplicate(fd.as_fd()));
    let carried =
        carried.collect::<io::Result<Vec<_>>>().map_err(launch.failed("its arguments' descriptors"))?;
    let surroundings = Surroundings { streams: launch.streams, folder: launch.folder };
    // ANCHOR: launch
    let child = Newborn::new(launch.plan, Birth::Copied, launch.arguments.into(), Ok(launch.target), file);
    let child = child.with(carried);
    this::is_alone().map_err(|threads| StartError::ForkWithThreads { threads })?;
    // Standard output may be closed; then nothing is buffered for it that could be seen.
    let _ = std::io::stdout().flush();
    flush_c_buffers();
    #[expect(unsafe_code, reason = "the caller of `StartMethod::fork` has promised that this is sound")]
    // SAFETY: this is the only thread, up to the race that `StartMethod::fork` makes its caller answer for; this
    // crate's locks are free, because no other thread is there to hold them and this one holds none.
    let forked = unsafe { fork(launch.handouts.empty_input.as_fd()) }.map_err(launch.failed("fork"))?;
    match forked {
        Forked::Child => {
            gate.wait();
            enter_forked(launch.handouts, &surroundings, child)
        }
        Forked::Parent(handle) => Ok(Launched { handle, file: child.file, collector: Collector::Own }),
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
