//! A body that is too long to go behind its header.
//!
//! The sender makes a stream for it and sends one end along. So the body has a way of its own: no other message comes between
//! its pieces, and who is killed in the middle takes this body along and no other.
//!
//! Where the sender must not wait, it writes the body to a file in memory and sends that.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

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
            std::io::ErrorKind::TimedOut => SendErrorKind::TimedOut,
            _ if stream::is_broken_off(&error) => SendErrorKind::BrokenOff,
            _ => system("writing a long value", error),
        })
    }
}

fn system(step: &'static str, source: std::io::Error) -> SendErrorKind {
    SendErrorKind::System { step, source }
}

/// Reads a body of that length into a buffer, in place of what is there.
pub(super) fn read(
    from: BorrowedFd<'_>,
    length: u64,
    body: &mut Vec<u8>,
    patience: Patience,
) -> Result<(), RecvError> {
    let Ok(length) = usize::try_from(length) else {
        return Err(RecvError::Damaged { reason: "a message is longer than memory can be" });
    };
    body.clear();
    body.reserve_exact(length.min(AT_ONCE));
    while body.len() < length {
        if body.len() == body.capacity() {
            body.reserve_exact((length - body.len()).min(body.len()));
        }
        match stream::read_more(from, body, patience) {
            Ok(0) => return Err(RecvError::Truncated),
            Ok(_) => {}
            Err(error) => return Err(unreadable(error)),
        }
    }
    if body.len() > length {
        return Err(RecvError::Damaged { reason: "a message is longer than its header says" });
    }
    Ok(())
}

/// Reads a body that is as long as the buffer.
pub(super) fn read_into(
    from: BorrowedFd<'_>,
    buffer: &mut [u8],
    patience: Patience,
) -> Result<(), RecvError> {
    let mut filled = 0;
    while filled < buffer.len() {
        match stream::read(from, &mut buffer[filled..], patience) {
            Ok(0) => return Err(RecvError::Truncated),
            Ok(read) => filled += read,
            Err(error) => return Err(unreadable(error)),
        }
    }
    Ok(())
}

fn unreadable(error: std::io::Error) -> RecvError {
    match error.kind() {
        std::io::ErrorKind::TimedOut => RecvError::TimedOut,
        // A folder, a closed terminal, or whatever else does not come from this library.
        _ => RecvError::System { step: "reading a long value", source: error },
    }
}
