//! How a handle goes to another process: as the descriptor of what all of its copies share.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::wire::carried::Descriptor;

/// A copy of the descriptor, as a part of a value.
pub(crate) fn copy(fd: BorrowedFd<'_>) -> io::Result<Descriptor> {
    Ok(Descriptor::from(fd.try_clone_to_owned()?))
}

/// Writes a handle that is one descriptor.
pub(crate) fn write<S: Serializer>(fd: BorrowedFd<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    copy(fd).map_err(S::Error::custom)?.serialize(serializer)
}

/// Reads such a handle.
pub(crate) fn read<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    open: impl FnOnce(OwnedFd) -> io::Result<T>,
) -> Result<T, D::Error> {
    open(Descriptor::deserialize(deserializer)?.into_fd()).map_err(D::Error::custom)
}
