use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, fork, getpid, pause, pipe, read};
use std::os::fd::OwnedFd;

fn grandchild(until_closed: &OwnedFd) -> nix::Result<()> {
    println!("the parent of {} is {}", getpid(), Pid::parent());
    kill(Pid::parent(), Signal::SIGTERM)?;
    read(until_closed, &mut [0])?;
    println!("the parent of {} is {}", getpid(), Pid::parent());
    Ok(())
}

fn main() -> nix::Result<()> {
    let (until_closed, held) = pipe()?;
    // SAFETY: with one thread, a child's copy of memory is whole.
    let ForkResult::Parent { child } = unsafe { fork() }? else {
        drop(held);
        // SAFETY: as above.
        if unsafe { fork() }?.is_child() {
            let failed = grandchild(&until_closed).is_err();
            // SAFETY: it ends this process.
            unsafe { nix::libc::_exit(i32::from(failed)) }
        }
        loop {
            pause();
        }
    };
    println!("main collects: {:?}", waitpid(child, None)?);
    drop(held);
    Ok(())
}
