use std::error::Error;
use std::io::{Read, pipe};
use std::sync::{Mutex, mpsc};
use std::thread;

use nix::libc::_exit;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork, write};

static LOCK: Mutex<()> = Mutex::new(());

fn main() -> Result<(), Box<dyn Error>> {
    let (mut news, teller) = pipe()?;
    let (took, taken) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let holder = thread::spawn(move || {
        let _held = LOCK.lock();
        took.send(()).expect("main waits for it");
        let _ = released.recv();
    });
    taken.recv()?;
    println!("a thread holds the lock");
    // SAFETY: not sound, as another thread runs: this is what comes of it. Until
    // it hangs, the child makes system calls only.
    match unsafe { fork() }? {
        ForkResult::Child => {
            drop(teller);
            let _ = news.read(&mut [0]);
            let _ = write(std::io::stdout(), b"the child wants the lock\n");
            let _held = LOCK.lock();
            // SAFETY: it ends this process, and cleans up nothing.
            unsafe { _exit(0) }
        }
        ForkResult::Parent { child } => {
            drop(release);
            holder.join().expect("it does not panic");
            drop(LOCK.lock());
            println!("the parent has had the lock");
            drop(teller);
            waitpid(child, None)?;
        }
    }
    Ok(())
}
