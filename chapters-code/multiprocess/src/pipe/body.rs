//! A body that is too long to go behind its header.
//!
//! The sender makes a stream for it and sends one end along. So the body has a way of its own: no other message comes between
//! its pieces, and who is killed in the middle takes this body along and no other.
//!
//! Where the sender must not wait, it writes the body to a file in memory and sends that.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Instant;

use crate::error::{RecvError, SendErrorKind};
use crate::sys::robust::Patience;
use crate::sys::{memfd, stream};

/// How much room is made at once for a body whose bytes have not come yet. Its header may lie.
const AT_ONCE: usize = 1 << 20;

/// A body on its way out.
pub(super) enum Outgoing<'a> {
    /// This end takes the rest of it.
    Streams { own: OwnedFd, rest: &'a [u8] },
    /// All of it is in the file.
    Filed,
}

impl<'a> Outgoing<'a> {
    /// Begins to send a body. The descriptor is what the receiver reads from.
    pub(super) fn begin(
        body: &'a [u8],
        patience: Patience,
    ) -> Result<(Outgoing<'a>, OwnedFd), SendErrorKind> {
        if patience == Patience::None {
            let file = memfd::allows_length(body.len() as u64).and_then(|()| {
                let file = memfd::create(c"multiprocess-message")?;
                stream::fill(file.as_fd(), body)?;
                Ok(file)
            });
            let file = file.map_err(|source| system("memory for a long value", source))?;
            return Ok((Outgoing::Filed, file));
        }
        let [own, receivers] =
            stream::pair().map_err(|source| system("a stream for a long value", source))?;
        let mut rest = body;
        // What there is room for, so that the receiver finds something.
        let _ = stream::write(own.as_fd(), &mut rest, Patience::None);
        Ok((Outgoing::Streams { own, rest }, receivers))
    }

    /// Sends what is left of it, when a receiver can have the other end.
    pub(super) fn finish(self, patience: Patience) -> Result<(), SendErrorKind> {
        let Outgoing::Streams { own, mut rest } = self else { return Ok(()) };
        stream::write(own.as_fd(), &mut rest, patience).map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut => SendErrorKind::TimedOut,
            _ if stream::is_broken_off(&error) => SendErrorKind::BrokenOff,
            _ => system("writing a long value", error),
        })
    }
}

fn system(step: &'static str, source: io::Error) -> SendErrorKind {
    SendErrorKind::System { step, source }
}

/// A body on its way in.
struct Incoming<'a> {
    from: BorrowedFd<'a>,
    deadline: Option<Instant>,
    /// The time is over. Nothing more can be written, and what has been written is read.
    stopped: bool,
}

impl Incoming<'_> {
    /// Reads more of it, at least one byte.
    ///
    /// At the deadline the sender may be about to write the last piece, and would take the body for sent. So it is stopped first.
    /// Then either all of the body is there, or the sender knows that it is not.
    fn read(
        &mut self,
        mut read: impl FnMut(BorrowedFd<'_>, Option<Instant>) -> io::Result<usize>,
    ) -> Result<usize, RecvError> {
        loop {
            match read(self.from, self.deadline) {
                Ok(0) if self.stopped => return Err(RecvError::TimedOut),
                Ok(0) => return Err(RecvError::Truncated),
                Ok(read) => return Ok(read),
                Err(error) if error.kind() != io::ErrorKind::TimedOut => {
                    // A folder, or whatever else does not come from this library.
                    return Err(RecvError::System { step: "reading a long value", source: error });
                }
                Err(_) if self.stopped || !stream::stop(self.from) => return Err(RecvError::TimedOut),
                Err(_) => self.stopped = true,
            }
        }
    }
}

/// Reads a body of that length into a buffer, in place of what is there.
pub(super) fn read(
    from: BorrowedFd<'_>,
    length: u64,
    body: &mut Vec<u8>,
    deadline: Option<Instant>,
) -> Result<(), RecvError> {
    let Ok(length) = usize::try_from(length) else {
        return Err(RecvError::Damaged { reason: "a message is longer than memory can be" });
    };
    let mut incoming = Incoming { from, deadline, stopped: false };
    body.clear();
    reserve(body, length.min(AT_ONCE))?;
    while body.len() < length {
        if body.len() == body.capacity() {
            reserve(body, (length - body.len()).min(body.len()))?;
        }
        incoming.read(|from, deadline| stream::read_more(from, body, deadline))?;
    }
    if body.len() > length {
        return Err(RecvError::Damaged { reason: "a message is longer than its header says" });
    }
    Ok(())
}

fn reserve(body: &mut Vec<u8>, more: usize) -> Result<(), RecvError> {
    body.try_reserve_exact(more).map_err(|_| RecvError::System {
        step: "memory for a long value",
        source: io::ErrorKind::OutOfMemory.into(),
    })
}

/// Reads a body that is as long as the buffer.
pub(super) fn read_into(
    from: BorrowedFd<'_>,
    buffer: &mut [u8],
    deadline: Option<Instant>,
) -> Result<(), RecvError> {
    let mut incoming = Incoming { from, deadline, stopped: false };
    let mut filled = 0;
    while filled < buffer.len() {
        let rest = &mut buffer[filled..];
        filled += incoming.read(|from, deadline| stream::read(from, &mut *rest, deadline))?;
    }
    Ok(())
}
