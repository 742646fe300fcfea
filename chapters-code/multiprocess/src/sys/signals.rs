//! Which signals this thread holds back.

use nix::sys::signal::{SigSet, SigmaskHow};

/// A set of signals that are blocked.
#[derive(Clone, Copy)]
pub(crate) struct Mask(SigSet);

impl Mask {
    /// Blocks every signal, and gives what was blocked before.
    pub(crate) fn block_all() -> Mask {
        Mask(
            SigSet::all().thread_swap_mask(SigmaskHow::SIG_SETMASK).expect("a signal mask can always be set"),
        )
    }

    /// What this thread blocks now.
    pub(crate) fn current() -> Mask {
        Mask(SigSet::thread_get_mask().expect("a signal mask can always be read"))
    }

    /// Blocks these signals and no others.
    pub(crate) fn set(&self) {
        // By hand, since it runs in a forked child, where each function that is called first costs a page fault. Where a
        // sandbox refuses the call, nothing was blocked either.
        // SAFETY: the set is valid, and nothing is written.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, self.as_ptr(), std::ptr::null_mut()) };
    }

    /// What the kernel and `sigprocmask` take.
    pub(crate) fn as_ptr(&self) -> *const libc::sigset_t {
        self.0.as_ref()
    }

    /// One bit for each of the 64 signals, the first for signal 1. By hand, as is the way back: nix knows the first 31.
    pub(crate) fn bits(&self) -> u64 {
        // SAFETY: the set is valid.
        let blocks = |signal: &i32| unsafe { libc::sigismember(self.as_ptr(), *signal) } == 1;
        (1..=64).filter(blocks).fold(0, |bits, signal| bits | 1 << (signal - 1))
    }

    /// The set that those bits stand for. The C library keeps two signals for itself, which no program can block.
    pub(crate) fn from_bits(bits: u64) -> Mask {
        // SAFETY: zero is a valid set, and the calls change a set that is ours.
        unsafe {
            let mut set: libc::sigset_t = std::mem::zeroed();
            for signal in (1..=64).filter(|signal| bits >> (signal - 1) & 1 == 1) {
                libc::sigaddset(&raw mut set, signal);
            }
            Mask(SigSet::from_sigset_t_unchecked(set))
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
