use nix::sys::signal::{Signal, kill, raise};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, dup2_stderr, dup2_stdin, dup2_stdout, fork, getsid, pause, setsid};
use std::fs::{self, File};
use std::io::{self, PipeWriter, Read, Write, pipe};
use std::process::{ExitCode, id};
use std::{env, thread::sleep, time::Duration};

/// What a daemon does before it is ready. Finally, it writes its pid to a file.
fn prepare(pid_file: &str, crashes: bool) -> io::Result<()> {
    sleep(Duration::from_millis(20)); // stands in for real preparation
    if crashes {
        raise(Signal::SIGKILL)?;
    }
    fs::write(pid_file, id().to_string())
}

/// The daemon's service, until a signal ends it.
fn serve() -> io::Result<()> {
    let nothing = File::options().read(true).write(true).open("/dev/null")?;
    dup2_stdin(&nothing)?;
    dup2_stdout(&nothing)?;
    dup2_stderr(&nothing)?;
    loop {
        pause();
    }
}

const READY: &str = "ready";

/// The daemon, which tells its starter by the pipe whether it is ready.
fn daemon(pid_file: &str, crashes: bool, mut writer: PipeWriter) {
    match prepare(pid_file, crashes) {
        Ok(()) => {
            let _ = writer.write_all(READY.as_bytes());
            // The starter reads until no process holds the writing end.
            drop(writer);
            let _ = serve();
        }
        Err(reason) => drop(write!(writer, "{reason}")),
    }
}

/// Starts a Unix daemon. Returns `Ok` when it is ready, or the reason why it is not.
fn start(pid_file: &str, crashes: bool) -> io::Result<()> {
    let (mut reader, writer) = pipe()?;
    // SAFETY: with one thread, a child's copy of memory is whole.
    if let ForkResult::Parent { child } = unsafe { fork() }? {
        drop(writer);
        waitpid(child, None)?;
        let mut message = String::new();
        reader.read_to_string(&mut message)?;
        return match message.as_str() {
            READY => Ok(()),
            "" => Err(io::Error::other("the daemon has crashed")),
            reason => Err(io::Error::other(reason)),
        };
    }
    // SAFETY: as above, and a process that forks no more ends by `_exit`.
    if setsid().is_ok() && unsafe { fork() }.is_ok_and(|fork| fork.is_child()) {
        daemon(pid_file, crashes, writer);
    }
    // SAFETY: it ends this process.
    unsafe { nix::libc::_exit(1) }
}

/// Starts a daemon, and ends it as soon as it is ready.
fn main() -> ExitCode {
    let args: Vec<String> = env::args().collect();
    if let Err(reason) = start(&args[1], args.len() > 2) {
        println!("not ready: {reason}");
        return ExitCode::FAILURE;
    }
    println!("ready");
    let pid = fs::read_to_string(&args[1]).expect("the daemon has written its pid");
    let pid = Pid::from_raw(pid.parse().expect("the file holds a pid"));
    assert_ne!(getsid(Some(pid)), getsid(None), "the daemon has its own session");
    kill(pid, Signal::SIGTERM).expect("the daemon is running");
    ExitCode::SUCCESS
}
