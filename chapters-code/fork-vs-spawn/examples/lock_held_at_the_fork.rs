use std::io::{Read, pipe};
use std::sync::{Barrier, Mutex};
use std::thread;

use nix::libc::_exit;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork, write};

static LOCK: Mutex<()> = Mutex::new(());
static MEET: Barrier = Barrier::new(2);

fn main() -> nix::Result<()> {
    let (mut reader, writer) = pipe().expect("a pipe can be made");
    let holder = thread::spawn(|| {
        let _held = LOCK.lock();
        MEET.wait();
        MEET.wait();
    });
    MEET.wait();
    println!("a thread holds the lock");
    // SAFETY: none. Another thread runs, and this shows what follows. Until
    // it hangs, the child makes system calls only.
    match unsafe { fork() }? {
        ForkResult::Child => {
            drop(writer);
            let _ = reader.read(&mut [0]); // until the parent drops writer
            let _ = write(std::io::stdout(), b"the child wants the lock\n");
            let _held = LOCK.lock();
            // SAFETY: it ends this process, and cleans up nothing.
            unsafe { _exit(0) }
        }
        ForkResult::Parent { child } => {
            MEET.wait();
            holder.join().expect("the holder does not panic");
            drop(LOCK.lock());
            println!("the parent has had the lock");
            drop(writer);
            waitpid(child, None).map(drop)
        }
    }
}
