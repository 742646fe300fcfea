//! One output of the program, read as it comes and kept up to a limit.

use std::os::fd::OwnedFd;

use nix::{
    fcntl::{FcntlArg, OFlag, fcntl},
    unistd::read,
};

use crate::{
    event::{Stream, What},
    outbox::Outbox,
};

/// More than a pipe can hold, in chunks: its capacity is 64 KiB and can be raised to a few MiB.
const MOST_CHUNKS: usize = 256;

/// The supervisor's side of one output.
pub(crate) struct Output {
    pub(crate) stream: Stream,
    /// The reading end; `None` after its end-of-file.
    pub(crate) pipe: Option<OwnedFd>,
    /// Whether more came than is kept.
    pub(crate) truncated: bool,
    /// How many bytes may still be kept.
    room: usize,
}

impl Output {
    /// The output that `pipe` is the reading end of, of which `limit` bytes are kept.
    pub(crate) fn new(stream: Stream, pipe: OwnedFd, limit: usize) -> nix::Result<Output> {
        fcntl(&pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        Ok(Output { stream, pipe: Some(pipe), truncated: false, room: limit })
    }

    /// Reads one chunk, if there is one: a program that never stops writing must not keep us from the clock.
    /// `false` when there was none.
    pub(crate) fn read_once(&mut self, outbox: &mut Outbox) -> bool {
        let Some(pipe) = &self.pipe else { return false };
        let mut chunk = [0; 1 << 16];
        match read(pipe, &mut chunk) {
            Ok(0) => self.pipe = None,
            Ok(count) => {
                let kept = count.min(self.room);
                self.room -= kept;
                self.truncated |= kept < count;
                if kept > 0 {
                    let bytes = chunk[..kept].to_vec();
                    outbox.put(What::Output { stream: self.stream, bytes });
                }
                return true;
            }
            // EAGAIN: nothing there yet. No other error can come from a pipe.
            Err(_) => {}
        }
        false
    }

    /// Reads what is left, when no process of the run is.
    pub(crate) fn drain(&mut self, outbox: &mut Outbox) {
        for _ in 0..MOST_CHUNKS {
            if !self.read_once(outbox) {
                break;
            }
        }
    }
}
