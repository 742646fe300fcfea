use nix::fcntl::OFlag;
use nix::libc::_exit;
use nix::pty::{grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork, getpid, getsid, setsid};
use std::fs::File;

fn open_terminal(path: &str) {
    let leads = getsid(None) == Ok(getpid());
    let _log = File::options()
        .read(true)
        .write(true)
        .open(path)
        .expect("a terminal");
    // This name stands for the controlling terminal of whoever opens it.
    let controlled = File::open("/dev/tty").is_ok();
    println!(
        "leads its session: {leads}, has a controlling terminal: {controlled}"
    );
}

fn in_a_child(work: impl FnOnce()) -> nix::Result<()> {
    // SAFETY: with one thread, a child's copy of memory is whole.
    if let ForkResult::Parent { child } = unsafe { fork() }? {
        waitpid(child, None)?;
        return Ok(());
    }
    work();
    // SAFETY: it ends this process and leaves its parent's buffers alone.
    unsafe { _exit(0) }
}

fn main() -> nix::Result<()> {
    let terminal = posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY)?;
    grantpt(&terminal)?;
    unlockpt(&terminal)?;
    let path = ptsname_r(&terminal)?;
    in_a_child(|| {
        setsid().expect("a child leads no group");
        in_a_child(|| open_terminal(&path)).expect("it forks");
        open_terminal(&path);
    })
}
