//! The two ends of a queue, without the type of its values: what is sent to other processes, and how.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::core::{Core, Counters, QUEUE, life};
use crate::error::CreateError;
use crate::sys::ends::End;
use crate::sys::epoll::Epoll;
use crate::wire::carried::Descriptor;

/// A sender's end.
#[derive(Clone, Debug)]
pub(super) struct SendingEnd {
    pub(super) core: Arc<Core>,
    life: Arc<End>,
}

/// A receiver's end.
#[derive(Clone, Debug)]
pub(super) struct ReceivingEnd(Arc<Receiving>);

struct Receiving {
    core: Arc<Core>,
    /// `None` while it is dropped.
    life: Option<End>,
    /// What others poll: the counter of what is ready, and the senders' lives.
    polled: Epoll,
    is_polled: AtomicBool,
}

/// A queue as two ends.
pub(super) fn ends(core: Core) -> Result<(SendingEnd, ReceivingEnd), CreateError> {
    let [receivers, senders] = life().map_err(CreateError::at(QUEUE, "its pipe"))?;
    let core = Arc::new(core);
    let receiving = ReceivingEnd::new(Arc::clone(&core), receivers)
        .map_err(CreateError::at(QUEUE, "a descriptor to wait for"))?;
    Ok((SendingEnd::new(core, senders), receiving))
}

impl SendingEnd {
    fn new(core: Arc<Core>, life: OwnedFd) -> SendingEnd {
        SendingEnd { core, life: Arc::new(End::new(life)) }
    }

    /// The end of the pipe that closes with the last sender.
    pub(super) fn life(&self) -> BorrowedFd<'_> {
        (*self.life).as_fd()
    }
}

impl ReceivingEnd {
    fn new(core: Arc<Core>, life: OwnedFd) -> std::io::Result<ReceivingEnd> {
        let polled = Epoll::new()?;
        polled.add(core.counters.ready.as_fd(), 0)?;
        polled.add(life.as_fd(), 1)?;
        let life = Some(End::new(life));
        Ok(ReceivingEnd(Arc::new(Receiving { core, life, polled, is_polled: AtomicBool::new(false) })))
    }

    pub(super) fn core(&self) -> &Core {
        &self.0.core
    }

    /// The end of the pipe that closes with the last receiver.
    pub(super) fn life(&self) -> BorrowedFd<'_> {
        self.0.life.as_ref().expect("it is open until it is dropped").as_fd()
    }
}

impl AsFd for ReceivingEnd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        if !self.0.is_polled.swap(true, Ordering::Relaxed) {
            self.0.core.begin_polling();
        }
        self.0.polled.as_fd()
    }
}

impl std::fmt::Debug for Receiving {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receiving")
            .field("core", &self.core)
            .field("life", &self.life)
            .finish_non_exhaustive()
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        self.life = None;
        self.core.receiver_was_dropped();
    }
}

/// An end on its way to another process.
#[derive(Serialize, Deserialize)]
struct Carried {
    file: Descriptor,
    items: Descriptor,
    room: Descriptor,
    ready: Descriptor,
    taken: Option<Descriptor>,
    life: Descriptor,
}

impl Carried {
    fn of(core: &Core, life: BorrowedFd<'_>) -> std::io::Result<Carried> {
        let copy = |fd: BorrowedFd<'_>| fd.try_clone_to_owned().map(Descriptor::from);
        let counters = &core.counters;
        Ok(Carried {
            file: copy(core.file())?,
            items: copy(counters.items.as_fd())?,
            room: copy(counters.room.as_fd())?,
            ready: copy(counters.ready.as_fd())?,
            taken: counters.taken.as_ref().map(|taken| copy(taken.as_fd())).transpose()?,
            life: copy(life)?,
        })
    }

    fn arrived(self) -> std::io::Result<(Arc<Core>, OwnedFd)> {
        let counters = Counters {
            items: self.items.into_fd(),
            room: self.room.into_fd(),
            ready: self.ready.into_fd(),
            taken: self.taken.map(Descriptor::into_fd),
        };
        Ok((Arc::new(Core::of(self.file.into_fd(), counters)?), self.life.into_fd()))
    }
}

impl Serialize for SendingEnd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Carried::of(&self.core, self.life()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl Serialize for ReceivingEnd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Carried::of(self.core(), self.life()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SendingEnd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<SendingEnd, D::Error> {
        let (core, life) = Carried::deserialize(deserializer)?.arrived().map_err(D::Error::custom)?;
        Ok(SendingEnd::new(core, life))
    }
}

impl<'de> Deserialize<'de> for ReceivingEnd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ReceivingEnd, D::Error> {
        let (core, life) = Carried::deserialize(deserializer)?.arrived().map_err(D::Error::custom)?;
        ReceivingEnd::new(core, life).map_err(D::Error::custom)
    }
}
