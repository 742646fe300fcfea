use std::sync::Mutex;
use std::thread;

use nix::libc::_exit;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, fork, write};

static LOCK: Mutex<()> = Mutex::new(());

fn fork_here() -> Pid {
    // SAFETY: none. `main` is another thread, and this shows what follows.
    // The child hangs before it does anything else.
    match unsafe { fork() }.expect("a child can be made") {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            let _held = LOCK.lock();
            let _ = write(std::io::stdout(), b"the child has the lock\n");
            // SAFETY: it ends this process, and cleans up nothing.
            unsafe { _exit(0) }
        }
    }
}

fn main() -> nix::Result<()> {
    let held = LOCK.lock();
    println!("main has the lock");
    let child = thread::spawn(fork_here).join().expect("it does not panic");
    drop(held);
    println!("main has released the lock");
    waitpid(child, None).map(drop)
}
