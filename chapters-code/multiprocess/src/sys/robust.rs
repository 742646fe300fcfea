//! A lock in shared memory that becomes free when its holder is killed
//! ([pthread_mutexattr_setrobust(3)](https://man7.org/linux/man-pages/man3/pthread_mutexattr_setrobust.3.html)).
//!
//! The kernel keeps a list of the robust locks that a thread holds. When the thread ends, however it does, the kernel marks each of
//! them and wakes one that waits. The list runs through the locks themselves, so a mapping must stay while a lock in it is held.
//!
//! The C library's locks and not our own, because a thread has one such list and it is the C library's.

use std::cell::UnsafeCell;
use std::io;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::shared::Shared;

unsafe extern "C" {
    /// glibc 2.30. The `libc` crate does not declare it.
    fn pthread_mutex_clocklock(
        mutex: *mut libc::pthread_mutex_t,
        clock: libc::clockid_t,
        until: *const libc::timespec,
    ) -> libc::c_int;
}

/// Whether the holder may take it once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    Refused,
    Counted,
}

/// How long to wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    None,
    Until(Instant),
    Endless,
}

impl From<Option<Instant>> for Patience {
    fn from(deadline: Option<Instant>) -> Patience {
        deadline.map_or(Patience::Endless, Patience::Until)
    }
}

/// What came of an attempt to take a lock.
#[derive(Debug)]
pub(crate) enum Taken {
    /// This thread holds it.
    Held,
    /// This thread holds it, and the holder before it ended without letting go. What it guards may need repair. The lock itself is
    /// whole again.
    Abandoned,
    /// Another thread holds it, still or at the deadline.
    Busy,
    /// This thread holds it already.
    Own,
    Failed(io::Error),
}

/// Who holds a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    Nobody,
    /// The thread of that number.
    Thread(u32),
    /// A thread that has ended without letting go.
    Ended,
}

/// When one that sleeps looks by itself: after 10 ms, then after twice as long each time, up to a second.
///
/// A kill can lose a wake-up. A thread is woken and killed before it has the lock, or is killed between unlocking and waking, and a
/// third one takes the lock at that moment. The kernel then finds a lock that has an owner, and wakes none of the others that sleep
/// (`handle_futex_death` in the kernel's `futex/core.c`). The owner does not know of them and wakes none either. When one of them
/// looks again, it leaves a mark for the owner.
pub(crate) struct Looks {
    deadline: Option<Instant>,
    sleep: Duration,
}

impl Looks {
    const FIRST: Duration = Duration::from_millis(10);
    const LONGEST: Duration = Duration::from_secs(1);

    pub(crate) fn until(deadline: Option<Instant>) -> Looks {
        Looks { deadline, sleep: Looks::FIRST }
    }

    /// The next moment, and whether it is the deadline.
    pub(crate) fn next(&mut self) -> (Instant, bool) {
        let look = Instant::now() + self.sleep;
        self.sleep = (2 * self.sleep).min(Looks::LONGEST);
        match self.deadline {
            Some(deadline) if deadline <= look => (deadline, true),
            _ => (look, false),
        }
    }
}

/// The lock. It is made in place, see [`Robust::set_up`].
#[repr(transparent)]
pub(crate) struct Robust(UnsafeCell<libc::pthread_mutex_t>);

// SAFETY: it changes through the cell only, and any bytes are a value of it: those of no valid lock give errors.
unsafe impl Shared for Robust {}

// SAFETY: taking it from several threads at once is what a lock is for.
unsafe impl Sync for Robust {}

impl Robust {
    /// Makes it a lock that is free.
    ///
    /// The memory is not known to others yet, or they know that the lock is being set up.
    pub(crate) fn set_up(&self, again: Again) -> io::Result<()> {
        let kind = match again {
            Again::Refused => libc::PTHREAD_MUTEX_ERRORCHECK,
            Again::Counted => libc::PTHREAD_MUTEX_RECURSIVE,
        };
        let mut attributes = MaybeUninit::<libc::pthread_mutexattr_t>::uninit();
        let attributes = attributes.as_mut_ptr();
        // SAFETY: the attributes are initialized by the first call and destroyed by the last. The cell is this lock's memory, which
        // no other code uses as a lock yet.
        unsafe {
            ok(libc::pthread_mutexattr_init(attributes))?;
            let made = ok(libc::pthread_mutexattr_settype(attributes, kind))
                .and_then(|()| {
                    ok(libc::pthread_mutexattr_setpshared(attributes, libc::PTHREAD_PROCESS_SHARED))
                })
                .and_then(|()| ok(libc::pthread_mutexattr_setrobust(attributes, libc::PTHREAD_MUTEX_ROBUST)))
                .and_then(|()| ok(libc::pthread_mutex_init(self.0.get(), attributes)));
            libc::pthread_mutexattr_destroy(attributes);
            made
        }
    }

    /// Takes the lock. Its mapping must stay until this thread has let go of it.
    #[inline]
    pub(crate) fn take(&self, patience: Patience) -> Taken {
        let mutex = self.0.get();
        // SAFETY: the cell holds what `set_up` has made. If other code has damaged it, the C library's answer is an error, as far as it
        // looks; that processes of one program do not damage each other's memory is the library's known limit.
        let answer = unsafe {
            match patience {
                Patience::None => libc::pthread_mutex_trylock(mutex),
                Patience::Endless | Patience::Until(_) => match libc::pthread_mutex_trylock(mutex) {
                    libc::EBUSY => wait(mutex, patience),
                    answer => answer,
                },
            }
        };
        match answer {
            0 => Taken::Held,
            libc::EOWNERDEAD => {
                // SAFETY: this thread holds it. If this thread ends before what the lock guards is repaired, the next one is told, too.
                unsafe { libc::pthread_mutex_consistent(mutex) };
                Taken::Abandoned
            }
            // A lock that is counted is busy for others only.
            libc::EBUSY if self.is_own() => Taken::Own,
            libc::EBUSY | libc::ETIMEDOUT => Taken::Busy,
            libc::EDEADLK => Taken::Own,
            error => Taken::Failed(io::Error::from_raw_os_error(error)),
        }
    }

    /// Lets go of the lock, if this thread holds it, and says whether it did. In a copy of the process that took it, it is the
    /// original's.
    #[inline]
    pub(crate) fn let_go(&self) -> bool {
        // SAFETY: as in `take`. A lock that this thread does not hold gives an error.
        unsafe { libc::pthread_mutex_unlock(self.0.get()) == 0 }
    }

    /// Who holds it now.
    pub(crate) fn holder(&self) -> Holder {
        match self.word().load(Ordering::Acquire) {
            word if word & libc::FUTEX_OWNER_DIED != 0 => Holder::Ended,
            word => match word & libc::FUTEX_TID_MASK {
                0 => Holder::Nobody,
                thread => Holder::Thread(thread),
            },
        }
    }

    /// Whether a thread of this process holds it.
    pub(crate) fn is_held_here(&self) -> bool {
        match self.holder() {
            Holder::Thread(thread) => super::this::has_thread(thread),
            Holder::Nobody | Holder::Ended => false,
        }
    }

    fn is_own(&self) -> bool {
        self.holder() == Holder::Thread(super::this::thread())
    }

    /// The number by which the kernel and the C library know the holder. That it comes first is part of glibc's binary interface, and
    /// what the numbers mean of the kernel's.
    fn word(&self) -> &AtomicU32 {
        // SAFETY: the lock begins with an aligned `int` that is changed by atomic operations only.
        unsafe { AtomicU32::from_ptr(self.0.get().cast()) }
    }
}

/// Waits for a lock that another thread holds.
///
/// # Safety
/// As for `pthread_mutex_lock`.
unsafe fn wait(mutex: *mut libc::pthread_mutex_t, patience: Patience) -> libc::c_int {
    let mut looks = Looks::until(match patience {
        Patience::Until(deadline) => Some(deadline),
        Patience::None | Patience::Endless => None,
    });
    loop {
        let (until, is_last) = looks.next();
        let until = on_the_clock(until);
        // SAFETY: the caller's promise is the one asked for.
        match unsafe { pthread_mutex_clocklock(mutex, libc::CLOCK_MONOTONIC, &raw const until) } {
            libc::ETIMEDOUT if !is_last => {}
            answer => return answer,
        }
    }
}

fn ok(answer: libc::c_int) -> io::Result<()> {
    if answer == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(answer)) }
}

/// The deadline as the monotonic clock will show it. A wall clock that is set does not move it.
fn on_the_clock(deadline: Instant) -> libc::timespec {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the kernel writes the structure.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    let left = deadline.saturating_duration_since(Instant::now());
    let until = Duration::new(now.tv_sec.cast_unsigned(), now.tv_nsec as u32).saturating_add(left);
    libc::timespec {
        tv_sec: libc::time_t::try_from(until.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: until.subsec_nanos().into(),
    }
}
