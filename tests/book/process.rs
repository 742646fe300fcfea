//! The `book` program as a process: every wait has a deadline, and none outlives its test.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use nix::sys::signal::{SigHandler, Signal, kill, signal};
use nix::unistd::Pid;

/// For all that a test waits for. Long, because the machine may be busy and Cargo may wait for its lock; a test that passes
/// never waits for it. Programs that have to be ended run for longer.
pub(crate) const DEADLINE: Duration = Duration::from_secs(300);
/// For what must not wait for anything: far longer than it takes on a busy machine, and shorter than the 15 seconds for which the
/// server keeps a connection that says nothing.
pub(crate) const SOON: Duration = Duration::from_secs(10);

/// `book` with these arguments, run in this folder.
pub(crate) fn book(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_book"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    // Publishing sets mdBook's variables, and a test must not depend on them.
    for (key, _) in std::env::vars_os().filter(|(key, _)| key.to_string_lossy().starts_with("MDBOOK_")) {
        command.env_remove(key);
    }
    command
}

/// Lets a command be ended by the signals of a terminal. Under nohup, or in the background of a script, a test run ignores some of
/// them, and what it starts would ignore them, too.
pub(crate) fn endable(command: &mut Command) -> &mut Command {
    let reset = || {
        for one in [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT] {
            // SAFETY: it installs no handler.
            unsafe { signal(one, SigHandler::SigDfl) }?;
        }
        Ok(())
    };
    // SAFETY: it makes three system calls.
    unsafe { command.pre_exec(reset) }
}

/// What a finished run left.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Finished {
    let mut running = Running::start(command);
    let status = running.wait();
    Finished { status, stdout: running.stdout.rest(), stderr: running.stderr.rest() }
}

/// A process that is killed when its test ends.
pub(crate) struct Running {
    child: Child,
    /// Its output, as it comes.
    pub(crate) stdout: Lines,
    /// Its error output, as it comes.
    pub(crate) stderr: Lines,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Running {
        let piped = endable(command).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("the program starts");
        let stdout: ChildStdout = child.stdout.take().expect("a pipe");
        let stderr: ChildStderr = child.stderr.take().expect("a pipe");
        Running { child, stdout: Lines::of(stdout), stderr: Lines::of(stderr) }
    }

    /// Closes the test's end of its output.
    pub(crate) fn stop_reading(&mut self) {
        self.stdout = Lines::of(std::io::empty());
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().try_into().expect("a pid"))
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).expect("a process to signal");
    }

    /// Waits for the end: both outputs are closed then.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.stdout.wait_for_end();
        self.stderr.wait_for_end();
        self.child.wait().expect("a child to wait for")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Fails if the process has ended, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of an output, read by a thread so that a deadline can be kept.
pub(crate) struct Lines {
    lines: Receiver<String>,
    kept: Vec<String>,
}

impl Lines {
    pub(crate) fn of(output: impl Read + Send + 'static) -> Lines {
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        Lines { lines, kept: vec![] }
    }

    /// The next line.
    #[track_caller]
    pub(crate) fn next(&mut self) -> String {
        match self.lines.recv_timeout(DEADLINE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Disconnected) => {
                panic!("the output ended before the line that was expected")
            }
            Err(RecvTimeoutError::Timeout) => panic!("no line of output within {DEADLINE:?}"),
        }
    }

    /// Reads on until a line that holds `text`.
    #[track_caller]
    pub(crate) fn until(&mut self, text: &str) -> String {
        loop {
            let line = self.next();
            if line.contains(text) {
                return line;
            }
        }
    }

    #[track_caller]
    pub(crate) fn wait_for_end(&mut self) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.kept.push(line),
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => panic!("the program has not ended within {DEADLINE:?}"),
            }
        }
    }

    /// What nobody read before the end.
    pub(crate) fn rest(&mut self) -> String {
        self.kept.drain(..).chain(self.lines.try_iter()).flat_map(|line| [line, "\n".to_owned()]).collect()
    }
}

#[test]
fn what_a_test_run_ignores_still_ends_what_it_starts() {
    /// Makes this test the one that starts something while signals are ignored.
    const IGNORING: &str = "TEST_RUN_IGNORES_SIGNALS";
    if std::env::var_os(IGNORING).is_some() {
        for (name, signal) in [("HUP", Signal::SIGHUP), ("INT", Signal::SIGINT), ("QUIT", Signal::SIGQUIT)] {
            let script = format!("kill -{name} $$; echo it is ignored");
            let run = run(Command::new("sh").args(["-c", &script]).stdin(Stdio::null()));
            assert_eq!(run.status.signal(), Some(signal as i32), "{run:?}");
        }
        return;
    }
    let mut again = Command::new("sh");
    again.args(["-c", "trap '' HUP INT QUIT; exec \"$0\" --exact \"$1\""]).env(IGNORING, "1");
    let name = std::thread::current().name().expect("the name of this test").to_owned();
    let run = run(again.arg(std::env::current_exe().expect("this program")).arg(name));
    assert!(run.status.success() && run.stdout.contains("1 passed"), "{run:?}");
}
