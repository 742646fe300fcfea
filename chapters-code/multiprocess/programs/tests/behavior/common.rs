//! Runs one program to its end and sees to it that nothing is left of it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use supervisor::oracle::clean;
use supervisor::{End, Request, Run, run};

use crate::methods::Method;

/// The program of this package with the given name.
macro_rules! program {
    ($name:literal) => {
        $crate::common::Program::at(env!(concat!("CARGO_BIN_EXE_", $name)))
    };
}
pub(crate) use program;

/// The path of the program with the given name.
macro_rules! path_of {
    ($name:literal) => {
        ::std::path::Path::new(env!(concat!("CARGO_BIN_EXE_", $name)))
    };
}
pub(crate) use path_of;

/// A program and what it is run with.
pub(crate) struct Program(Request);

impl Program {
    pub(crate) fn at(path: impl AsRef<Path>) -> Program {
        let request =
            Request::new(path.as_ref()).env_remove("MULTIPROCESS_CHILD").within(Duration::from_secs(60));
        Program(match Method::current() {
            Some(method) => request.env("METHOD", method.name()),
            None => request.env_remove("METHOD"),
        })
    }

    pub(crate) fn arg(self, arg: impl AsRef<OsStr>) -> Program {
        Program(self.0.args([arg.as_ref()]))
    }

    pub(crate) fn env(self, name: &str, value: impl AsRef<OsStr>) -> Program {
        Program(self.0.env(name, value.as_ref()))
    }

    pub(crate) fn within(self, deadline: Duration) -> Program {
        Program(self.0.within(deadline))
    }

    /// Without a tracer, which slows every start and every signal down.
    pub(crate) fn untraced(self) -> Program {
        Program(self.0.untraced())
    }

    /// Runs it, and expects exit code 0.
    pub(crate) fn run(self) -> Ran {
        let ran = self.run_to_any_end();
        assert_eq!(ran.0.ending, End::Exit(0), "{ran:?}");
        ran
    }

    /// Runs it, and expects all of it to have ended by itself before the deadline.
    pub(crate) fn run_to_any_end(self) -> Ran {
        let before = shared_memory();
        let ran = Ran(clean(|| run(&self.0)).expect("a supervisor can be started"));
        assert_ne!(ran.0.ended(), End::Deadline, "{ran:?}");
        assert_eq!(&shared_memory() - &before, BTreeSet::new(), "an entry of /dev/shm is left");
        ran
    }
}

/// The names in `/dev/shm`, save for those of the browsers that other tests run.
fn shared_memory() -> BTreeSet<String> {
    let entries = fs::read_dir("/dev/shm").into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| !name.starts_with(".org.chromium")).collect()
}

/// A program that has ended, and what it printed.
pub(crate) struct Ran(pub(crate) Run);

impl Ran {
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.stdout().lines().map(str::to_owned).collect()
    }

    /// How many processes there were; `None` where the system refuses tracing.
    pub(crate) fn processes(&self) -> Option<usize> {
        self.0.untraced.is_none().then_some(self.0.processes.len())
    }

    /// Expects the lines of standard output, and nothing on standard error. `<pid>` stands for any number.
    #[track_caller]
    pub(crate) fn prints(&self, lines: &[&str]) {
        let printed: Vec<String> = self.lines().iter().map(|line| without_pid(line)).collect();
        assert_eq!(printed, lines, "{self:?}");
        assert_eq!(self.stderr(), "");
    }
}

impl std::fmt::Debug for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (stdout, stderr) = (self.stdout(), self.stderr());
        write!(f, "{:?}, with {:?} left\nstdout:\n{stdout}\nstderr:\n{stderr}", self.0.ending, self.0.left)
    }
}

/// The line with `(pid <pid>)` for `(pid 123)`.
pub(crate) fn without_pid(line: &str) -> String {
    let Some((before, rest)) = line.split_once("(pid ") else { return line.to_owned() };
    let Some((pid, after)) = rest.split_once(')') else { return line.to_owned() };
    assert!(pid.parse::<u32>().is_ok(), "{pid:?} is no pid: {line}");
    format!("{before}(pid <pid>){after}")
}

/// An empty folder for the test of that name.
pub(crate) fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// A shell script that can be run.
pub(crate) fn script(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).expect("a file can be written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
}
