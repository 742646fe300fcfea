//! System calls that must not go through the C library: between `clone` and `execve` a child has its parent's `errno`, and in
//! a forked child each function that runs for the first time costs a page fault.

/// A system call by an instruction of this program's own. The error is its number, and `errno` stays as it is.
///
/// # Safety
/// As for the system call.
#[cfg(target_arch = "x86_64")]
pub(super) unsafe fn call(number: libc::c_long, arguments: [usize; 4]) -> Result<(), libc::c_int> {
    let result: isize;
    // SAFETY: the kernel takes the number and the arguments in these registers, and changes no others than named
    // here; what the call itself does is the caller's promise.
    unsafe {
        std::arch::asm!(
            "syscall",
            inlateout("rax") number as isize => result,
            in("rdi") arguments[0],
            in("rsi") arguments[1],
            in("rdx") arguments[2],
            in("r10") arguments[3],
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    if result < 0 { Err(-(result as libc::c_int)) } else { Ok(()) }
}

/// A system call by the C library, which may change `errno`.
///
/// # Safety
/// As for the system call.
#[cfg(not(target_arch = "x86_64"))]
pub(super) unsafe fn call(number: libc::c_long, [a, b, c, d]: [usize; 4]) -> Result<(), libc::c_int> {
    // SAFETY: the caller's promise is the one asked for; `errno` is always there.
    unsafe { if libc::syscall(number, a, b, c, d) == -1 { Err(*libc::__errno_location()) } else { Ok(()) } }
}
