//! Stops in another process ([ptrace(2)](https://man7.org/linux/man-pages/man2/ptrace.2.html)).

use std::io;

use super::checked;

/// Where the process is to stop next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Where it enters or leaves a system call.
    Call,
    /// Behind one instruction. A system call is one.
    Instruction,
}

/// What came of waiting for a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It has stopped where it was to stop.
    There,
    /// It has stopped because a signal is to be delivered to it.
    Signal(i32),
    /// A signal to this process has ended the wait.
    Interrupted,
}

/// A process that stops for this one. It dies with it.
#[derive(Debug)]
pub struct Tracee(libc::pid_t);

/// The number of no resource, by which [`mark`] is known.
const MARK: libc::c_int = 0x4d50;

/// A system call that does nothing, and that the tracer knows.
pub fn mark() {
    // SAFETY: the call takes numbers. It fails, as there is no such kind of priority.
    unsafe { libc::syscall(libc::SYS_getpriority, MARK, 0) };
}

impl Tracee {
    /// Takes hold of a process, which goes on.
    pub fn seize(pid: u32) -> io::Result<Tracee> {
        let pid = pid.cast_signed();
        let options = libc::PTRACE_O_EXITKILL | libc::PTRACE_O_TRACESYSGOOD;
        let none = std::ptr::null_mut::<libc::c_void>();
        // SAFETY: the call takes numbers, and null for what it does not need.
        if unsafe { libc::ptrace(libc::PTRACE_SEIZE, pid, none, options as usize) } == -1 {
            return Err(io::Error::last_os_error());
        }
        Ok(Tracee(pid))
    }

    /// Stops it where it is.
    pub fn interrupt(&self) {
        let none = std::ptr::null_mut::<libc::c_void>();
        // SAFETY: the call takes numbers.
        assert_eq!(unsafe { libc::ptrace(libc::PTRACE_INTERRUPT, self.0, none, none) }, 0);
    }

    /// Lets it go on, and has a signal delivered to it, unless that is 0.
    pub fn go_on(&self, until: Until, signal: i32) {
        let request = match until {
            Until::Call => libc::PTRACE_SYSCALL,
            Until::Instruction => libc::PTRACE_SINGLESTEP,
        };
        let none = std::ptr::null_mut::<libc::c_void>();
        // SAFETY: the call takes numbers.
        assert_eq!(unsafe { libc::ptrace(request, self.0, none, signal as usize) }, 0);
    }

    /// Waits until it stops. Its end is left for others to wait for.
    pub fn stop(&self) -> Stop {
        // SAFETY: zeros are a value of the structure, and the call fills it.
        let status = unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            let which = self.0.cast_unsigned();
            if libc::waitid(libc::P_PID, which, &raw mut info, libc::WSTOPPED | libc::__WALL) == -1 {
                let error = io::Error::last_os_error();
                assert_eq!(error.kind(), io::ErrorKind::Interrupted, "{error}");
                return Stop::Interrupted;
            }
            info.si_status()
        };
        match status {
            libc::SIGTRAP => Stop::There,
            status if status == libc::SIGTRAP | 0x80 || status >> 8 != 0 => Stop::There,
            signal => Stop::Signal(signal),
        }
    }

    /// Whether it is about to enter the call that [`mark`] makes.
    pub fn is_at_mark(&self) -> bool {
        // SAFETY: zeros are a value of the structure, the call fills it, and its first field says which part of the union is in use.
        unsafe {
            let mut info: libc::ptrace_syscall_info = std::mem::zeroed();
            let request = libc::PTRACE_GET_SYSCALL_INFO;
            checked(libc::ptrace(request, self.0, size_of_val(&info), &raw mut info) as libc::c_int);
            info.op == libc::PTRACE_SYSCALL_INFO_ENTRY
                && info.u.entry.nr == libc::SYS_getpriority as u64
                && info.u.entry.args[0] == MARK as u64
        }
    }

    /// After its death: lets its parent know, if that is another process than this one, which its tracer keeps waiting.
    pub fn release(self) {
        // SAFETY: zeros are a value of the structure, and the call fills it.
        unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            let which = self.0.cast_unsigned();
            while libc::waitid(libc::P_PID, which, &raw mut info, libc::WEXITED | libc::__WALL) == -1 {
                let error = io::Error::last_os_error();
                assert_eq!(error.kind(), io::ErrorKind::Interrupted, "{error}");
            }
        }
    }
}
