//! What differs from one architecture to another. No other file of this crate asks which one it is.

use libc::{c_int, c_long, user_regs_struct};

pub(crate) use native::{
    ALARM, AUDIT, EPOLL_WAIT, FORK, NUMBER_SET, PAUSE, POLL, SELECT, VFORK, answer, first_argument,
};

#[cfg(target_arch = "x86_64")]
mod native {
    use super::{c_int, c_long, user_regs_struct};

    /// The kernel's name of this architecture, from its `audit.h`.
    pub(crate) const AUDIT: u32 = 0xc000_003e;

    // The calls that younger architectures do without.
    pub(crate) const FORK: c_long = libc::SYS_fork;
    pub(crate) const VFORK: c_long = libc::SYS_vfork;
    pub(crate) const POLL: c_long = libc::SYS_poll;
    pub(crate) const SELECT: c_long = libc::SYS_select;
    pub(crate) const EPOLL_WAIT: c_long = libc::SYS_epoll_wait;
    pub(crate) const PAUSE: c_long = libc::SYS_pause;
    pub(crate) const ALARM: c_long = libc::SYS_alarm;

    /// The register that has the first argument of a system call.
    pub(crate) fn first_argument(registers: &mut user_regs_struct) -> &mut u64 {
        &mut registers.rdi
    }

    /// The set of registers that has the number of the call alone, where it is not among the others.
    pub(crate) const NUMBER_SET: Option<c_int> = None;

    /// Has the call that is about to be entered give this result; no call is made then.
    pub(crate) fn answer(registers: &mut user_regs_struct, result: i64) {
        registers.orig_rax = u64::MAX;
        registers.rax = result.cast_unsigned();
    }
}

#[cfg(target_arch = "aarch64")]
mod native {
    use super::{c_int, c_long, user_regs_struct};

    pub(crate) const AUDIT: u32 = 0xc000_00b7;

    /// No call has this number. The C library makes `clone` of `fork`, `ppoll` of `poll` and `pause`, and so on.
    const ABSENT: c_long = -1;
    pub(crate) const FORK: c_long = ABSENT;
    pub(crate) const VFORK: c_long = ABSENT;
    pub(crate) const POLL: c_long = ABSENT;
    pub(crate) const SELECT: c_long = ABSENT;
    pub(crate) const EPOLL_WAIT: c_long = ABSENT;
    pub(crate) const PAUSE: c_long = ABSENT;
    pub(crate) const ALARM: c_long = ABSENT;

    pub(crate) fn first_argument(registers: &mut user_regs_struct) -> &mut u64 {
        &mut registers.regs[0]
    }

    /// `NT_ARM_SYSTEM_CALL` of the kernel's `elf.h`.
    pub(crate) const NUMBER_SET: Option<c_int> = Some(0x404);

    pub(crate) fn answer(registers: &mut user_regs_struct, result: i64) {
        registers.regs[0] = result.cast_unsigned();
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
compile_error!(
    "the supervisor knows x86-64 and arm64: write down here how this architecture makes system calls"
);
