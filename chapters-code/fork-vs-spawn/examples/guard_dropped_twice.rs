use std::error::Error;

use nix::libc::_exit;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork};

fn work() -> Result<(), String> {
    Err("the child's work fails".to_owned())
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    // SAFETY: with one thread, the child's copy of memory is whole.
    match unsafe { fork() }? {
        ForkResult::Child => {
            work()?;
            // SAFETY: it ends this process, and cleans up nothing.
            unsafe { _exit(0) }
        }
        ForkResult::Parent { child } => {
            waitpid(child, None)?;
            println!("the folder is there: {}", folder.path().exists());
            Ok(())
        }
    }
}
