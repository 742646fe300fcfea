//! This program, started again: what a spawned child and a forkserver begin as.

use std::ffi::{CString, OsString};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStringExt;
use std::sync::PoisonError;

use crate::bootstrap::{CHILD_MARK, Role};
use crate::error::{Error, Result};
use crate::sys::child::Handle;
use crate::sys::exec::{self, Exec};
use crate::sys::image::image;
use crate::sys::strings::Strings;

/// Starts it under that name, with these as its descriptors 3 and 4.
pub(super) fn start(role: &Role, name: &str, handed: [BorrowedFd<'_>; 2]) -> Result<Handle> {
    let failed = |step| move |source| Error::Start { process: name.to_owned(), step, source };
    let program = program(role).map_err(failed("the executable's path"))?.ok_or(Error::ForeignSelf)?;
    let handouts = role.handouts().map_err(|(step, source)| failed(step)(source))?;
    let argv = command_line(name).map_err(failed("its name and arguments"))?;
    let envp = Strings::environment_with(CHILD_MARK).map_err(failed("its environment"))?;
    let stdin = handouts.empty_input.as_fd();
    let started = exec::exec(&Exec {
        program: &program,
        argv: &argv,
        envp: &envp,
        stdin,
        outputs: [None, None],
        folder: None,
        handed: &handed,
    });
    started.map_err(|error| {
        failed(if error.step == "execve" { "running its executable" } else { error.step })(error.source)
    })
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

/// The name, where `ps` shows a program's, and then the arguments of this process.
fn command_line(name: &str) -> io::Result<Strings<'_>> {
    let arguments = std::env::args_os().skip(1).map(OsString::into_vec);
    Strings::copied([name.as_bytes().to_vec()].into_iter().chain(arguments))
}
