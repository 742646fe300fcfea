use nix::libc::_exit;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork, write};

fn main() -> nix::Result<()> {
    // SAFETY: with one thread, the child's copy of memory is whole.
    match unsafe { fork() }? {
        ForkResult::Child => {
            let sent = write(std::io::stdout(), b"Hello Process World\n");
            // SAFETY: it ends this process, and cleans up nothing.
            unsafe { _exit(i32::from(sent.is_err())) }
        }
        ForkResult::Parent { child } => {
            assert_eq!(waitpid(child, None)?, WaitStatus::Exited(child, 0));
            Ok(())
        }
    }
}
