//! Bytes in shared memory, with or without a name.

use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{CreateError, SharedMemoryError};
use crate::sync::carry;
use crate::sys::ends::End;
use crate::sys::named::{self, Claim};
use crate::sys::poll;
use crate::sys::shared::{Mapping, shared_struct};
use crate::wire::carried::Descriptor;

shared_struct! {
    struct Front {
        kind: AtomicU32,
        /// The number of the socket that has taken its name; 0 without a name.
        claim: AtomicU64,
        len: AtomicU64,
    }
}

const KIND: u32 = 0x4d50_0050;

/// Where the bytes begin: with a cache line.
const BYTES: usize = 64;

const _: () = assert!(size_of::<Front>() <= BYTES);

/// How long the kernel may take to free the name of an owner that is ending, whose files cannot be seen any more.
const ENDING: Duration = Duration::from_millis(50);

/// How long to look for a memory of which there is another one each time.
const CHANGING: Duration = Duration::from_secs(1);

/// The most bytes that a name has.
const LONGEST: usize = 80;

/// Bytes in shared memory: Python's `multiprocessing.shared_memory.SharedMemory`.
///
/// Use it for what other programs or other languages write, and for what has a layout of its own. For numbers and structures,
/// [`Value`](super::Value) and [`Array`](super::Array) are safer, since they have a lock.
///
/// Without a name, it goes to other processes as an argument or in a message:
///
/// ```
/// use multiprocess::Process;
/// use multiprocess::shared::SharedMemory;
///
/// fn greet(memory: SharedMemory) {
///     memory.write(0, b"hello");
/// }
///
/// fn main() -> multiprocess::Result<()> {
///     multiprocess::init();
///     let memory = SharedMemory::new(1 << 20)?;
///     Process::new(greet, (memory.clone(),)).start()?.join()?;
///     let mut text = [0; 5];
///     memory.read(0, &mut text);
///     assert_eq!(&text, b"hello");
///     Ok(())
/// }
/// ```
///
/// With a name, processes find it that are not related, such as programs that were started from two terminals:
///
/// ```
/// use multiprocess::SharedMemoryError;
/// use multiprocess::shared::SharedMemory;
///
/// let name = format!("example-{}", std::process::id());
/// let owner = SharedMemory::create(&name, 1024)?;
/// // Usually in another program.
/// let attached = SharedMemory::open(&name)?;
/// owner.write(0, b"hello");
/// let mut text = [0; 5];
/// attached.read(0, &mut text);
/// assert_eq!(&text, b"hello");
/// drop(owner);
/// assert!(matches!(SharedMemory::open(&name), Err(SharedMemoryError::NotFound { .. })));
/// # Ok::<(), multiprocess::Error>(())
/// ```
///
/// # Names
///
/// The process that created it owns the name. The name is free when the owner has dropped its handles or has ended, also when it was
/// killed. There is nothing to unlink, and a process that has opened the memory cannot take it from the others. Those who have it open
/// keep it: the memory goes away with the last handle.
///
/// A name is one user's: processes of another user do not find it. They have to be in the same network namespace and to see the
/// owner in `/proc`, so a name does not reach into a container. Names are found through `/proc`, which takes some milliseconds.
/// If a program forks by itself, its copy keeps the name, too.
///
/// # What is not guaranteed
///
/// Reads and writes have no lock. Bytes that another thread or process writes meanwhile may be old or new. Agree on who writes
/// when, for example by a [`Lock`](crate::sync::Lock).
#[derive(Clone)]
pub struct SharedMemory {
    memory: Arc<Memory>,
}

struct Memory {
    /// What keeps the name taken. It goes first, so that a name has its memory. A forked child lets go of it.
    _claim: Option<End>,
    mapping: Mapping,
    name: Option<String>,
    len: usize,
}

impl Memory {
    fn allocate(file_name: &str, len: usize, claim: u64) -> io::Result<Mapping> {
        let file_name = std::ffi::CString::new(file_name)?;
        let length = len.checked_add(BYTES).ok_or(io::ErrorKind::OutOfMemory)?;
        let mapping = Mapping::new(&file_name, length)?;
        let front: &Front = mapping.at(0);
        front.claim.store(claim, Ordering::Relaxed);
        front.len.store(len as u64, Ordering::Relaxed);
        front.kind.store(KIND, Ordering::Release);
        Ok(mapping)
    }

    /// The memory in the file, and whose name it has.
    fn of(file: OwnedFd, name: Option<String>) -> io::Result<(Memory, u64)> {
        let mapping = Mapping::of(file)?;
        if let Some(len) = mapping.len().checked_sub(BYTES) {
            let front: &Front = mapping.at(0);
            if front.kind.load(Ordering::Acquire) == KIND && front.len.load(Ordering::Relaxed) == len as u64 {
                let claim = front.claim.load(Ordering::Relaxed);
                return Ok((Memory { mapping, name, _claim: None, len }, claim));
            }
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "the memory is of another type"))
    }
}

impl SharedMemory {
    /// That many bytes of new memory, all zero, without a name.
    ///
    /// # Errors
    ///
    /// [`CreateError`] if the system has no descriptor or no memory for it.
    pub fn new(size: usize) -> Result<SharedMemory, CreateError> {
        let made = Memory::allocate("multiprocess-memory", size, 0);
        let mapping = made.map_err(CreateError::at("shared memory", "allocating it"))?;
        Ok(SharedMemory { memory: Arc::new(Memory { mapping, name: None, _claim: None, len: size }) })
    }

    /// That many bytes of new memory, all zero, which other processes of this user find by the name.
    ///
    /// A name has 1 to 80 bytes and no control characters. This process owns it.
    ///
    /// # Errors
    ///
    /// [`SharedMemoryError::NameTaken`] if a process has the name, [`SharedMemoryError::NameRefused`] if it is none, and
    /// [`SharedMemoryError::System`] if the system has no descriptors or no memory.
    pub fn create(name: &str, size: usize) -> Result<SharedMemory, SharedMemoryError> {
        let names = Names::of(name)?;
        let claim = Claim::new().map_err(names.failed("making a socket for its name"))?;
        // The memory is ready before the name is there.
        let made = Memory::allocate(&names.file, size, claim.number());
        let mapping = made.map_err(names.failed("allocating it"))?;
        let claim = match claim.take(&names.socket) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                return Err(SharedMemoryError::NameTaken { name: name.to_owned() });
            }
            taken => taken.map_err(names.failed("taking its name"))?,
        };
        let (name, claim) = (Some(name.to_owned()), Some(End::new(claim)));
        Ok(SharedMemory { memory: Arc::new(Memory { mapping, name, _claim: claim, len: size }) })
    }

    /// The memory that another process of this user, or this one, has created with that name.
    ///
    /// # Errors
    ///
    /// [`SharedMemoryError::NotFound`] if no process has the name, [`SharedMemoryError::NameRefused`] if it is none, and
    /// [`SharedMemoryError::System`] if its owner cannot be looked into.
    pub fn open(name: &str) -> Result<SharedMemory, SharedMemoryError> {
        let names = Names::of(name)?;
        let claimed = || named::claimed(&names.socket).map_err(names.failed("reading /proc/net/unix"));
        let begun = Instant::now();
        let mut seen = None;
        while let Some(claim) = claimed()? {
            // Another memory of that name may be open somewhere, whose owner has ended.
            let found = named::find_memory(&names.file, |file| {
                let (memory, of) = Memory::of(file, Some(name.to_owned())).ok()?;
                (of == claim).then_some(memory)
            });
            if let Some(memory) = found.map_err(names.failed("looking for it in /proc"))? {
                return Ok(SharedMemory { memory: Arc::new(memory) });
            }
            let (same, since) = *seen.get_or_insert((claim, Instant::now()));
            if same != claim {
                // A process makes it and drops it again and again.
                seen = None;
                if begun.elapsed() > CHANGING {
                    break;
                }
            } else if since.elapsed() > ENDING {
                let hidden = io::Error::from(io::ErrorKind::PermissionDenied);
                return Err(names.failed("looking into the process that owns it")(hidden));
            }
            poll::pause(Duration::from_millis(1));
        }
        Err(SharedMemoryError::NotFound { name: name.to_owned() })
    }

    /// How many bytes there are. It does not change.
    pub fn len(&self) -> usize {
        self.memory.len
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its name, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.memory.name.as_deref()
    }

    /// Copies bytes out, from the offset on, as many as the slice has.
    ///
    /// # Panics
    ///
    /// If there are not so many.
    pub fn read(&self, offset: usize, into: &mut [u8]) {
        let place = self.place(offset, into.len());
        self.memory.mapping.read_racing(place, into);
    }

    /// Copies all bytes of the slice in, from the offset on.
    ///
    /// # Panics
    ///
    /// If there are not so many.
    pub fn write(&self, offset: usize, bytes: &[u8]) {
        let place = self.place(offset, bytes.len());
        self.memory.mapping.write_racing(place, bytes);
    }

    /// The address of the first byte in this process, for code in other languages. It is a multiple of 64.
    ///
    /// The memory is there as long as a handle is. Whoever uses the address has to see to it that no other thread or process
    /// writes at the same time.
    #[doc(alias = "buf")]
    pub fn as_ptr(&self) -> *mut u8 {
        self.memory.mapping.pointer(BYTES..self.memory.mapping.len()).as_ptr()
    }

    fn place(&self, offset: usize, count: usize) -> usize {
        let (end, len) = (offset.saturating_add(count), self.len());
        assert!(end <= len, "range {offset}..{end} out of bounds for shared memory of {len} bytes");
        BYTES + offset
    }
}

/// What is named after the memory's name.
struct Names<'a> {
    name: &'a str,
    socket: String,
    file: String,
}

impl Names<'_> {
    fn of(name: &str) -> Result<Names<'_>, SharedMemoryError> {
        if name.is_empty() || name.len() > LONGEST || name.contains(char::is_control) {
            return Err(SharedMemoryError::NameRefused { name: name.to_owned() });
        }
        let (socket, file) =
            (format!("multiprocess-{}-{name}", named::user()), format!("multiprocess:{name}"));
        Ok(Names { name, socket, file })
    }

    fn failed(&self, step: &'static str) -> impl FnOnce(io::Error) -> SharedMemoryError {
        let name = self.name.to_owned();
        move |source| SharedMemoryError::System { name, step, source }
    }
}

impl fmt::Debug for SharedMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("SharedMemory");
        shown.field("name", &self.name()).field("len", &self.len()).finish_non_exhaustive()
    }
}

/// A handle in another process does not own the name.
impl Serialize for SharedMemory {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let copy = carry::copy(self.memory.mapping.file()).map_err(S::Error::custom)?;
        (copy, &self.memory.name).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SharedMemory {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<SharedMemory, D::Error> {
        let (file, name) = <(Descriptor, Option<String>)>::deserialize(deserializer)?;
        let (memory, _) = Memory::of(file.into_fd(), name).map_err(D::Error::custom)?;
        Ok(SharedMemory { memory: Arc::new(memory) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::carried::{reading, writing};
    use crate::wire::{decode, encode};

    fn name(of: &str) -> String {
        format!("{of} of {}", std::process::id())
    }

    fn text(memory: &SharedMemory) -> [u8; 4] {
        let mut text = [0; 4];
        memory.read(0, &mut text);
        text
    }

    #[test]
    fn a_name_has_one_owner_and_is_free_without_it() {
        let name = name("one");
        let owner = SharedMemory::create(&name, 100).expect("it is free");
        let taken = SharedMemory::create(&name, 100);
        assert!(matches!(taken, Err(SharedMemoryError::NameTaken { .. })));
        let attached = SharedMemory::open(&name).expect("it is there");
        owner.write(0, b"text");
        assert_eq!((text(&attached), attached.len(), attached.name()), (*b"text", 100, Some(&*name)));
        drop(owner);
        assert!(matches!(SharedMemory::open(&name), Err(SharedMemoryError::NotFound { .. })));
        // A new memory of that name is another one, though the first is open.
        let second = SharedMemory::create(&name, 200).expect("it is free");
        let opened = SharedMemory::open(&name).expect("it is there");
        assert_eq!((opened.len(), text(&opened), text(&attached)), (200, [0; 4], *b"text"));
        drop(attached);
        drop(opened);
        assert!(SharedMemory::open(&name).is_ok(), "those who attached do not take it away");
        drop(second);
    }

    #[test]
    fn a_handle_that_was_sent_does_not_own_the_name() {
        let name = name("sent");
        let owner = SharedMemory::create(&name, 100).expect("it is free");
        owner.write(0, b"text");
        let (bytes, descriptors) = writing(|| encode(&owner).expect("it can be written"));
        let sent: SharedMemory = reading(descriptors, || decode(&bytes)).expect("it can be read");
        drop(owner);
        assert_eq!((text(&sent), sent.name()), (*b"text", Some(&*name)));
        assert!(matches!(SharedMemory::open(&name), Err(SharedMemoryError::NotFound { .. })));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for name in ["", "two\nlines", "nul\0", &"x".repeat(81)] {
            let refused = |result| matches!(result, Err(SharedMemoryError::NameRefused { .. }));
            assert!(refused(SharedMemory::create(name, 1)) && refused(SharedMemory::open(name)), "{name:?}");
        }
        assert!(SharedMemory::create(&"ä".repeat(40), 1).is_ok());
    }

    #[test]
    fn what_is_outside_is_refused() {
        let memory = SharedMemory::new(10).expect("there is memory");
        memory.write(6, b"last");
        memory.read(10, &mut []);
        assert_eq!(memory.as_ptr().addr() % 64, 0);
        let outside = |act: &dyn Fn()| std::panic::catch_unwind(std::panic::AssertUnwindSafe(act)).is_err();
        assert!(outside(&|| memory.write(7, b"last")));
        assert!(outside(&|| memory.read(usize::MAX, &mut [0; 4])));
        assert!(SharedMemory::new(0).expect("there is memory").is_empty());
        assert!(SharedMemory::new(usize::MAX).is_err());
    }

    #[test]
    fn a_memory_whose_owner_hides_it_is_told_from_one_that_is_not_there() {
        let name = name("hidden");
        let names = Names::of(&name).expect("it is one");
        let claim = Claim::new().expect("a number is free").take(&names.socket).expect("it is free");
        let hidden = SharedMemory::open(&name);
        assert!(matches!(hidden, Err(SharedMemoryError::System { .. })), "{hidden:?}");
        drop(claim);
    }
}
