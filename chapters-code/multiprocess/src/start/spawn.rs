//! The spawn start method: the program, started again, in a process that shares nothing with this one.
//!
//! A child gets copies of the arguments and environment of this process, its working directory and signal mask, its
//! standard output and standard error, an empty standard input, the file that carries plan and outcome, and the end of
//! a pipe by which it sees that its parent is alive. Every other descriptor is closed.
//!
//! The last two have fixed numbers, 3 and 4, and a variable is set in the environment. Each of the two alone tells a
//! child that it is one: a launcher may clear the environment or close descriptors, and a child that does not know what
//! it is would start children of its own, without end.

use std::os::fd::AsFd;

use super::{Launched, Order, anew};
use crate::bootstrap::{new_file, put_plan};
use crate::error::{Error, Result};
use crate::wait::Collector;

/// Starts the program again, to do what the plan says.
pub(crate) fn launch(order: &Order<'_>) -> Result<Launched> {
    let name = &order.plan.name;
    let failed = |step| move |source| Error::Start { process: name.clone(), step, source };
    let handouts = order.role.handouts().map_err(|(step, source)| failed(step)(source))?;
    let file = new_file().map_err(failed("memory for its plan"))?;
    put_plan(&file, order.plan, order.arguments).map_err(failed("memory for its plan"))?;
    let started = anew::start(order.role, name, [file.as_fd(), handouts.alive.watching.as_fd()])?;
    Ok(Launched { pid: started.pid, pidfd: started.pidfd, pending: file.into(), collector: Collector::Own })
}
