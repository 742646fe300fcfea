//! The first steps of the program that is to be supervised.

use std::{
    env,
    ffi::{CString, OsString},
    fs::File,
    io,
    os::{
        fd::OwnedFd,
        unix::ffi::{OsStrExt, OsStringExt},
    },
};

use nix::{
    errno::Errno,
    fcntl::OFlag,
    sys::{
        prctl,
        signal::{SigSet, Signal},
    },
    unistd::{self, ForkResult, Pid},
};

use crate::{event::Step, filter::Filter, request::Request, sys};

/// A program that is forked off and waits to be let go.
pub(crate) struct Launch {
    /// Its pid.
    pub(crate) pid: Pid,
    /// Its end-of-file says that there is nothing to go on with.
    go: Option<OwnedFd>,
    trouble: OwnedFd,
}

/// Forks off the program of `request`, which will run under the filter. Gives the ends to read its standard output and its standard error from.
///
/// # Errors
///
/// When no process or pipe can be had, or an argument holds a zero byte.
pub(crate) fn launch(request: &Request, filter: Filter) -> io::Result<(Launch, OwnedFd, OwnedFd)> {
    let program = Program::of(request, filter)?;
    let null = File::open("/dev/null")?;
    let (stdout, their_stdout) = unistd::pipe2(OFlag::O_CLOEXEC)?;
    let (stderr, their_stderr) = unistd::pipe2(OFlag::O_CLOEXEC)?;
    let (their_go, go) = unistd::pipe2(OFlag::O_CLOEXEC)?;
    let (trouble, their_trouble) = unistd::pipe2(OFlag::O_CLOEXEC)?;
    match sys::fork()? {
        ForkResult::Parent { child } => Ok((Launch { pid: child, go: Some(go), trouble }, stdout, stderr)),
        ForkResult::Child => {
            // Its own copy would keep the end-of-file from coming that tells it of the supervisor's death.
            drop(go);
            let (step, errno) = program.enter(null.into(), their_stdout, their_stderr, their_go);
            let message = [&[step as u8][..], &(errno as i32).to_ne_bytes()].concat();
            let _ = unistd::write(&their_trouble, &message);
            sys::exit_now(127)
        }
    }
}

impl Launch {
    /// Lets the program end before it has begun.
    pub(crate) fn give_up(&mut self) {
        self.go = None;
    }

    /// Lets the program go on, traced or not.
    pub(crate) fn go(&self, traced: bool) -> io::Result<()> {
        match &self.go {
            Some(go) => Ok(unistd::write(go, &[u8::from(traced)]).map(drop)?),
            None => Ok(()),
        }
    }

    /// Why the program was never entered, if it was not. Asked when its process has ended.
    pub(crate) fn trouble(&self) -> Option<(Step, i32)> {
        let mut message = [0; 5];
        let steps = [Step::Prepare, Step::EnterFolder, Step::Execute];
        match unistd::read(&self.trouble, &mut message) {
            Ok(5) => {
                let errno = i32::from_ne_bytes([message[1], message[2], message[3], message[4]]);
                Some((*steps.get(usize::from(message[0]))?, errno))
            }
            _ => None,
        }
    }
}

struct Program {
    file: CString,
    args: Vec<CString>,
    env: Vec<CString>,
    dir: Option<CString>,
    filter: Filter,
}

impl Program {
    fn of(request: &Request, filter: Filter) -> io::Result<Program> {
        let text = |s: &OsString| sys::c_string(s.as_bytes());
        let args = [request.arg0.as_ref().unwrap_or(&request.program)].into_iter().chain(&request.args);
        let env = env::vars_os().filter(|(name, _)| name != sys::MARK && name != marks::wire::VARIABLE);
        // Where no tracer listens, marks would be calls that fail.
        let listens = request.extras.marks && filter.stops();
        let env = env.chain(listens.then(|| (marks::wire::VARIABLE.into(), "1".into()))).map(
            |(mut variable, value)| {
                variable.push("=");
                variable.push(value);
                sys::c_string(&variable.into_vec())
            },
        );
        Ok(Program {
            file: text(&request.program)?,
            args: args.map(text).collect::<Result<_, _>>()?,
            env: env.collect::<Result<_, _>>()?,
            dir: request.dir.as_ref().map(text).transpose()?,
            filter,
        })
    }

    /// Does not come back, unless with the step that failed and why.
    fn enter(&self, stdin: OwnedFd, stdout: OwnedFd, stderr: OwnedFd, go: OwnedFd) -> (Step, Errno) {
        let traced = match prepare(stdin, stdout, stderr, go) {
            Ok(traced) => traced,
            Err(errno) => return (Step::Prepare, errno),
        };
        if let Err(errno) = self.filter.apply(traced) {
            return (Step::Prepare, errno);
        }
        if let Some(Err(errno)) = self.dir.as_deref().map(unistd::chdir) {
            return (Step::EnterFolder, errno);
        }
        match unistd::execvpe(&self.file, &self.args, &self.env) {
            Err(errno) => (Step::Execute, errno),
        }
    }
}

/// Gives whether somebody traces this process.
fn prepare(stdin: OwnedFd, stdout: OwnedFd, stderr: OwnedFd, go: OwnedFd) -> nix::Result<bool> {
    // A session of its own: a Ctrl-C at the terminal does not tear half of it away, and `kill(0, ...)` in the
    // program does not reach its supervisor.
    unistd::setsid()?;
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    unistd::dup2_stdin(stdin)?;
    unistd::dup2_stdout(stdout)?;
    unistd::dup2_stderr(stderr)?;
    SigSet::empty().thread_set_mask()?;
    let mut traced = [0];
    match unistd::read(go, &mut traced)? {
        // The supervisor gave it up, or died before the line above that asks for a signal at its death.
        0 => Err(Errno::ESRCH),
        _ => Ok(traced != [0]),
    }
}
