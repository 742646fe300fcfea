//! The spawn start method: the program, started again, in a process that shares nothing with this one.
//!
//! A child gets copies of the arguments and environment of this process, its working directory and signal mask, its
//! standard output and standard error, an empty standard input, the file that carries plan and outcome, and the end of
//! a pipe by which it sees that its parent is alive. Every other descriptor is closed.
//!
//! The last two have fixed numbers, 3 and 4, and a variable is set in the environment. Each of the two alone tells a
//! child that it is one: a launcher may clear the environment or close descriptors, and a child that does not know what
//! it is would start children of its own, without end.

use std::ffi::{CString, OsString};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStringExt;
use std::sync::PoisonError;

use super::{Launched, Order};
use crate::bootstrap::{CHILD_MARK, Role, new_file, put_plan};
use crate::error::{Error, Result};
use crate::sys::exec::{self, Exec};
use crate::sys::image::image;
use crate::sys::strings::Strings;

/// Starts the program again, to do what the plan says.
pub(crate) fn launch(order: &Order<'_>) -> Result<Launched> {
    let name = &order.plan.name;
    let failed = |step| move |source| Error::Start { process: name.clone(), step, source };
    let program = program(order.role).map_err(failed("the executable's path"))?.ok_or(Error::ForeignSelf)?;
    let handouts = order.role.handouts().map_err(|(step, source)| failed(step)(source))?;
    let file = new_file().map_err(failed("memory for its plan"))?;
    put_plan(&file, order.plan, order.arguments).map_err(failed("memory for its plan"))?;
    let argv = command_line(name).map_err(failed("its name and arguments"))?;
    let envp = Strings::environment_with(CHILD_MARK).map_err(failed("its environment"))?;
    let started = exec::exec(&Exec {
        program: &program,
        argv: &argv,
        envp: &envp,
        stdin: handouts.empty_input.as_fd(),
        handed: [file.as_fd(), handouts.alive.watching.as_fd()],
    });
    let started = started.map_err(|error| {
        failed(if error.step == "execve" { "running its executable" } else { error.step })(error.source)
    })?;
    Ok(Launched { pid: started.pid, pidfd: started.pidfd, pending: file.into() })
}

/// What to run: this very program, whatever its path now holds, or what the program has named instead. `None` if
/// `/proc/self/exe` is not this program.
fn program(role: &Role) -> io::Result<Option<CString>> {
    let named = role.executable.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match named {
        Some(path) => Ok(Some(CString::new(path.into_os_string().into_vec())?)),
        None if image().was_loaded_by_hand() => Ok(None),
        None => Ok(Some(c"/proc/self/exe".to_owned())),
    }
}

/// The child's name, where `ps` shows a program's, and then the arguments of this process.
fn command_line(name: &str) -> io::Result<Strings<'_>> {
    let arguments = std::env::args_os().skip(1).map(OsString::into_vec);
    Strings::copied([name.as_bytes().to_vec()].into_iter().chain(arguments))
}
