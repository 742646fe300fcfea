//! The spawn start method: the program, started again, in a process that shares nothing with this one.
//!
//! A child gets copies of the arguments and environment of this process, its working directory and signal mask, its
//! standard output and standard error, an empty standard input, and a socket with its order. Every other descriptor is
//! closed.
//!
//! The socket has a fixed number, 3, and a variable is set in the environment. Each of the two alone tells a child that it
//! is one: a launcher may clear the environment or close descriptors, and a child that does not know what it is would start
//! children of its own, without end.

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use super::anew::Anew;
use super::launch::{Launch, Launched};
use crate::bootstrap::put;
use crate::error::StartError;
use crate::sys::socket;
use crate::wait::Collector;
use crate::wire::file;
use crate::wire::handover::Handover;
use crate::wire::message::CHILD;

/// How long to wait for children that have been started before to take the descriptors that are on their way to them: a user
/// may have only so many on their way.
const IN_FLIGHT: Duration = Duration::from_secs(10);

/// Starts the program again, to do what the plan says.
pub(crate) fn launch(launch: &Launch<'_>) -> Result<Launched, StartError> {
    let file = file::create().map_err(launch.failed("memory for its work"))?;
    launch.try_the_join(file.as_fd())?;
    put(file.as_fd(), launch.plan, launch.arguments).map_err(launch.failed("memory for its work"))?;
    // ANCHOR: launch
    let [own, its] = socket::pair().map_err(launch.failed("a pair of sockets"))?;
    socket::try_to_receive(its.as_fd()).map_err(launch.failed("recvmsg, to take up its work"))?;
    let handover = Handover {
        file: file.as_fd(),
        alive: launch.handouts.alive.watching.as_fd(),
        place: None,
        arguments: launch.carried,
    };
    let deadline = Some(Instant::now() + IN_FLIGHT);
    handover.send(own.as_fd(), CHILD, deadline).map_err(launch.failed("handing its work to it"))?;
    let anew = Anew {
        me: launch.me,
        handouts: launch.handouts,
        name: &launch.plan.name,
        socket: its,
        streams: launch.streams,
        folder: launch.folder,
        own_group: launch.plan.own_group,
        environment: &launch.plan.environment,
    };
    let handle = anew.start()?;
    Ok(Launched { handle, file, collector: Collector::Own })
    // ANCHOR_END: launch
}
