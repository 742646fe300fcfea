//! Runs one program to its end and sees to it that nothing is left of it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use supervisor::oracle::clean;
use supervisor::{End, Request, Run, run, share};

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
pub(crate) struct Program {
    request: Request,
    folder: PathBuf,
    temporary: PathBuf,
}

impl Program {
    /// The program finds the start method in `METHOD`, and an empty folder of its own in `FOLDER`.
    pub(crate) fn at(path: impl AsRef<Path>) -> Program {
        let method = Method::current();
        let folder = folder(&format!("{}_{}", test_name(), method.map_or("none", Method::name)));
        let temporary = folder.join("temporary");
        fs::create_dir(&temporary).expect("a folder can be made");
        let request = Request::new(path.as_ref())
            .env_remove(multiprocess_programs::CHILD)
            .env("FOLDER", &folder)
            .env("TMPDIR", &temporary)
            .within(Duration::from_secs(60));
        let request = match method {
            Some(method) => request.env("METHOD", method.name()),
            None => request.env_remove("METHOD"),
        };
        Program { request, folder, temporary }
    }

    /// The folder of its own.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn with(self, change: impl FnOnce(Request) -> Request) -> Program {
        Program { request: change(self.request), ..self }
    }

    pub(crate) fn arg(self, arg: impl AsRef<OsStr>) -> Program {
        self.with(|request| request.args([arg.as_ref()]))
    }

    pub(crate) fn env(self, name: &str, value: impl AsRef<OsStr>) -> Program {
        self.with(|request| request.env(name, value.as_ref()))
    }

    pub(crate) fn within(self, deadline: Duration) -> Program {
        self.with(|request| request.within(deadline))
    }

    /// How often the program is to repeat what could go wrong by chance: a few times, or with `FULL=1` many times.
    pub(crate) fn repeats(self, few: u32, many: u32) -> Program {
        let deadline = Duration::from_secs(share::times(60, 1200));
        self.env("REPEATS", share::times(few, many).to_string()).within(deadline).untraced()
    }

    /// Without a tracer, which slows every start and every signal down.
    pub(crate) fn untraced(self) -> Program {
        self.with(Request::untraced)
    }

    /// Runs it, and expects exit code 0.
    pub(crate) fn run(self) -> Ran {
        let ran = self.run_to_any_end();
        assert_eq!(ran.0.ending, End::Exit(0), "{ran:?}");
        ran
    }

    /// Runs it, and expects all of it to have ended by itself before the deadline.
    pub(crate) fn run_to_any_end(self) -> Ran {
        let ran = self.run_to_its_end_or_the_deadline();
        assert_ne!(ran.0.ended(), End::Deadline, "{ran:?}");
        ran
    }

    /// Runs it until it ends or its deadline comes, for a test that tells of several runs what came of them.
    pub(crate) fn run_to_its_end_or_the_deadline(self) -> Ran {
        let ran = Ran(clean(|| run(&self.request)).expect("a supervisor can be started"));
        let left = fs::read_dir(&self.temporary).expect("a folder").count();
        assert_eq!(left, 0, "a temporary file is left in {}", self.temporary.display());
        ran
    }
}

/// Says something that is of interest though the test passes: past the harness, which captures what passes.
pub(crate) fn tell(text: &str) {
    let lines: String = text.lines().map(|line| format!("{}: {line}\n", test_name())).collect();
    multiprocess_programs::os::write_to_stderr(lines.as_bytes());
}

/// `SEED` of the environment, or the time.
pub(crate) fn seed() -> u64 {
    let given = std::env::var("SEED").ok().map(|seed| seed.parse().expect("SEED is a number"));
    given.unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.expect("it is after 1970").as_nanos() as u64
    })
}

/// The program, told a seed that is printed.
pub(crate) fn seeded(program: Program) -> Program {
    let seed = seed();
    tell(&format!("seed {seed}\n"));
    program.env("SEED", seed.to_string())
}

/// The name of the running test, as a file can be named.
pub(crate) fn test_name() -> String {
    std::thread::current().name().expect("a test's thread has its name").replace("::", "_")
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

    /// How the process of that name ended; `None` where the system refuses tracing.
    #[track_caller]
    pub(crate) fn end_of(&self, name: &str) -> Option<End> {
        self.processes()?;
        let mut named = self.0.processes.iter().filter(|process| process.name.as_deref() == Some(name));
        let found = named.next().unwrap_or_else(|| panic!("there was no {name}: {:?}", self.0.processes));
        assert!(named.next().is_none(), "there were two of {name}: {:?}", self.0.processes);
        Some(found.ending)
    }

    /// Expects the process of that name to have ended so, where that can be seen.
    #[track_caller]
    pub(crate) fn ended(&self, name: &str, end: End) {
        if let Some(found) = self.end_of(name) {
            assert_eq!(found, end, "{name}: {:?} {self:?}", self.0.processes);
        }
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

/// Builds what the arguments ask Cargo for, apart from what it has built for the tests, and gives the folder that it is in.
pub(crate) fn build(name: &str, arguments: &[&str]) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo.args(["build", "-q"]).args(arguments).arg("--target-dir").arg(&target);
    // In turn with the runs of other tests, which look for children that were left behind.
    assert!(clean(|| cargo.status()).expect("cargo runs").success());
    target.join("debug")
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
