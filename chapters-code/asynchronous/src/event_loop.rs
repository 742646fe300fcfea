//! An event loop: a table of connections and callbacks, and a wait for all of them at once.

use std::io::{Read, Result};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

// ANCHOR: table
type Callback =
    Box<dyn FnOnce(&mut EventLoop, UnixStream, String) -> Result<()>>;

/// A table: which connections are waited for, and what to do then.
#[derive(Default)]
pub struct EventLoop {
    waiting: Vec<(UnixStream, Callback)>,
}

impl EventLoop {
    /// Calls `callback` once, with the next message from `connection`.
    pub fn when_readable<F>(&mut self, connection: UnixStream, callback: F)
    where
        F: FnOnce(&mut EventLoop, UnixStream, String) -> Result<()> + 'static,
    {
        self.waiting.push((connection, Box::new(callback)));
    }
    // ANCHOR_END: table

    // ANCHOR: run
    /// Runs until no connection is waited for.
    pub fn run(&mut self) -> Result<()> {
        while !self.waiting.is_empty() {
            let all: Vec<_> =
                self.waiting.iter().map(|(c, _)| c.as_fd()).collect();
            let is_ready = wait_for(&all)?;
            let entries = self.waiting.drain(..).zip(is_ready);
            let (ready, rest): (Vec<_>, Vec<_>) = entries.partition(|e| e.1);
            self.waiting.extend(rest.into_iter().map(|(entry, _)| entry));
            for ((connection, callback), _) in ready {
                let message = read_message(&connection)?;
                callback(self, connection, message)?;
            }
        }
        Ok(())
    }
    // ANCHOR_END: run
}

// ANCHOR: wait_for
/// Sleeps until one can be read from, and says of each whether it can.
pub fn wait_for(all: &[BorrowedFd<'_>]) -> Result<Vec<bool>> {
    let watch = |&fd| PollFd::new(fd, PollFlags::POLLIN);
    let mut watched: Vec<PollFd<'_>> = all.iter().map(watch).collect();
    poll(&mut watched, PollTimeout::NONE)?;
    Ok(watched.iter().map(|fd| fd.any() == Some(true)).collect())
}

/// Reads what is there; nothing, if the other side has hung up.
pub fn read_message(mut connection: &UnixStream) -> Result<String> {
    let mut bytes = [0; 64];
    let count = connection.read(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes[..count]).into_owned())
}
// ANCHOR_END: wait_for
