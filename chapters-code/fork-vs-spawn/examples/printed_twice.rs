use nix::libc::_exit;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork};

fn main() -> nix::Result<()> {
    print!("written once: ");
    // SAFETY: with one thread, the child's copy of memory is whole.
    match unsafe { fork() }? {
        ForkResult::Child => {
            println!("the child");
            // SAFETY: it ends this process, and cleans up nothing.
            unsafe { _exit(0) }
        }
        ForkResult::Parent { child } => {
            waitpid(child, None)?;
            println!("the parent");
            Ok(())
        }
    }
}
