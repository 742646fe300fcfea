//! Events on their way to the caller, who may read slowly or not at all.

use std::{
    io::stdout,
    os::fd::AsFd,
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    fcntl::{FcntlArg, OFlag, fcntl},
    poll::{PollFd, PollFlags, PollTimeout, poll},
    unistd::write,
};

use crate::event::{Event, What};

/// A wait of `left`, in the milliseconds of poll(2); rounded up, since a wait of 0 would spin.
pub(crate) fn at_most(left: Duration) -> PollTimeout {
    let millis = left.as_nanos().div_ceil(1_000_000);
    PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX)
}

/// A queue before standard output. Nothing here waits, so that a caller who does not read cannot delay the
/// deadline; what is queued is bounded by the output limit and by how fast processes can be started.
pub(crate) struct Outbox {
    start: Instant,
    queue: Vec<u8>,
    sent: usize,
}

impl Outbox {
    /// An empty queue; the clock of its events starts now.
    pub(crate) fn new() -> nix::Result<Outbox> {
        // The flag is shared by all who hold this end of the pipe, and only we do.
        fcntl(stdout(), FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        Ok(Outbox { start: Instant::now(), queue: vec![], sent: 0 })
    }

    /// When the clock of the events started.
    pub(crate) fn start(&self) -> Instant {
        self.start
    }

    /// The time on that clock, in nanoseconds.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Queues one event.
    pub(crate) fn put(&mut self, what: What) {
        let at = self.now();
        serde_json::to_writer(&mut self.queue, &Event { at, what }).expect("an event is always JSON");
        self.queue.push(b'\n');
    }

    /// Whether nothing is queued.
    pub(crate) fn is_empty(&self) -> bool {
        self.sent == self.queue.len()
    }

    /// Writes as much as the pipe takes.
    ///
    /// # Errors
    ///
    /// `EPIPE` when the caller reads no more.
    pub(crate) fn push(&mut self) -> nix::Result<()> {
        while !self.is_empty() {
            match write(stdout(), &self.queue[self.sent..]) {
                Ok(count) => self.sent += count,
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return Ok(()),
                Err(e) => return Err(e),
            }
        }
        self.queue.clear();
        self.sent = 0;
        Ok(())
    }

    /// Writes all of it, if the caller takes it within `patience`.
    pub(crate) fn flush(mut self, patience: Duration) -> nix::Result<()> {
        let until = Instant::now() + patience;
        loop {
            self.push()?;
            let left = until.saturating_duration_since(Instant::now());
            if self.is_empty() || left.is_zero() {
                return Ok(());
            }
            let out = stdout();
            match poll(&mut [PollFd::new(out.as_fd(), PollFlags::POLLOUT)], at_most(left)) {
                Ok(_) | Err(Errno::EINTR) => {}
                Err(e) => return Err(e),
            }
        }
    }
}
