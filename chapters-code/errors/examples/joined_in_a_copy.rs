use multiprocess::{Process, Result};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork};

fn main() -> Result<()> {
    multiprocess::init();
    let mut child = Process::new(|| 42, ()).start()?;
    // SAFETY: this program has one thread.
    match unsafe { fork() }.expect("fork succeeds") {
        ForkResult::Child => {
            if let Err(refused) = child.join() {
                println!("{refused}");
            }
        }
        ForkResult::Parent { child: copy } => {
            waitpid(copy, None).expect("the copy is a child");
            println!("{}", child.join()?);
        }
    }
    Ok(())
}
