//! This program, started again: what a spawned child and a forkserver begin as.

use std::ffi::{CString, OsString};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;

use super::launch::failed;
use crate::bootstrap::{Environment, Handouts, MARK, Me};
use crate::error::StartError;
use crate::sys::child::Handle;
use crate::sys::exec::{self, Exec};
use crate::sys::image::image;
use crate::sys::rights;
use crate::sys::strings::Strings;

/// What is started again.
pub(super) struct Anew<'a> {
    pub(super) me: &'a Me,
    pub(super) handouts: &'a Handouts,
    /// The name that errors mention.
    pub(super) name: &'a str,
    /// Its descriptor 3, with a first message in it.
    pub(super) socket: OwnedFd,
    /// Its standard input, output and error.
    pub(super) streams: [Option<BorrowedFd<'a>>; 3],
    pub(super) folder: Option<BorrowedFd<'a>>,
    pub(super) own_group: bool,
    pub(super) environment: &'a Environment,
}

impl Anew<'_> {
    pub(super) fn start(&self) -> Result<Handle, StartError> {
        if self.me.has_raised_rights || rights::acts_as_another() {
            return Err(StartError::RaisedRights);
        }
        let program = program(self.me).map_err(failed(self.name, "the executable's path"))?;
        let program = program.ok_or(StartError::ForeignSelf)?;
        let argv = Strings::copied(std::env::args_os().map(OsString::into_vec));
        let argv = argv.map_err(failed(self.name, "its arguments"))?;
        let envp = self.environment().map_err(failed(self.name, "its environment"))?;
        let [stdin, stdout, stderr] = self.streams;
        let exec = Exec {
            program: &program,
            argv: &argv,
            envp: &envp,
            stdin: stdin.unwrap_or(self.handouts.empty_input.as_fd()),
            outputs: [(1, stdout), (2, stderr)].map(|(number, output)| {
                // What is there already stays.
                output.filter(|output| output.as_raw_fd() != number)
            }),
            folder: self.folder,
            own_group: self.own_group,
            handed: &[self.socket.as_fd()],
        };
        exec::exec(&exec).map_err(|error| {
            let step = if error.step == "execve" { "running its executable" } else { error.step };
            failed(self.name, step)(error.source)
        })
    }

    /// The environment, with the mark of a child.
    fn environment(&self) -> io::Result<Strings<'_>> {
        if !self.environment.is_changed() {
            return Strings::environment_with(MARK);
        }
        self.environment.check().map_err(|reason| io::Error::new(io::ErrorKind::InvalidInput, reason))?;
        let variables = self.environment.applied(std::env::vars_os()).into_iter();
        let variables = variables.map(|(name, value)| [name.into_vec(), value.into_vec()].join(&b'='));
        Strings::copied([MARK.to_bytes().to_vec()].into_iter().chain(variables))
    }
}

/// What to run: this very program, whatever its path now holds, or what the program has named instead. `None` if
/// `/proc/self/exe` is not this program.
fn program(me: &Me) -> io::Result<Option<CString>> {
    match me.executable().clone() {
        Some(path) => Ok(Some(CString::new(path.into_os_string().into_vec())?)),
        None if image().was_loaded_by_hand() => Ok(None),
        None => Ok(Some(c"/proc/self/exe".to_owned())),
    }
}
