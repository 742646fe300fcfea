//! A program on a terminal of its own, as a person has one.

use std::env;
use std::fs::File;
use std::io::{Error, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

use nix::fcntl::OFlag;
use nix::libc;
use nix::pty::{Winsize, grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::Pid;
use supervisor::oracle;

use crate::process::{Lines, Running, endable};
use crate::stopping::{left, until_nothing_is_left};

/// A program on a pseudo-terminal, killed when its test ends, and hung up on if the test run is killed.
pub(crate) struct OnTerminal {
    child: Child,
    keyboard: File,
    /// What it shows, line by line.
    pub(crate) screen: Lines,
}

impl OnTerminal {
    /// Starts a command with input and outputs on a terminal of so many columns.
    pub(crate) fn start(command: &mut Command, columns: u16) -> OnTerminal {
        OnTerminal::start_with(command, columns, None)
    }

    /// The same with one more variable, which may be `TERM`.
    pub(crate) fn start_with(
        command: &mut Command,
        columns: u16,
        variable: Option<(&str, &str)>,
    ) -> OnTerminal {
        let [master, slave] = pair(columns);
        let end = || slave.try_clone().expect("a descriptor");
        command.stdin(end()).stdout(end()).stderr(end()).env("TERM", "xterm-256color");
        command.envs(variable);
        let own = || {
            // SAFETY: two system calls on numbers; descriptor 0 is the terminal, which becomes that of a new session, so
            // that Ctrl-C reaches it.
            match unsafe { libc::setsid() != -1 && libc::ioctl(0, libc::TIOCSCTTY, 0) != -1 } {
                true => Ok(()),
                false => Err(Error::last_os_error()),
            }
        };
        // SAFETY: it makes two system calls.
        let child = unsafe { endable(command).pre_exec(own) }.spawn().expect("the program starts");
        // The command keeps copies of the terminal's end, and would keep the screen from ending.
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let screen = master.try_clone().expect("a descriptor");
        OnTerminal { child, keyboard: master, screen: Lines::of(screen) }
    }

    /// Presses Ctrl-C.
    pub(crate) fn interrupt(&mut self) {
        self.keyboard.write_all(b"\x03").expect("a terminal");
    }

    /// Presses keys.
    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("a terminal");
    }

    /// Whether the terminal gives lines, and shows what is typed, as one that a shell is on.
    pub(crate) fn gives_lines(&self) -> bool {
        let modes = tcgetattr(&self.keyboard).expect("a terminal").local_flags;
        modes.contains(LocalFlags::ICANON | LocalFlags::ECHO)
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().try_into().expect("a pid")), signal).expect("a process to signal");
    }

    /// Waits for the end: everybody has closed the terminal then.
    #[track_caller]
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.screen.wait_for_end();
        self.child.wait().expect("a child to wait for")
    }
}

/// Both ends of a new terminal of so many columns. The test alone has the first one: no other program inherits it. So even if the
/// test run is killed, the terminal hangs up then, which ends what is on it.
fn pair(columns: u16) -> [File; 2] {
    let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let master = posix_openpt(flags).expect("a pseudo-terminal");
    grantpt(&master).and_then(|()| unlockpt(&master)).expect("its other end is ours");
    let name = ptsname_r(&master).expect("a name");
    // Whatever the standard library opens is not inherited, either.
    let slave = File::options().read(true).write(true).custom_flags(libc::O_NOCTTY).open(name);
    let slave = slave.expect("the other end");
    let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the descriptor is open, and the call reads a size.
    let set = unsafe { libc::ioctl(slave.as_raw_fd(), libc::TIOCSWINSZ, &size) };
    assert_eq!(set, 0, "{}", Error::last_os_error());
    let master = master.as_fd().try_clone_to_owned().expect("a descriptor");
    [File::from(master), slave]
}

impl Drop for OnTerminal {
    fn drop(&mut self) {
        // Fails if the process has ended, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_is_on_a_terminal_ends_with_a_test_run_that_is_killed() {
    /// Makes this test the one that is killed.
    const TO_BE_KILLED: &str = "TEST_RUN_TO_BE_KILLED";
    if env::var_os(TO_BE_KILLED).is_some() {
        let mut shell = Command::new("sh");
        let mut session = OnTerminal::start(shell.args(["-c", "echo here; sleep 600; :"]), 80);
        println!("{}", session.screen.until("here"));
        session.wait();
        return;
    }
    let mut again = Command::new(env::current_exe().expect("this program"));
    let name = thread::current().name().expect("the name of this test").to_owned();
    again.args(["--exact", &name, "--nocapture"]).env(TO_BE_KILLED, "1").env(oracle::MARK, oracle::mark());
    let mut run = Running::start(&mut again);
    run.stdout.until("here");
    assert!(left().len() >= 2, "the run and the shell: {:?}", left());
    run.signal(Signal::SIGKILL);
    run.wait();
    until_nothing_is_left();
}
