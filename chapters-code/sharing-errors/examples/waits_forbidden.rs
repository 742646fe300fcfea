use multiprocess::Result;
use multiprocess::queue::joinable_queue;
use multiprocess::sync::Barrier;

/// Makes the kernel refuse one system call in this process from now on.
fn forbid(call: libc::c_long) {
    use libc::{BPF_ABS, BPF_JEQ, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W};
    use libc::{SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO};
    let step = |code: u32, jf, k| libc::sock_filter {
        code: code as u16,
        jt: 0,
        jf,
        k,
    };
    let eperm = SECCOMP_RET_ERRNO | libc::EPERM as u32;
    let mut filter = [
        step(BPF_LD | BPF_W | BPF_ABS, 0, 0), // the call's number
        step(BPF_JMP | BPF_JEQ | BPF_K, 1, call as u32), // this call?
        step(BPF_RET | BPF_K, 0, eperm),
        step(BPF_RET | BPF_K, 0, SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog { len: 4, filter: filter.as_mut_ptr() };
    // SAFETY: the kernel reads the program, which lives long enough.
    let set = unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &program)
    };
    assert_eq!(set, 0, "{}", std::io::Error::last_os_error());
}

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, _receiver) = joinable_queue::<u32>(1)?;
    sender.send(1)?;
    forbid(libc::SYS_ppoll);
    println!("{:?}", sender.join());

    let barrier = Barrier::new(2)?;
    forbid(libc::SYS_futex);
    println!("{:?}", barrier.wait());
    Ok(())
}
