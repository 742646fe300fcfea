//! Where no timeline is recorded, a mark costs nothing: a process in which every system call but its end is forbidden can set them.
//!
//! A program of its own with one test, since it forks: no other thread may hold a lock then.

use std::{
    env, io,
    mem::offset_of,
    pin::pin,
    task::{Context, Poll, Waker},
};

use libc::{sock_filter, sock_fprog};

/// Everything that a program can say.
fn say_all() {
    marks::mark("a mark");
    marks::name(&7, "a number");
    marks::name_end(io::stdout(), "standard output");
    let mut task = pin!(marks::task("a task", async { 7 }));
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(task.as_mut().poll(&mut context), Poll::Ready(7));
}

/// From here on the kernel kills this process at any system call but `exit_group`.
fn forbid_system_calls() {
    let step = |code, k, jt, jf| sock_filter { code, jt, jf, k };
    let steps = [
        step(
            (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16,
            offset_of!(libc::seccomp_data, nr) as u32,
            0,
            0,
        ),
        step((libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16, libc::SYS_exit_group as u32, 0, 1),
        step((libc::BPF_RET | libc::BPF_K) as u16, libc::SECCOMP_RET_ALLOW, 0, 0),
        step((libc::BPF_RET | libc::BPF_K) as u16, libc::SECCOMP_RET_KILL_PROCESS, 0, 0),
    ];
    let program = sock_fprog { len: steps.len() as u16, filter: steps.as_ptr().cast_mut() };
    // SAFETY: the first call takes numbers, the second one a program that lives until it is over.
    let results = unsafe {
        [
            libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
            libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program),
        ]
    };
    assert_eq!(results, [0, 0], "{}", io::Error::last_os_error());
}

/// How a child ends that says all without being allowed a system call, as `waitpid` tells it.
fn end_of_a_child(recorded: bool) -> i32 {
    // SAFETY: the child uses nothing that another thread may have locked: it allocates nothing unless a mark does.
    match unsafe { libc::fork() } {
        -1 => panic!("{}", io::Error::last_os_error()),
        0 => {
            if recorded {
                // SAFETY: no other thread of this child reads the environment.
                unsafe { env::set_var(marks::wire::VARIABLE, "1") };
            }
            forbid_system_calls();
            say_all();
            say_all();
            // SAFETY: it ends the child at once.
            unsafe { libc::_exit(0) }
        }
        child => {
            let mut status = 0;
            // SAFETY: the status is valid for the write.
            assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
            status
        }
    }
}

#[test]
fn a_mark_makes_no_system_call_unless_a_timeline_is_recorded() {
    let silent = end_of_a_child(false);
    assert!(libc::WIFEXITED(silent) && libc::WEXITSTATUS(silent) == 0, "status {silent:#x}");
    let recorded = end_of_a_child(true);
    assert!(libc::WIFSIGNALED(recorded) && libc::WTERMSIG(recorded) == libc::SIGSYS, "status {recorded:#x}");
}
