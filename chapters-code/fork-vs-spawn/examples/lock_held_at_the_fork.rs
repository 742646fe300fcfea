use std::io::{Read, pipe};
use std::sync::{Barrier, Mutex};
use std::thread;

use nix::libc::_exit;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork, write};

static LOCK: Mutex<()> = Mutex::new(());
static MEET: Barrier = Barrier::new(2);

fn main() -> nix::Result<()> {
    let (mut news, teller) = pipe().expect("there are descriptors");
    let holder = thread::spawn(|| {
        let _held = LOCK.lock();
        MEET.wait();
        MEET.wait();
    });
    MEET.wait();
    println!("a thread holds the lock");
    // SAFETY: not sound, as another thread runs: this is what comes of it. Until
    // it hangs, the child makes system calls only.
    match unsafe { fork() }? {
        ForkResult::Child => {
            drop(teller);
            let _ = news.read(&mut [0]); // until the parent drops its teller
            let _ = write(std::io::stdout(), b"the child wants the lock\n");
            let _held = LOCK.lock();
            // SAFETY: it ends this process, and cleans up nothing.
            unsafe { _exit(0) }
        }
        ForkResult::Parent { child } => {
            MEET.wait();
            holder.join().expect("it does not panic");
            drop(LOCK.lock());
            println!("the parent has had the lock");
            drop(teller);
            waitpid(child, None).map(drop)
        }
    }
}
