//! Events on their way to the caller, who may read slowly or not at all.

use std::{
    io::stdout,
    os::fd::AsFd,
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    fcntl::{FcntlArg, OFlag, fcntl},
    poll::{PollFd, PollFlags, poll},
    unistd::write,
};

use crate::{
    event::{Event, What},
    sys::at_most,
};

/// A queue before standard output. Nothing here waits, so that a caller who does not read cannot delay the
/// deadline; what is queued is bounded by the output limit and by how fast processes can be started.
///
/// Events leave in the order of their times. Some are known only later, so each waits until no earlier one can follow.
pub(crate) struct Outbox {
    start: Instant,
    /// In the order of their times.
    waiting: Vec<Event>,
    /// The time up to which everything has left.
    settled: u64,
    queue: Vec<u8>,
    sent: usize,
}

impl Outbox {
    /// An empty queue; the clock of its events starts now.
    pub(crate) fn new() -> nix::Result<Outbox> {
        // The flag is shared by all who hold this end of the pipe, and only we do.
        fcntl(stdout(), FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        Ok(Outbox { start: Instant::now(), waiting: vec![], settled: 0, queue: vec![], sent: 0 })
    }

    /// When the clock of the events started.
    pub(crate) fn start(&self) -> Instant {
        self.start
    }

    /// The time on that clock, in nanoseconds.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Takes in an event that happens now.
    pub(crate) fn put(&mut self, what: What) {
        self.put_at(self.now(), what);
    }

    /// Takes in an event that happened then, or when the latest event happened that has left.
    pub(crate) fn put_at(&mut self, at: u64, what: What) {
        let event = Event { at: at.max(self.settled), what };
        let place = self.waiting.partition_point(|other| other.at <= event.at);
        self.waiting.insert(place, event);
    }

    /// Queues what happened up to this time: no more events will be put there.
    pub(crate) fn settle(&mut self, at: u64) {
        self.settled = self.settled.max(at);
        let count = self.waiting.partition_point(|event| event.at <= self.settled);
        for event in self.waiting.drain(..count) {
            serde_json::to_writer(&mut self.queue, &event).expect("an event is always JSON");
            self.queue.push(b'\n');
        }
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
        self.settle(self.now());
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

#[cfg(test)]
mod tests {
    use super::*;

    fn queued(outbox: &mut Outbox) -> Vec<(u64, u32)> {
        let lines = String::from_utf8(std::mem::take(&mut outbox.queue)).expect("JSON");
        let events = lines.lines().map(|line| serde_json::from_str(line).expect("an event"));
        let place = |event: Event| match event.what {
            What::Reaped { pid } => (event.at, pid),
            other => panic!("{other:?}"),
        };
        events.map(place).collect()
    }

    #[test]
    fn events_leave_in_the_order_of_their_times() {
        let (start, waiting, queue) = (Instant::now(), vec![], vec![]);
        let mut outbox = Outbox { start, waiting, settled: 0, queue, sent: 0 };
        for (at, pid) in [(5, 1), (3, 2), (5, 3), (9, 4)] {
            outbox.put_at(at, What::Reaped { pid });
        }
        outbox.settle(5);
        assert_eq!(queued(&mut outbox), [(3, 2), (5, 1), (5, 3)]);
        outbox.put_at(2, What::Reaped { pid: 5 });
        outbox.settle(10);
        assert_eq!(queued(&mut outbox), [(5, 5), (9, 4)], "what comes too late happens then");
    }
}
