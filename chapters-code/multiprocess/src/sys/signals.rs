//! Which signals this thread holds back.

use std::ptr;

/// A set of signals that are blocked.
#[derive(Clone, Copy)]
pub(crate) struct Mask(libc::sigset_t);

impl Mask {
    /// Blocks every signal, and gives what was blocked before.
    pub(crate) fn block_all() -> Mask {
        // SAFETY: signal sets are plain data, for which zero is a valid value; both are valid for the calls, which cannot
        // fail with these arguments.
        unsafe {
            let mut all: libc::sigset_t = std::mem::zeroed();
            let mut before: libc::sigset_t = std::mem::zeroed();
            libc::sigfillset(&raw mut all);
            libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut before);
            Mask(before)
        }
    }

    /// What this thread blocks now.
    pub(crate) fn current() -> Mask {
        // SAFETY: as above; without a set to change to, the call only answers.
        unsafe {
            let mut now: libc::sigset_t = std::mem::zeroed();
            libc::pthread_sigmask(libc::SIG_SETMASK, ptr::null(), &raw mut now);
            Mask(now)
        }
    }

    /// Blocks these signals and no others.
    pub(crate) fn set(&self) {
        // SAFETY: the set is valid; the call cannot fail with these arguments.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.0, ptr::null_mut()) };
    }

    /// What the kernel and `sigprocmask` take.
    pub(crate) fn as_ptr(&self) -> *const libc::sigset_t {
        &raw const self.0
    }

    /// One bit for each of the 64 signals, the first for signal 1.
    pub(crate) fn bits(&self) -> u64 {
        // SAFETY: the set is valid.
        let blocks = |signal: &i32| unsafe { libc::sigismember(&raw const self.0, *signal) } == 1;
        (1..=64).filter(blocks).fold(0, |bits, signal| bits | 1 << (signal - 1))
    }

    /// The set that those bits stand for. The C library keeps two signals for itself, which nobody can block.
    pub(crate) fn from_bits(bits: u64) -> Mask {
        // SAFETY: zero is a valid set, and the calls change a set that is ours.
        unsafe {
            let mut set: libc::sigset_t = std::mem::zeroed();
            for signal in (1..=64).filter(|signal| bits >> (signal - 1) & 1 == 1) {
                libc::sigaddset(&raw mut set, signal);
            }
            Mask(set)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_the_same_after_a_journey_as_bits() {
        for bits in [0, 1, 1 << 1 | 1 << 14, 1 << 63] {
            assert_eq!(Mask::from_bits(bits).bits(), bits);
        }
    }

    #[test]
    fn what_was_blocked_is_blocked_again_afterwards() {
        let before = Mask::block_all();
        let all = Mask::current().bits();
        before.set();
        assert_eq!(Mask::current().bits(), before.bits());
        assert!(all & 1 << (libc::SIGINT - 1) != 0 && all & 1 << (libc::SIGTERM - 1) != 0, "{all:#x}");
    }
}
