//! A new program without a copy of this process's memory.
//!
//! `fork` copies page tables, so its price grows with the caller's memory; here the child borrows the caller's
//! memory for the few system calls before `execve`, while the calling thread waits. `posix_spawn` does the
//! same and was the first choice, but it cannot hand out a pidfd together with the child, and a pid looked up
//! afterwards may belong to another process when another part of the program collects children.
//!
//! There are two ways to wait. With `clone3` and `CLONE_CLEAR_SIGHAND` the child begins without signal handlers, so
//! no signal has to be blocked, and the thread waits on a futex that the kernel clears when the child lets go of the
//! memory (`CLONE_CHILD_CLEARTID`). Ctrl-Z stops both, and `fg` lets both go on. With `clone` and `CLONE_VFORK` the
//! kernel holds the thread, which then acts on no signal: a Ctrl-Z in that moment stops the child only, and the
//! terminal waits for a parent that waits for its child. That way is taken where a sandbox or a kernel before 5.5
//! refuses the first, and under a debugger: one that sees the first takes the child for a copy of the memory, and
//! removes its breakpoints from it.

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

use super::call::call;
use super::child::Handle;
use super::numbers::{FIRST_FREE, HANDED, duplicate};
use super::signals::Mask;
use super::strings::Strings;

/// A program to start.
pub(crate) struct Exec<'a> {
    /// If it is relative, it is looked up from the `folder`.
    pub(crate) program: &'a CStr,
    pub(crate) argv: &'a Strings<'a>,
    pub(crate) envp: &'a Strings<'a>,
    /// What the program gets as its standard input.
    pub(crate) stdin: BorrowedFd<'a>,
    /// What the program gets as its standard output and standard error; with `None`, what this process has there.
    pub(crate) outputs: [Option<BorrowedFd<'a>>; 2],
    /// The program's working directory; with `None`, this process's.
    pub(crate) folder: Option<BorrowedFd<'a>>,
    /// Whether it begins in a process group of its own.
    pub(crate) own_group: bool,
    /// What the program gets as descriptors 3 and 4.
    pub(crate) handed: &'a [BorrowedFd<'a>],
}

/// The step that failed, and how.
#[derive(Debug)]
pub(crate) struct ExecError {
    pub(crate) step: &'static str,
    pub(crate) source: io::Error,
}

/// Room for the child's few frames. Untouched pages of it cost nothing.
const STACK: usize = 64 * 1024;

/// A part of the stack, aligned as the processor's calling convention asks.
#[repr(align(16))]
struct Slot(#[expect(dead_code, reason = "it is room")] [u8; 16]);

/// What the child reads, and where it leaves the reason if it fails. It lives in the caller's frame.
struct Order<'a> {
    program: *const libc::c_char,
    argv: *const *const libc::c_char,
    envp: *const *const libc::c_char,
    folder: Option<RawFd>,
    own_group: bool,
    /// Which descriptor to put under which number.
    places: &'a [(RawFd, RawFd)],
    first_closed: RawFd,
    /// What to block in the end, if the child begins with this process's handlers and all signals blocked.
    mask: Option<Mask>,
    step: &'static str,
    errno: libc::c_int,
}

/// Starts `exec.program` in a new process. Returns when the program has replaced the child, or has failed to.
///
/// The program gets the descriptors named in `exec`, and no others.
/// Signal handlers are reset, SIGPIPE gets its default action, and the signal mask is the calling thread's.
pub(crate) fn exec(exec: &Exec<'_>) -> Result<Handle, ExecError> {
    start(exec, !is_traced())
}

fn start(exec: &Exec<'_>, interruptible: bool) -> Result<Handle, ExecError> {
    assert!(exec.handed.len() <= HANDED.len(), "there are {} numbers for what is handed", HANDED.len());
    let failed = |step| move |source| ExecError { step, source };
    let [stdout, stderr] = exec.outputs;
    let standard = [(Some(exec.stdin), 0), (stdout, 1), (stderr, 2)];
    let standard = standard.into_iter().filter_map(|(fd, number)| Some((fd?, number)));
    // None may lie at a number that another is put under first.
    let mut copies = Vec::new();
    let mut places = Vec::with_capacity(5);
    for (fd, number) in standard.chain(exec.handed.iter().copied().zip(HANDED)) {
        let mut from = fd.as_raw_fd();
        if from < FIRST_FREE {
            copies.push(duplicate(fd).map_err(failed("a descriptor for it"))?);
            from = copies.last().map_or(from, AsRawFd::as_raw_fd);
        }
        places.push((from, number));
    }
    let mut room = Box::<[Slot]>::new_uninit_slice(STACK / size_of::<Slot>());
    let stack = room.as_mut_ptr().cast::<[u8; STACK]>();
    let mut order = Order {
        program: exec.program.as_ptr(),
        argv: exec.argv.as_ptr(),
        envp: exec.envp.as_ptr(),
        folder: exec.folder.map(|folder| folder.as_raw_fd()),
        own_group: exec.own_group,
        places: &places,
        first_closed: HANDED[0] + exec.handed.len() as RawFd,
        mask: None,
        step: "",
        errno: 0,
    };
    // SAFETY: `room` and `order`, and what that points to, are still there when either has returned.
    let child = unsafe {
        match interruptible.then(|| interruptible::start(stack, &raw mut order)).flatten() {
            Some(child) => child,
            None => start_by_vfork(stack, &raw mut order),
        }
    };
    let (pid, pidfd) = child.map_err(failed("clone"))?;
    let pidfd = super::numbers::beyond_reserved_if_possible(pidfd);
    if order.errno != 0 {
        // The child has called `_exit`; collecting it cannot block for long.
        let _ = super::child::wait(pidfd.as_fd(), super::child::Block::Yes);
        return Err(failed(order.step)(io::Error::from_raw_os_error(order.errno)));
    }
    Ok(Handle { pid: pid.cast_unsigned(), pidfd })
}

/// A child's number and descriptor, or why there is none.
type Child = io::Result<(libc::pid_t, OwnedFd)>;

/// # Safety
/// To be called with room for a stack, and with an order whose pointers are valid.
unsafe fn start_by_vfork(stack: *mut [u8; STACK], order: *mut Order<'_>) -> Child {
    let mut pidfd: RawFd = -1;
    let mask = Mask::block_all();
    // SAFETY: it is the caller's order, and no child uses it yet.
    unsafe { (*order).mask = Some(mask) };
    // ANCHOR: clone
    // SAFETY: The child runs `run_child` on a stack of its own, whose top is one past the end of `stack` and aligned
    // to 16 bytes. CLONE_VFORK holds this thread until the child has called `execve` or `_exit`, so `stack`, `order`
    // and all that `order` points to outlive the child's use of them. No handler of ours can run in the child while
    // it shares our memory: all signals are blocked before the call and the handlers are gone before they are
    // unblocked. The kernel writes the pidfd through the fifth argument because CLONE_PIDFD asks it to.
    let pid = unsafe {
        libc::clone(
            run_child,
            stack.add(1).cast(),
            libc::CLONE_VM | libc::CLONE_VFORK | libc::CLONE_PIDFD | libc::SIGCHLD,
            order.cast(),
            &raw mut pidfd,
        )
    };
    // ANCHOR_END: clone
    let refused = io::Error::last_os_error();
    mask.set();
    if pid == -1 {
        return Err(refused);
    }
    // SAFETY: the kernel has just made this descriptor for us and nothing else knows it.
    Ok((pid, unsafe { OwnedFd::from_raw_fd(pidfd) }))
}

/// The way that takes machine code: the C library has no function for `clone3`, and its `syscall` cannot return twice
/// on two stacks.
#[cfg(target_arch = "x86_64")]
mod interruptible {
    use std::sync::atomic::{AtomicU32, Ordering};

    use rustix::thread::futex;

    use super::*;

    /// The `libc` crate has it in a type that is too small (clone(2)).
    const CLONE_CLEAR_SIGHAND: u64 = 1 << 32;

    /// What `clone3` takes, in the first version of the kernel's structure (clone(2)).
    #[repr(C)]
    #[derive(Default)]
    struct Arguments {
        flags: u64,
        pidfd: u64,
        child_tid: u64,
        parent_tid: u64,
        exit_signal: u64,
        stack: u64,
        stack_size: u64,
        tls: u64,
    }

    /// `None` if the kernel or a sandbox refuses this way.
    ///
    /// # Safety
    /// As for `start_by_vfork`.
    pub(super) unsafe fn start(stack: *mut [u8; STACK], order: *mut Order<'_>) -> Option<Child> {
        let mut pidfd: RawFd = -1;
        // Anything but 0.
        let shared = AtomicU32::new(1);
        let flags = libc::CLONE_VM | libc::CLONE_PIDFD | libc::CLONE_CHILD_CLEARTID;
        let arguments = Arguments {
            flags: flags as u64 | CLONE_CLEAR_SIGHAND,
            pidfd: (&raw mut pidfd).expose_provenance() as u64,
            child_tid: shared.as_ptr().expose_provenance() as u64,
            exit_signal: libc::SIGCHLD as u64,
            stack: stack.expose_provenance() as u64,
            stack_size: STACK as u64,
            ..Arguments::default()
        };
        let result: isize;
        // SAFETY: This thread goes on with a pid, or with an error. The child goes on at the same place with 0, on a
        // stack of its own whose top is aligned to 16 bytes, and never returns from `run_child`.
        //
        // The memory: `stack`, `order`, all that it points to, `pidfd` and `shared` live until `shared` is 0. The
        // kernel writes that when the child's `execve` has succeeded or the child has ended, killed or not, and the
        // child runs no instruction in this memory afterwards. Until then this frame stays: what waits below is not
        // left by an error or a signal. Between the two, only the child uses `order`.
        //
        // The thread's own data, where both find the same: `errno`, the C library's record of the thread, its robust
        // locks and its rseq area. The child uses none of it. It makes system calls with instructions of its own,
        // which leave `errno` alone, takes no lock, and the kernel gives it neither our list of robust locks nor our
        // rseq area. So handlers that run in this thread meanwhile, on its stack or on its alternate one, find
        // everything as they left it, and other threads see no difference from a thread that makes a system call.
        //
        // Signals: the child's table of handlers is its own and empty (CLONE_CLEAR_SIGHAND), so no handler of ours
        // runs in it. A signal has its default action there, as in a program that has just begun.
        //
        // What CLONE_VFORK would give beyond that: This thread would stand still; the above says why it need not. It
        // could not be cancelled, nor left by a jump out of a handler; functions with values to drop, as `exec` is, allow
        // neither. And no other thread's `exit` could free the memory: it cannot here either, since the kernel keeps
        // it for as long as the child uses it.
        unsafe {
            std::arch::asm!(
                "syscall",
                "test rax, rax",
                "jnz 2f",
                "xor ebp, ebp",
                "mov rdi, r13",
                "call r12",
                "ud2",
                "2:",
                inlateout("rax") libc::SYS_clone3 as isize => result,
                in("rdi") &raw const arguments,
                in("rsi") size_of::<Arguments>(),
                in("r12") run_child as extern "C" fn(*mut libc::c_void) -> libc::c_int,
                in("r13") order,
                lateout("rcx") _,
                lateout("r11") _,
            );
        }
        match i32::try_from(result).unwrap_or(-libc::EINVAL) {
            // Refused by a sandbox; unknown to the kernel, as the call or as a flag of it.
            refused if [-libc::EPERM, -libc::ENOSYS, -libc::EINVAL].contains(&refused) => None,
            error @ ..0 => Some(Err(io::Error::from_raw_os_error(-error))),
            pid => {
                while shared.load(Ordering::Acquire) != 0 {
                    // An error means that it is 0 by now, or that a signal came. The kernel's own calls are not for
                    // private futexes, so neither is this one.
                    let _ = futex::wait(&shared, futex::Flags::empty(), 1, None);
                }
                // SAFETY: the kernel has just made this descriptor for us and nothing else knows it.
                Some(Ok((pid, unsafe { OwnedFd::from_raw_fd(pidfd) })))
            }
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod interruptible {
    use super::*;

    pub(super) unsafe fn start(_: *mut [u8; STACK], _: *mut Order<'_>) -> Option<Child> {
        None
    }
}

/// Whether a debugger or the like watches this process. It is asked once, since that costs as much as a hundred
/// system calls.
fn is_traced() -> bool {
    static TRACED: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *TRACED.get_or_init(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
        tracer.is_some_and(|tracer| tracer.trim() != "0")
    })
}

/// The child between `clone` and `execve`. Nothing here may allocate, lock, unwind, or touch what belongs to a
/// thread: the memory is the parent's, and the parent's threads go on using it.
extern "C" fn run_child(order: *mut libc::c_void) -> libc::c_int {
    // SAFETY: both ways to start pass an `Order` that nothing else uses until the child is done with it.
    let order = unsafe { &mut *order.cast::<Order<'_>>() };
    // SAFETY: every call is a bare system call on plain values, or on pointers that `exec` keeps alive.
    unsafe {
        let done = prepare(order).and_then(|()| {
            let Order { program, argv, envp, .. } = *order;
            call(libc::SYS_execve, [program.addr(), argv.addr(), envp.addr(), 0])
                .map_err(|errno| ("execve", errno))
        });
        if let Err((step, errno)) = done {
            order.step = step;
            order.errno = errno;
        }
        // What was written goes out before the kernel says that the child is done with it.
        std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
        loop {
            let _ = call(libc::SYS_exit_group, [127, 0, 0, 0]);
        }
    }
}

/// # Safety
/// To be called in a child that shares no signal handlers with a running thread.
unsafe fn prepare(order: &Order<'_>) -> Result<(), (&'static str, libc::c_int)> {
    let failed = |step| move |errno| (step, errno);
    // SAFETY: as in `run_child`.
    unsafe {
        if order.mask.is_some() {
            reset_handlers();
        }
        reset_handler(libc::SIGPIPE);
        if order.own_group {
            call(libc::SYS_setpgid, [0; 4]).map_err(failed("its process group"))?;
        }
        if let Some(folder) = order.folder {
            call(libc::SYS_fchdir, [folder as usize, 0, 0, 0]).map_err(failed("its working directory"))?;
        }
        for &(from, to) in order.places {
            call(libc::SYS_dup3, [from as usize, to as usize, 0, 0]).map_err(failed("dup3"))?;
        }
        call(libc::SYS_close_range, [order.first_closed as usize, u32::MAX as usize, 0, 0])
            .map_err(failed("close_range"))?;
        if let Some(mask) = &order.mask {
            libc::sigprocmask(libc::SIG_SETMASK, mask.as_ptr(), ptr::null_mut());
        }
    }
    Ok(())
}

/// Gives every caught signal its default action. `execve` would do so too, but the mask is lifted before it.
///
/// # Safety
/// To be called in a child that does not share its signal handlers with a running thread.
unsafe fn reset_handlers() {
    for signal in 1..=libc::SIGRTMAX() {
        // SAFETY: the structure is plain data, for which zero is a valid value; the kernel refuses what it does not
        // want asked.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            if libc::sigaction(signal, ptr::null(), &raw mut action) == 0
                && action.sa_sigaction != libc::SIG_IGN
                && action.sa_sigaction != libc::SIG_DFL
            {
                reset_handler(signal);
            }
        }
    }
}

/// Gives a signal its default action, by a bare system call: the C library's may have to be looked up by the loader
/// first, which takes note of that in the thread's own data.
///
/// # Safety
/// As for `reset_handlers`.
unsafe fn reset_handler(signal: libc::c_int) {
    // The kernel's structure: handler, flags, restorer, mask. Zeros stand for the default action.
    let action = [0_usize; 4];
    // SAFETY: the structure is valid for the kernel to read. It refuses only signals whose action cannot be changed.
    let _ = unsafe {
        call(
            libc::SYS_rt_sigaction,
            [signal as usize, action.as_ptr().expose_provenance(), 0, size_of::<u64>()],
        )
    };
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{Read, Seek};
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, setpgid, waitid};

    use super::*;
    use crate::error::ExitStatus;
    use crate::sys::child::{Block, Waited, wait};
    use crate::sys::memfd;

    const SHELL: &CStr = c"/bin/sh";

    /// Both ways to start.
    const WAYS: [bool; 2] = [true, false];

    fn strings<'a>(strings: &[&'a str]) -> Strings<'a> {
        Strings::copied(strings.iter()).expect("they hold no null byte")
    }

    fn text(mut file: &File) -> String {
        let mut text = String::new();
        file.rewind().and_then(|()| file.read_to_string(&mut text)).expect("it holds text");
        text
    }

    fn ended(child: &Handle) -> Waited {
        wait(child.pidfd.as_fd(), Block::Yes).expect("it can be waited for")
    }

    #[test]
    fn a_program_gets_what_it_is_given_and_nothing_else() {
        for way in WAYS {
            let null = File::open("/dev/null").expect("it is there");
            let [out, err, handed] =
                [(); 3].map(|()| File::from(memfd::create(c"test").expect("a memory file")));
            let root = File::open("/").expect("it is there");
            let script = "pwd; echo $A; echo error >&2; echo handed >&3; cd /proc/self/fd; echo *";
            let exec = Exec {
                program: SHELL,
                argv: &strings(&["sh", "-c", script]),
                envp: &strings(&["A=value"]),
                stdin: null.as_fd(),
                outputs: [Some(out.as_fd()), Some(err.as_fd())],
                folder: Some(root.as_fd()),
                own_group: false,
                handed: &[handed.as_fd()],
            };
            let child = start(&exec, way).expect("it can be started");
            assert_eq!(ended(&child), Waited::Ended(ExitStatus::Code(0)));
            assert_eq!(text(&err), "error\n");
            assert_eq!(text(&handed), "handed\n");
            let out = text(&out);
            assert_eq!(out.lines().take(2).collect::<Vec<_>>(), ["/", "value"]);
            // The shell has the folder open while it lists it.
            let numbers: Vec<_> = out.lines().last().unwrap_or_default().split(' ').collect();
            assert!(numbers.starts_with(&["0", "1", "2", "3"]) && numbers.len() <= 5, "{numbers:?}");
        }
    }

    #[test]
    fn a_descriptor_may_lie_where_another_goes() {
        for way in WAYS {
            let null = File::open("/dev/null").expect("it is there");
            let out = File::from(memfd::create(c"test").expect("a memory file"));
            // SAFETY: this process keeps its standard error.
            let own = unsafe { BorrowedFd::borrow_raw(2) };
            let exec = Exec {
                program: SHELL,
                argv: &strings(&["sh", "-c", "test /proc/self/fd/3 -ef /proc/$PPID/fd/2 && echo same"]),
                envp: &strings(&[]),
                stdin: null.as_fd(),
                outputs: [Some(out.as_fd()), Some(out.as_fd())],
                folder: None,
                own_group: false,
                handed: &[own],
            };
            assert_eq!(
                ended(&start(&exec, way).expect("it can be started")),
                Waited::Ended(ExitStatus::Code(0))
            );
            assert_eq!(text(&out), "same\n");
        }
    }

    #[test]
    fn the_step_that_fails_is_named() {
        for way in WAYS {
            let null = File::open("/dev/null").expect("it is there");
            let exec = |program, folder| Exec {
                program,
                argv: Box::leak(Box::new(strings(&["x"]))),
                envp: Box::leak(Box::new(strings(&[]))),
                stdin: null.as_fd(),
                outputs: [None, None],
                folder,
                own_group: false,
                handed: &[],
            };
            let missing = start(&exec(c"/does/not/exist", None), way).err().expect("there is none");
            assert_eq!((missing.step, missing.source.kind()), ("execve", io::ErrorKind::NotFound));
            let folder = start(&exec(SHELL, Some(null.as_fd())), way).err().expect("it is no folder");
            assert_eq!(folder.step, "its working directory");
            assert_eq!(folder.source.raw_os_error(), Some(libc::ENOTDIR));
        }
    }

    #[test]
    fn a_program_begins_with_the_signals_of_the_calling_thread() {
        for way in WAYS {
            let null = File::open("/dev/null").expect("it is there");
            let out = File::from(memfd::create(c"test").expect("a memory file"));
            let exec = Exec {
                program: SHELL,
                argv: &strings(&["sh", "-c", "exec grep -E 'Sig(Blk|Ign)' /proc/self/status"]),
                envp: &strings(&[]),
                stdin: null.as_fd(),
                outputs: [Some(out.as_fd()), None],
                folder: None,
                own_group: false,
                handed: &[],
            };
            let before = Mask::current();
            Mask::from_bits(1 << (libc::SIGUSR1 - 1)).set();
            let child = start(&exec, way);
            let after = Mask::current().bits();
            before.set();
            assert_eq!(after, 1 << (libc::SIGUSR1 - 1));
            assert_eq!(ended(&child.expect("it can be started")), Waited::Ended(ExitStatus::Code(0)));
            let out = text(&out);
            let bits = |name| {
                let line = out.lines().find_map(|line| line.strip_prefix(name)).expect("it is listed");
                u64::from_str_radix(line.trim(), 16).expect("it is a number")
            };
            assert_eq!(bits("SigBlk:"), 1 << (libc::SIGUSR1 - 1));
            assert_eq!(bits("SigIgn:") & 1 << (libc::SIGPIPE - 1), 0, "SIGPIPE, which Rust ignores: {out}");
        }
    }

    /// Whether the way that can be stopped is refused here, as by some sandboxes, or there is none for this processor.
    fn is_clone3_refused() -> bool {
        // SAFETY: without arguments the call can only fail.
        unsafe { libc::syscall(libc::SYS_clone3, ptr::null::<libc::c_void>(), 0) };
        let known = io::Error::last_os_error().raw_os_error() == Some(libc::EINVAL);
        cfg!(not(target_arch = "x86_64")) || !known
    }

    /// What a terminal does at Ctrl-Z and `fg`, again and again, to a group whose first process does nothing but start
    /// others. It has to stop each time.
    #[test]
    fn a_process_can_be_stopped_while_it_starts_others() {
        if is_clone3_refused() {
            eprintln!(
                "left out: clone3 is refused, and with vfork a process cannot be stopped while it starts others"
            );
            return;
        }
        // SAFETY: the copy goes on with this thread only. It allocates, which the C library's `fork` allows.
        let copy = unsafe { libc::fork() };
        if copy == 0 {
            let _ = setpgid(None, None);
            let null = File::open("/dev/null").expect("it is there");
            let (argv, envp) = (strings(&["true"]), strings(&[]));
            let stdin = null.as_fd();
            let exec = Exec {
                program: c"/bin/true",
                argv: &argv,
                envp: &envp,
                stdin,
                outputs: [None, None],
                folder: None,
                own_group: false,
                handed: &[],
            };
            loop {
                let Ok(child) = start(&exec, true) else { crate::sys::exit::exit_now(1) };
                ended(&child);
            }
        }
        let group = Pid::from_raw(copy).expect("it is a pid");
        let _ = setpgid(Some(group), Some(group));
        let stopped_by = |deadline: Instant| loop {
            let options = WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
            match waitid(WaitId::Pid(group), options).expect("it is a child") {
                Some(status) => break status.stopped(),
                None if Instant::now() > deadline => break false,
                None => std::thread::yield_now(),
            }
        };
        let all_stopped = (0..300).all(|_| {
            kill_process_group(group, Signal::TSTP).expect("it is there");
            let stopped = stopped_by(Instant::now() + Duration::from_secs(10));
            kill_process_group(group, Signal::CONT).expect("it is there");
            stopped
        });
        kill_process_group(group, Signal::KILL).expect("it is there");
        let _ = waitid(WaitId::Pid(group), WaitIdOptions::EXITED);
        assert!(all_stopped, "a process that was sent SIGTSTP did not stop within 10 s");
    }
}
