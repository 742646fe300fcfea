//! The C library's mutex in shared memory, by hand.

use std::cell::UnsafeCell;
use std::fs::File;
use std::io::Error;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd};
use std::ptr::{self, NonNull};

use anyhow::ensure;
use multiprocess::Descriptor;
use nix::sys::memfd::{MFdFlags, memfd_create};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Counter;

/// Whether the mutex tells the next holder that its holder was killed.
pub(super) trait Kind: 'static {
    const ROBUST: bool;
}

pub(super) struct Plain;

impl Kind for Plain {
    const ROBUST: bool = false;
}

pub(super) struct Robust;

impl Kind for Robust {
    const ROBUST: bool = true;
}

/// What is in the shared memory.
#[repr(C)]
struct Memory {
    mutex: UnsafeCell<libc::pthread_mutex_t>,
    number: UnsafeCell<u64>,
}

/// It stays mapped for the rest of the process's life.
pub(super) struct Pthread<K> {
    file: Descriptor,
    memory: NonNull<Memory>,
    kind: PhantomData<K>,
}

impl<K: Kind> Pthread<K> {
    /// Maps a file that is as long as a [`Memory`].
    fn of(file: Descriptor) -> anyhow::Result<Pthread<K>> {
        // SAFETY: a new mapping, at an address that the kernel chooses.
        let address = unsafe {
            libc::mmap(
                ptr::null_mut(),
                size_of::<Memory>(),
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED,
                file.as_fd().as_raw_fd(),
                0,
            )
        };
        ensure!(address != libc::MAP_FAILED, "mmap: {}", Error::last_os_error());
        let memory = NonNull::new(address.cast()).expect("the kernel maps nothing at 0");
        Ok(Pthread { file, memory, kind: PhantomData })
    }

    fn init(&self) -> anyhow::Result<()> {
        let mut attributes = MaybeUninit::uninit();
        let attributes = attributes.as_mut_ptr();
        // SAFETY: the attributes are initialized before they are used, and the mutex is in memory that no other process knows yet.
        unsafe {
            done("pthread_mutexattr_init", libc::pthread_mutexattr_init(attributes))?;
            done(
                "pthread_mutexattr_setpshared",
                libc::pthread_mutexattr_setpshared(attributes, libc::PTHREAD_PROCESS_SHARED),
            )?;
            if K::ROBUST {
                done(
                    "pthread_mutexattr_setrobust",
                    libc::pthread_mutexattr_setrobust(attributes, libc::PTHREAD_MUTEX_ROBUST),
                )?;
            }
            done("pthread_mutex_init", libc::pthread_mutex_init(self.mutex(), attributes))?;
            done("pthread_mutexattr_destroy", libc::pthread_mutexattr_destroy(attributes))
        }
    }

    fn mutex(&self) -> *mut libc::pthread_mutex_t {
        // SAFETY: the mapping lasts as long as this.
        unsafe { self.memory.as_ref() }.mutex.get()
    }

    fn change(&self, by: u64) -> anyhow::Result<u64> {
        // SAFETY: the mutex is initialized. Only its holder touches the number.
        unsafe {
            done("pthread_mutex_lock", libc::pthread_mutex_lock(self.mutex()))?;
            let number = self.memory.as_ref().number.get();
            *number += by;
            let is = *number;
            done("pthread_mutex_unlock", libc::pthread_mutex_unlock(self.mutex()))?;
            Ok(is)
        }
    }
}

#[inline]
fn done(what: &str, code: libc::c_int) -> anyhow::Result<()> {
    ensure!(code == 0, "{what}: {}", Error::from_raw_os_error(code));
    Ok(())
}

impl<K: Kind> Counter for Pthread<K> {
    fn pair() -> anyhow::Result<(Pthread<K>, Pthread<K>)> {
        let file = File::from(memfd_create(c"mutex", MFdFlags::MFD_CLOEXEC)?);
        file.set_len(size_of::<Memory>() as u64)?;
        let other = Pthread::of(file.try_clone()?.into())?;
        let one = Pthread::of(file.into())?;
        one.init()?;
        Ok((one, other))
    }

    fn add(&self, times: u64) -> anyhow::Result<u64> {
        for _ in 0..times {
            self.change(1)?;
        }
        self.change(0)
    }
}

impl<K> Serialize for Pthread<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.file.serialize(serializer)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Pthread<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pthread<K>, D::Error> {
        Pthread::of(Descriptor::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
