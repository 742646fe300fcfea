//! Starting and joining one process, and what that can be compared with.

use std::ffi::CStr;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::ptr;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use multiprocess::{Process, StartMethod};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork, pipe, read, write};

use crate::harness::Case;

/// The argument that makes this program return from `main` at once.
pub(crate) const NOTHING: &str = "nothing";

/// The cases, the one that all others are compared with first.
pub(crate) fn cases() -> anyhow::Result<Vec<Case>> {
    let mut cases = vec![
        case("a thread", || {
            let started = Instant::now();
            ensure!(std::thread::spawn(|| double(21)).join().ok() == Some(42), "wrong result");
            Ok(started.elapsed())
        }),
        case("`fork` by hand, result over a pipe", fork_by_hand),
        case("bare `clone` + `execve`, no result", bare_exec),
        case("`multiprocess`, spawn", || ours(StartMethod::spawn())),
        case("`multiprocess`, fork", || {
            // SAFETY: this process has one thread while it measures, and holds nothing that must not exist twice.
            ours(unsafe { StartMethod::fork() })
        }),
        case("`procspawn`", || {
            let started = Instant::now();
            ensure!(procspawn::spawn(21, double).join()? == 42, "wrong result");
            Ok(started.elapsed())
        }),
    ];
    for method in ["fork", "spawn"] {
        let name = if method == "fork" { "Python's `Process`, fork" } else { "Python's `Process`, spawn" };
        let mut python = Python::start(method)?;
        cases.push(case(name, move || python.once()));
    }
    Ok(cases)
}

fn case(name: &'static str, once: impl FnMut() -> anyhow::Result<Duration> + 'static) -> Case {
    Case { name, once: Box::new(once) }
}

fn ours(method: StartMethod) -> anyhow::Result<Duration> {
    let started = Instant::now();
    ensure!(Process::new(double, (21,)).start_method(method).start()?.join()? == 42, "wrong result");
    Ok(started.elapsed())
}

fn double(n: u32) -> u32 {
    2 * n
}

/// What a process with a typed result costs at least, where copying the parent is acceptable.
fn fork_by_hand() -> anyhow::Result<Duration> {
    let started = Instant::now();
    let (reader, writer) = pipe()?;
    // SAFETY: this process has one thread while it measures, and the child only writes and leaves.
    match unsafe { fork() }? {
        ForkResult::Child => {
            let sent = write(&writer, &double(21).to_le_bytes());
            // SAFETY: nothing of the parent's is cleaned up twice.
            unsafe { libc::_exit(i32::from(sent.is_err())) }
        }
        ForkResult::Parent { child } => {
            drop(writer);
            let mut result = [0; 4];
            ensure!(read(&reader, &mut result)? == 4 && u32::from_le_bytes(result) == 42, "wrong result");
            ensure!(waitpid(child, None)? == WaitStatus::Exited(child, 0), "it did not end well");
            Ok(started.elapsed())
        }
    }
}

/// The limit of every start that runs the program anew: the two system calls, and a `main` that returns at once.
fn bare_exec() -> anyhow::Result<Duration> {
    const ARGV: [&CStr; 2] = [c"benchmarks", c"nothing"];
    let argv: [*const libc::c_char; 3] = [ARGV[0].as_ptr(), ARGV[1].as_ptr(), ptr::null()];
    let mut stack = vec![0_u128; 1024];
    let started = Instant::now();
    // SAFETY: CLONE_VFORK holds this thread until the child has called `execve` or `_exit`, so the stack and the
    // arguments outlive the child's use of them.
    let pid = unsafe {
        let top = stack.as_mut_ptr().add(stack.len()).cast();
        libc::clone(
            exec_self,
            top,
            libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD,
            argv.as_ptr().cast_mut().cast(),
        )
    };
    ensure!(pid > 0, "clone: {}", std::io::Error::last_os_error());
    let pid = Pid::from_raw(pid);
    ensure!(waitpid(pid, None)? == WaitStatus::Exited(pid, 0), "it did not end well");
    Ok(started.elapsed())
}

extern "C" fn exec_self(argv: *mut libc::c_void) -> libc::c_int {
    unsafe extern "C" {
        static environ: *const *const libc::c_char;
    }
    // SAFETY: `bare_exec` passes a null-terminated array and stands still meanwhile; nothing changes the environment.
    unsafe {
        libc::execve(c"/proc/self/exe".as_ptr(), argv.cast(), environ);
        libc::_exit(127)
    }
}

/// A Python that starts and joins one process whenever it is told to, and says how long that took.
struct Python {
    process: Child,
    answers: BufReader<ChildStdout>,
}

impl Python {
    fn start(method: &str) -> anyhow::Result<Python> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/start_and_join.py");
        // Debian's interpreter where there is one: others that may be first on the path have been seen to start slower.
        let python = if Path::new("/usr/bin/python3").exists() { "/usr/bin/python3" } else { "python3" };
        let mut process = Command::new(python)
            .arg(script)
            .arg(method)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("python3 is needed for the comparison")?;
        let answers = BufReader::new(process.stdout.take().context("its output is piped")?);
        Ok(Python { process, answers })
    }

    fn once(&mut self) -> anyhow::Result<Duration> {
        self.process.stdin.as_mut().context("its input is piped")?.write_all(b"go\n")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        Ok(Duration::from_nanos(answer.trim().parse().context("Python answers with nanoseconds")?))
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        // It ends at the end of its input.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
