use std::error::Error;

use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    // SAFETY: with one thread, the child's copy of memory is whole.
    match unsafe { fork() }? {
        ForkResult::Child => panic!("the child's work fails"),
        ForkResult::Parent { child } => {
            waitpid(child, None)?;
            println!("the folder is there: {}", folder.path().exists());
            Ok(())
        }
    }
}
