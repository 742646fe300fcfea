//! The descriptors that are in a value.
//!
//! A descriptor has no bytes that mean anything in another process. While a value is written, each descriptor in it goes
//! to a list, and its place in that list is what is written. While the value is read, each place takes its descriptor out
//! of the list that came along. The lists belong to the thread, because serde has no other way to hand something to a
//! `Serialize` deep in a value.

use std::cell::RefCell;
use std::mem;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where a descriptor can be in a value.
const ONLY: &str = "only as an argument of a process or in a message of a pipe";

/// What a thread is doing with a value.
enum Doing {
    Neither,
    Writing(Vec<OwnedFd>),
    /// Writing where no descriptor can go along; whether there was one.
    WritingWithout(bool),
    Reading(Vec<Option<OwnedFd>>),
}

thread_local! {
    static DOING: RefCell<Doing> = const { RefCell::new(Doing::Neither) };
}

/// Puts a state in place until it is dropped, also by a panic in a `Serialize`.
struct During(Doing);

impl During {
    #[inline]
    fn begin(doing: Doing) -> During {
        During(DOING.replace(doing))
    }

    #[inline]
    fn end(self) -> Doing {
        // What was before is put back by the drop.
        DOING.replace(Doing::Neither)
    }
}

impl Drop for During {
    #[inline]
    fn drop(&mut self) {
        DOING.set(mem::replace(&mut self.0, Doing::Neither));
    }
}

/// Writes something, and gives the descriptors that were in it.
pub(crate) fn writing<T>(write: impl FnOnce() -> T) -> (T, Vec<OwnedFd>) {
    let during = During::begin(Doing::Writing(Vec::new()));
    let written = write();
    match during.end() {
        Doing::Writing(descriptors) => (written, descriptors),
        _ => unreachable!("inner states have been put back"),
    }
}

/// Writes something that must not hold a descriptor. The second value is true if it held one.
pub(crate) fn writing_without<T>(write: impl FnOnce() -> T) -> (T, bool) {
    let during = During::begin(Doing::WritingWithout(false));
    let written = write();
    (written, matches!(during.end(), Doing::WritingWithout(true)))
}

/// Reads something in which these descriptors are. Those that it does not take are closed.
pub(crate) fn reading<T>(descriptors: Vec<OwnedFd>, read: impl FnOnce() -> T) -> T {
    let during = During::begin(Doing::Reading(descriptors.into_iter().map(Some).collect()));
    let value = read();
    drop(during.end());
    value
}

/// An open file, socket or pipe that goes to another process: as an argument of a child, or in a message of a
/// [pipe](mod@crate::pipe), alone or inside a structure.
///
/// The other process gets a descriptor of its own for the same open file, under every start method. The
/// [`Process`](crate::Process) keeps one, too, until it is dropped. Drop it before you wait for the end of file. With one end
/// of a [`UnixStream`](std::os::unix::net::UnixStream) pair as an argument, parent and child can talk:
///
/// ```
/// use std::io::{Read, Write};
/// use std::os::unix::net::UnixStream;
///
/// use multiprocess::{Descriptor, Process};
///
/// fn answer(question: Descriptor) {
///     let mut stream = UnixStream::from(question.into_fd());
///     let mut number = [0];
///     stream.read_exact(&mut number).expect("the parent sends a byte");
///     stream.write_all(&[2 * number[0]]).expect("the parent reads");
/// }
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     multiprocess::init();
///     let (mut stream, childs) = UnixStream::pair()?;
///     let mut child = Process::new(answer, (Descriptor::from(childs),)).start()?;
///     stream.write_all(&[21])?;
///     let mut doubled = [0];
///     stream.read_exact(&mut doubled)?;
///     assert_eq!(doubled, [42]);
///     child.join()?;
///     Ok(())
/// }
/// ```
///
/// Serde can write one only as an argument of a process or in a message of a pipe. A result that holds one is refused with
/// [`Refusal::ResultHoldsDescriptor`](crate::Refusal::ResultHoldsDescriptor). Send it through a pipe instead. In Python, sockets
/// and connections can be arguments and messages in the same way.
#[derive(Debug)]
pub struct Descriptor(OwnedFd);

impl Descriptor {
    /// The descriptor itself. `File`, `UnixStream` and other types of the standard library can be made from it.
    pub fn into_fd(self) -> OwnedFd {
        self.0
    }
}

impl<T: Into<OwnedFd>> From<T> for Descriptor {
    fn from(file: T) -> Descriptor {
        Descriptor(file.into())
    }
}

impl AsFd for Descriptor {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Serialize for Descriptor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Lent(self.as_fd()).serialize(serializer)
    }
}

/// A descriptor that is written as a [`Descriptor`] is, and belongs to another value.
pub(crate) struct Lent<'a>(pub(crate) BorrowedFd<'a>);

impl Serialize for Lent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = DOING.with_borrow_mut(|doing| match doing {
            Doing::Writing(descriptors) => {
                let copy = self.0.try_clone_to_owned().map_err(S::Error::custom)?;
                descriptors.push(copy);
                u32::try_from(descriptors.len() - 1).map_err(S::Error::custom)
            }
            Doing::WritingWithout(seen) => {
                *seen = true;
                Err(S::Error::custom("it holds a descriptor"))
            }
            Doing::Neither | Doing::Reading(_) => {
                Err(S::Error::custom(format!("a descriptor can be written {ONLY}")))
            }
        })?;
        place.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Descriptor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Descriptor, D::Error> {
        let place = u32::deserialize(deserializer)? as usize;
        DOING.with_borrow_mut(|doing| match doing {
            Doing::Reading(descriptors) => descriptors
                .get_mut(place)
                .and_then(Option::take)
                .map(Descriptor)
                .ok_or_else(|| D::Error::custom("its descriptor did not come along, or was taken twice")),
            _ => Err(D::Error::custom(format!("a descriptor can be read {ONLY}"))),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::fd::{AsRawFd, RawFd};

    use super::*;
    use crate::wire::{decode, encode};

    fn null() -> Descriptor {
        File::open("/dev/null").expect("there is a /dev/null").into()
    }

    fn is_open(fd: RawFd) -> bool {
        std::fs::read_link(format!("/proc/self/fd/{fd}")).is_ok_and(|path| path.ends_with("null"))
    }

    #[test]
    fn descriptors_come_back_in_their_places() {
        let value = (null(), 7, vec![null(), null()]);
        let (bytes, descriptors) = writing(|| encode(&value).expect("it can be written"));
        assert_eq!(descriptors.len(), 3);
        let numbers: Vec<_> = descriptors.iter().map(AsRawFd::as_raw_fd).collect();
        let read: (Descriptor, i32, Vec<Descriptor>) =
            reading(descriptors, || decode(&bytes)).expect("it can be read");
        let read: Vec<_> = [read.0].into_iter().chain(read.2).map(|fd| fd.into_fd()).collect();
        assert_eq!(read.iter().map(AsRawFd::as_raw_fd).collect::<Vec<_>>(), numbers);
    }

    #[test]
    fn what_is_not_taken_is_closed_and_nothing_is_taken_twice() {
        let (bytes, descriptors) = writing(|| encode(&null()).expect("it can be written"));
        let number = descriptors[0].as_raw_fd();
        assert!(is_open(number));
        reading(descriptors, || ());
        assert!(!is_open(number));

        let (_, descriptors) = writing(|| encode(&null()).expect("it can be written"));
        let twice: Result<(Descriptor, Descriptor), _> =
            reading(descriptors, || decode(&[&bytes[..], &bytes[..]].concat()));
        assert!(twice.is_err_and(|error| !error.is_empty()));
    }

    #[test]
    fn outside_of_an_argument_and_a_message_it_can_be_neither_written_nor_read() {
        assert!(encode(&null()).is_err());
        assert!(decode::<Descriptor>(&[0]).is_err());
        let (written, held_one) = writing_without(|| encode(&null()));
        assert!(written.is_err() && held_one);
        let (written, held_one) = writing_without(|| encode(&7));
        assert!(written.is_ok() && !held_one);
    }

    #[test]
    fn a_panic_while_writing_leaves_nothing_behind() {
        let panicked = std::panic::catch_unwind(|| {
            writing(|| {
                let _ = encode(&null());
                panic!("in a Serialize");
            })
        });
        assert!(panicked.is_err());
        assert!(encode(&null()).is_err());
    }
}
