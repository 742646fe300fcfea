//! The descriptors that are in a value.
//!
//! A descriptor has no bytes that mean anything in another process. While a value is written, each descriptor in it goes
//! to a list, and its place in that list is what is written. While the value is read, each place takes its descriptor out
//! of the list that came along. The lists belong to the thread, because serde has no other way to hand something to a
//! `Serialize` deep in a value.

use std::cell::{Cell, RefCell};
use std::mem;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where a descriptor can be in a value.
const ONLY: &str = "only as an argument of a process or in a message of a pipe";

/// What a thread is doing with a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    Neither,
    /// Writing one that has held no descriptor so far.
    Writing,
    /// Writing one whose descriptors are in the list.
    WritingSome,
    /// Writing where no descriptor can go along.
    WritingWithout,
    /// The same, and there was one.
    RefusingSome,
    /// Reading one with which no descriptor came along.
    Reading,
    /// Reading one whose descriptors are in the list.
    ReadingSome,
}

impl Doing {
    fn has_list(self) -> bool {
        matches!(self, Doing::WritingSome | Doing::ReadingSome)
    }
}

thread_local! {
    /// Most values hold no descriptor, so the list is looked at only where there is one.
    static DOING: Cell<Doing> = const { Cell::new(Doing::Neither) };
    /// Empty unless what is being done has a list.
    static LIST: RefCell<Vec<Option<OwnedFd>>> = const { RefCell::new(Vec::new()) };
}

/// Puts a state in place until it is dropped, also by a panic in a `Serialize`.
struct During {
    before: Doing,
    /// The list before.
    list: Vec<Option<OwnedFd>>,
}

impl During {
    #[inline]
    fn begin(doing: Doing) -> During {
        let before = DOING.replace(doing);
        let list = if before.has_list() { LIST.take() } else { Vec::new() };
        During { before, list }
    }
}

impl Drop for During {
    #[inline]
    fn drop(&mut self) {
        let doing = DOING.replace(self.before);
        if doing.has_list() || self.before.has_list() {
            self.restore_list();
        }
    }
}

impl During {
    /// Puts the list before back. What is left of the one that is over is closed.
    #[cold]
    fn restore_list(&mut self) {
        drop(LIST.replace(mem::take(&mut self.list)));
    }
}

/// Writes something, and gives the descriptors that were in it.
#[inline]
pub(crate) fn writing<T>(write: impl FnOnce() -> T) -> (T, Vec<OwnedFd>) {
    let during = During::begin(Doing::Writing);
    let written = write();
    if DOING.get() != Doing::WritingSome {
        return (written, Vec::new());
    }
    let list = LIST.take();
    drop(during);
    (written, list.into_iter().flatten().collect())
}

/// Writes something that must not hold a descriptor. The second value is true if it held one.
#[inline]
pub(crate) fn writing_without<T>(write: impl FnOnce() -> T) -> (T, bool) {
    let during = During::begin(Doing::WritingWithout);
    let written = write();
    let held_one = DOING.get() == Doing::RefusingSome;
    drop(during);
    (written, held_one)
}

/// Reads something in which these descriptors are. Those that it does not take are closed.
pub(crate) fn reading<T>(descriptors: Vec<OwnedFd>, read: impl FnOnce() -> T) -> T {
    let some = !descriptors.is_empty();
    let during = During::begin(if some { Doing::ReadingSome } else { Doing::Reading });
    if some {
        LIST.set(descriptors.into_iter().map(Some).collect());
    }
    let value = read();
    drop(during);
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
        let place = match DOING.get() {
            Doing::Writing | Doing::WritingSome => {
                let copy = self.0.try_clone_to_owned().map_err(S::Error::custom)?;
                DOING.set(Doing::WritingSome);
                let place = LIST.with_borrow_mut(|list| {
                    list.push(Some(copy));
                    list.len() - 1
                });
                u32::try_from(place).map_err(S::Error::custom)?
            }
            Doing::WritingWithout | Doing::RefusingSome => {
                DOING.set(Doing::RefusingSome);
                return Err(S::Error::custom("it holds a descriptor"));
            }
            Doing::Neither | Doing::Reading | Doing::ReadingSome => {
                return Err(S::Error::custom(format!("a descriptor can be written {ONLY}")));
            }
        };
        place.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Descriptor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Descriptor, D::Error> {
        let place = u32::deserialize(deserializer)? as usize;
        let taken = match DOING.get() {
            Doing::ReadingSome => LIST.with_borrow_mut(|list| list.get_mut(place).and_then(Option::take)),
            Doing::Reading => None,
            _ => return Err(D::Error::custom(format!("a descriptor can be read {ONLY}"))),
        };
        let missing = || D::Error::custom("its descriptor did not come along, or was taken twice");
        taken.map(Descriptor).ok_or_else(missing)
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
    fn what_is_written_inside_of_something_else_has_a_list_of_its_own() {
        let ((inner, read), outer) = writing(|| {
            encode(&null()).expect("it can be written");
            let (bytes, inner) = writing(|| encode(&(null(), null())).expect("it can be written"));
            let (_, held_one) = writing_without(|| encode(&null()));
            assert!(held_one);
            let count = inner.len();
            let read: Result<(Descriptor, Descriptor), _> = reading(inner, || decode(&bytes));
            encode(&null()).expect("it can be written");
            (count, read.is_ok())
        });
        assert_eq!((inner, read, outer.len()), (2, true, 2));
        assert!(encode(&null()).is_err(), "nothing is left in place");
        let (_, none) = writing(|| ());
        assert!(none.is_empty());
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
