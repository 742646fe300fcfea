//! A forkserver that does nothing but fork: no other one that forks on request can be faster here.
//!
//! It knows what to compute, so no order and no arguments are sent; all results come back through one socket; and of the ends
//! there is one message, when all have been collected.

use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::ensure;
use nix::sys::wait::{WaitStatus, wait};
use nix::unistd::{ForkResult, fork};

/// The argument that makes this program such a server, on its standard input and output.
pub(crate) const SERVER: &str = "forkserver-by-hand";

/// What it says when all children have been collected.
const ALL_ENDED: u32 = u32::MAX;

/// Forks as many children as each number on standard input says.
pub(crate) fn serve() -> anyhow::Result<()> {
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout());
    while let Some(count) = number(&mut input)? {
        for _ in 0..count {
            // SAFETY: this process has one thread, and the child only writes and leaves.
            if let ForkResult::Child = unsafe { fork() }? {
                let sent = write(&mut output, benchmark_parent::double(21));
                // SAFETY: nothing of the parent's is cleaned up twice.
                unsafe { libc::_exit(i32::from(sent.is_err())) }
            }
        }
        for _ in 0..count {
            ensure!(matches!(wait()?, WaitStatus::Exited(_, 0)), "it did not end well");
        }
        write(&mut output, ALL_ENDED)?;
    }
    Ok(())
}

/// Its client.
pub(crate) struct Server {
    socket: UnixStream,
    process: Child,
}

impl Server {
    pub(crate) fn new() -> anyhow::Result<Server> {
        let (socket, its) = UnixStream::pair()?;
        let (input, output) = (OwnedFd::from(its.try_clone()?), OwnedFd::from(its));
        let process = Command::new("/proc/self/exe").arg(SERVER).stdin(input).stdout(output).spawn()?;
        Ok(Server { socket, process })
    }

    /// So many starts in one message, and then all results and all ends.
    pub(crate) fn start_and_join(&mut self, count: u32) -> anyhow::Result<Duration> {
        let started = Instant::now();
        write(&mut self.socket, count)?;
        for _ in 0..count {
            ensure!(number(&mut self.socket)? == Some(42), "wrong result");
        }
        ensure!(number(&mut self.socket)? == Some(ALL_ENDED), "more results than children");
        Ok(started.elapsed())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.socket.shutdown(std::net::Shutdown::Both);
        let _ = self.process.wait();
    }
}

fn write(output: &mut impl Write, number: u32) -> std::io::Result<()> {
    // Standard output keeps what has no newline until it is told.
    output.write_all(&number.to_le_bytes()).and_then(|()| output.flush())
}

/// The next number; none at the end.
fn number(input: &mut impl Read) -> std::io::Result<Option<u32>> {
    let mut bytes = [0; 4];
    match input.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(u32::from_le_bytes(bytes))),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}
