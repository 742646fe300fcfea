//! The one way in which a parent hands a child its work and everything that belongs to it: an [`Order`] with descriptors,
//! through a pair of sockets of which the child has one.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use super::decode;
use super::message::{LONGEST, Order, Place, first};
use crate::sys::{memfd, poll, socket};

/// What is handed over.
pub(crate) struct Handover<'a> {
    /// The file with the work.
    pub(crate) file: BorrowedFd<'a>,
    /// The pipe by which the child sees that its parent is alive.
    pub(crate) alive: BorrowedFd<'a>,
    /// Where a child that stands by is to be.
    pub(crate) place: Option<PlaceOf<'a>>,
    /// The descriptors that its arguments hold.
    pub(crate) arguments: &'a [OwnedFd],
}

/// Where a child is to be: its blocked signals, its folder, and its standard input, output and error if it has them.
pub(crate) struct PlaceOf<'a> {
    pub(crate) mask: u64,
    pub(crate) folder: BorrowedFd<'a>,
    pub(crate) streams: [Option<BorrowedFd<'a>>; 3],
}

/// What a child has been handed.
pub(crate) struct Work {
    pub(crate) file: OwnedFd,
    pub(crate) alive: OwnedFd,
    pub(crate) place: Option<PlaceFor>,
    pub(crate) arguments: Vec<OwnedFd>,
}

/// Where it is to be.
pub(crate) struct PlaceFor {
    pub(crate) mask: u64,
    pub(crate) folder: OwnedFd,
    pub(crate) streams: [Option<OwnedFd>; 3],
}

/// Why there is no work.
pub(crate) enum NoWork {
    /// The other end is closed, and there was no order.
    Gone,
    /// What came is no order.
    Damaged(String),
    /// The order came, but not all that belongs to it. The parent can be told through the file.
    Incomplete(OwnedFd, String),
}

/// When to look again where no event tells that there is room.
const PAUSE: Duration = Duration::from_millis(1);

/// The message behind an order that has the descriptors for which there was no room in it.
const MORE: &[u8] = b"more";

impl Handover<'_> {
    /// Sends it, behind what tells a first message apart.
    ///
    /// # Errors
    ///
    /// Those of sending. Then the child has got nothing, or too little, and does not do the work.
    pub(crate) fn send(
        &self,
        socket: BorrowedFd<'_>,
        front: &[u8],
        deadline: Option<Instant>,
    ) -> io::Result<()> {
        let place = self.place.as_ref();
        let order = Order {
            place: place.map(|place| Place {
                mask: place.mask,
                streams: place.streams.map(|stream| stream.is_some()),
            }),
            arguments: u32::try_from(self.arguments.len()).map_err(io::Error::other)?,
        };
        let mut descriptors = vec![self.file, self.alive];
        if let Some(place) = place {
            descriptors.push(place.folder);
            descriptors.extend(place.streams.into_iter().flatten());
        }
        let room = socket::MOST - descriptors.len();
        let (now, later) = self.arguments.split_at(room.min(self.arguments.len()));
        descriptors.extend(now.iter().map(AsFd::as_fd));
        send(socket, &first(front, &order), &descriptors, deadline)?;
        for some in later.chunks(socket::MOST) {
            let some: Vec<_> = some.iter().map(AsFd::as_fd).collect();
            send(socket, MORE, &some, deadline)?;
        }
        Ok(())
    }
}

/// Sends a message as soon as there is room for it, and for its descriptors: a user may have only so many on their way to
/// processes that have not taken them yet.
fn send(
    socket: BorrowedFd<'_>,
    message: &[u8],
    descriptors: &[BorrowedFd<'_>],
    deadline: Option<Instant>,
) -> io::Result<()> {
    loop {
        match socket::send_by(socket, message, descriptors, deadline) {
            Err(error)
                if socket::too_many_in_flight(&error)
                    && deadline.is_none_or(|deadline| Instant::now() < deadline) =>
            {
                poll::pause(PAUSE);
            }
            done => return done,
        }
    }
}

/// Takes what was handed over, which may still be on its way.
pub(crate) fn take(socket: BorrowedFd<'_>, front: &[u8]) -> Result<Work, NoWork> {
    let mut buffer = [0; LONGEST];
    let received =
        socket::receive_by(socket, &mut buffer, None).map_err(|error| NoWork::Damaged(error.to_string()))?;
    if received.length == 0 {
        return Err(NoWork::Gone);
    }
    let order = buffer[..received.length].strip_prefix(front).ok_or("it is no order".to_owned());
    let order = order.and_then(decode::<Order>).map_err(NoWork::Damaged)?;
    let mut descriptors = received.descriptors.into_iter();
    // Where that is another file, nothing is written to it.
    let Some(file) = descriptors.next().filter(|file| memfd::expect_one(file.as_fd()).is_ok()) else {
        return Err(NoWork::Damaged("it came without its file".to_owned()));
    };
    let incomplete = |file, why: &str| Err(NoWork::Incomplete(file, why.to_owned()));
    if received.truncated {
        return incomplete(file, TOO_MANY);
    }
    let Some(alive) = descriptors.next() else { return incomplete(file, CUT) };
    let place = match order.place {
        None => None,
        Some(Place { mask, streams }) => {
            let Some(folder) = descriptors.next() else { return incomplete(file, CUT) };
            let streams = streams.map(|there| if there { descriptors.next() } else { None });
            Some(PlaceFor { mask, folder, streams })
        }
    };
    let mut arguments: Vec<OwnedFd> = descriptors.collect();
    let count = order.arguments as usize;
    while arguments.len() < count {
        match socket::receive_by(socket, &mut buffer, None) {
            Ok(more) if more.truncated => return incomplete(file, TOO_MANY),
            Ok(more) if more.length == MORE.len() => arguments.extend(more.descriptors),
            _ => return incomplete(file, CUT),
        }
    }
    if arguments.len() > count {
        return Err(NoWork::Damaged("it came with too many descriptors".to_owned()));
    }
    Ok(Work { file, alive, place, arguments })
}

const TOO_MANY: &str = "there are not enough free descriptors for those that it was sent";
const CUT: &str = "not all descriptors came that belong to it";
