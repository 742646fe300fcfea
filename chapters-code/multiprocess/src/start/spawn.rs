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
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStringExt;
use std::sync::PoisonError;

use super::{Launched, Order};
use crate::bootstrap::{CHILD_VARIABLE, Parcel, Role};
use crate::error::{Error, Result};
use crate::sys::exec::{self, Exec};
use crate::sys::image::image;
use crate::sys::numbers::beyond_reserved;

/// Starts the program again, to do what the plan says.
pub(crate) fn launch(order: &Order<'_>) -> Result<Launched> {
    let name = &order.plan.name;
    let failed = |step| move |source| Error::Start { process: name.clone(), step, source };
    let program = program(order.role).map_err(failed("the executable's path"))?.ok_or(Error::ForeignSelf)?;
    let alive = order.role.alive_for_child().map_err(failed("a pipe to see its parent by"))?;
    let parcel = Parcel::new(alive).map_err(failed("memory for its plan"))?;
    parcel.put_plan(order.plan, order.arguments).map_err(failed("memory for its plan"))?;
    let stdin =
        File::open("/dev/null").and_then(|null| beyond_reserved(null.into())).map_err(failed("/dev/null"))?;
    let argv = command_line(name).map_err(failed("its name and arguments"))?;
    let envp = environment().map_err(failed("its environment"))?;
    let started = exec::exec(&Exec {
        program: &program,
        argv: &argv,
        envp: &envp,
        stdin: stdin.as_fd(),
        handed: parcel.descriptors(),
    });
    let started = started.map_err(|error| {
        failed(if error.step == "execve" { "running its executable" } else { error.step })(error.source)
    })?;
    Ok(Launched { pid: started.pid, pidfd: started.pidfd, pending: parcel.into() })
}

/// What to run: this very program, whatever its path now holds, or what the program has named instead. `None` if
/// `/proc/self/exe` is not this program.
fn program(role: &Role) -> io::Result<Option<CString>> {
    let named = role.executable.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match named {
        Some(path) => c_string(path.into_os_string()).map(Some),
        None if image().was_loaded_by_hand() => Ok(None),
        None => Ok(Some(c"/proc/self/exe".to_owned())),
    }
}

/// The child's name, where `ps` shows a program's, and then the arguments of this process.
fn command_line(name: &str) -> io::Result<Vec<CString>> {
    [OsString::from(name)].into_iter().chain(std::env::args_os().skip(1)).map(c_string).collect()
}

/// The environment of this process, and the variable that marks a child.
fn environment() -> io::Result<Vec<CString>> {
    std::env::vars_os()
        .filter(|(name, _)| name != CHILD_VARIABLE)
        .chain([(CHILD_VARIABLE.into(), "yes".into())])
        .map(|(name, value)| {
            let mut entry = name;
            entry.push("=");
            entry.push(value);
            c_string(entry)
        })
        .collect()
}

fn c_string(text: OsString) -> io::Result<CString> {
    CString::new(text.into_vec()).map_err(io::Error::from)
}
