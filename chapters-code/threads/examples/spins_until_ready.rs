use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::time::Duration;
use std::{hint, thread};

use nix::sys::resource::{UsageWho, getrusage};

static READY: AtomicBool = AtomicBool::new(false);

fn main() -> nix::Result<()> {
    let other = thread::spawn(|| {
        thread::sleep(Duration::from_millis(50)); // stands for work
        READY.store(true, Release);
    });
    let before = getrusage(UsageWho::RUSAGE_THREAD)?;
    while !READY.load(Acquire) {
        hint::spin_loop();
    }
    let after = getrusage(UsageWho::RUSAGE_THREAD)?;
    let slept = after.voluntary_context_switches()
        - before.voluntary_context_switches();
    println!("ready, and this thread slept {slept} times meanwhile");
    other.join().unwrap();
    Ok(())
}
