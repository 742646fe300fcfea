//! Stops in another process ([ptrace(2)](https://man7.org/linux/man-pages/man2/ptrace.2.html)).

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

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
    number_mark(0);
}

/// The same, with a number.
pub fn number_mark(number: u64) {
    // SAFETY: the call takes numbers. It fails, as there is no such kind of priority.
    unsafe { libc::syscall(libc::SYS_getpriority, MARK, number) };
}

/// The number of the mark, if that call is one.
pub fn marked(call: &Call) -> Option<u64> {
    let [kind, number, ..] = call.arguments;
    (call.number == libc::SYS_getpriority && kind == MARK as u64).then_some(number)
}

/// A system call that is about to be entered.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// Its number.
    pub number: libc::c_long,
    /// What it is given.
    pub arguments: [u64; 6],
}

/// Starts a program that is traced from its beginning, where it stops.
pub fn start(command: &mut Command) -> io::Result<Child> {
    let trace_me = || {
        // SAFETY: the call takes numbers.
        match unsafe { libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) } {
            -1 => Err(io::Error::last_os_error()),
            _ => Ok(()),
        }
    };
    // SAFETY: between fork and exec it makes one system call, and no memory.
    unsafe { command.pre_exec(trace_me) }.spawn()
}

/// Takes the functions away from a program that has just begun which read clocks without a system call
/// ([vdso(7)](https://man7.org/linux/man-pages/man7/vdso.7.html)): the kernel has put their address into the auxiliary vector, on the stack.
pub fn without_clock_functions(pid: u32) {
    const WORD: usize = size_of::<usize>();
    let vector = fs::read(format!("/proc/{pid}/auxv")).expect("/proc is mounted");
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).expect("/proc is mounted");
    let stack = maps.lines().find(|line| line.ends_with("[stack]")).expect("it has a stack");
    let range = stack.split_whitespace().next().and_then(|range| range.split_once('-'));
    let (start, end) = range.expect("a range");
    let [start, end] = [start, end].map(|number| u64::from_str_radix(number, 16).expect("hexadecimal"));
    let memory =
        File::options().read(true).write(true).open(format!("/proc/{pid}/mem")).expect("it is traced");
    let mut bytes = vec![0; (end - start) as usize];
    memory.read_exact_at(&mut bytes, start).expect("the stack is mapped");
    let on_stack =
        bytes.windows(vector.len()).rposition(|window| window == vector).expect("it is on the stack");
    let entry = vector.chunks_exact(2 * WORD).position(|entry| {
        usize::from_ne_bytes(*entry.first_chunk().expect("two words")) == libc::AT_SYSINFO_EHDR as usize
    });
    let place = start + (on_stack + entry.expect("the kernel has them") * 2 * WORD) as u64;
    memory.write_all_at(&(libc::AT_IGNORE as usize).to_ne_bytes(), place).expect("the stack can be written");
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

    /// The program that [`start`] has started, once it has stopped.
    pub fn started(pid: u32) -> Tracee {
        let tracee = Tracee(pid.cast_signed());
        while tracee.stop() == Stop::Interrupted {}
        let options = libc::PTRACE_O_EXITKILL | libc::PTRACE_O_TRACESYSGOOD;
        let none = std::ptr::null_mut::<libc::c_void>();
        // SAFETY: the call takes numbers, and null for what it does not need.
        assert_eq!(unsafe { libc::ptrace(libc::PTRACE_SETOPTIONS, tracee.0, none, options as usize) }, 0);
        tracee
    }

    /// Waits until it stops. `None` if it has ended, which is left for others to wait for.
    pub fn stop_or_end(&self) -> Option<Stop> {
        // SAFETY: zeros are a value of the structure, and the call fills it.
        let code = unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            let which = self.0.cast_unsigned();
            let options = libc::WSTOPPED | libc::WEXITED | libc::WNOWAIT | libc::__WALL;
            if libc::waitid(libc::P_PID, which, &raw mut info, options) == -1 {
                return Some(Stop::Interrupted);
            }
            info.si_code
        };
        let has_ended = [libc::CLD_EXITED, libc::CLD_KILLED, libc::CLD_DUMPED].contains(&code);
        (!has_ended).then(|| self.stop())
    }

    /// The call that it is about to enter, if it has stopped there.
    pub fn call(&self) -> Option<Call> {
        // SAFETY: zeros are a value of the structure, the call fills it, and its first field says which part of the union is in use.
        unsafe {
            let mut info: libc::ptrace_syscall_info = std::mem::zeroed();
            let request = libc::PTRACE_GET_SYSCALL_INFO;
            checked(libc::ptrace(request, self.0, size_of_val(&info), &raw mut info) as libc::c_int);
            if info.op != libc::PTRACE_SYSCALL_INFO_ENTRY {
                return None;
            }
            Some(Call { number: info.u.entry.nr as libc::c_long, arguments: info.u.entry.args })
        }
    }

    /// Whether it is about to enter the call that [`mark`] makes.
    pub fn is_at_mark(&self) -> bool {
        self.call().is_some_and(|call| marked(&call).is_some())
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
