use nix::fcntl::{OFlag, open};
use nix::pty::{grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::stat::Mode;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork, getpid, getsid, setsid};
use std::fs::File;

fn open_terminal(path: &str) {
    let leads = getsid(None) == Ok(getpid());
    let _log = open(path, OFlag::O_RDWR, Mode::empty()).expect("a terminal");
    // /dev/tty is the controlling terminal of the process that opens it.
    let has_one = File::open("/dev/tty").is_ok();
    println!("leads: {leads}, has a controlling terminal: {has_one}");
}

fn in_a_child(work: impl FnOnce()) -> nix::Result<()> {
    // SAFETY: with one thread, a child's copy of memory is whole.
    if let ForkResult::Parent { child } = unsafe { fork() }? {
        waitpid(child, None)?;
        return Ok(());
    }
    work();
    // SAFETY: it ends this process.
    unsafe { nix::libc::_exit(0) }
}

fn main() -> nix::Result<()> {
    let terminal = posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY)?;
    grantpt(&terminal)?;
    unlockpt(&terminal)?;
    let path = ptsname_r(&terminal)?;
    in_a_child(|| {
        setsid().expect("a child leads no process group");
        in_a_child(|| open_terminal(&path)).expect("a child can be started");
        open_terminal(&path);
    })
}
