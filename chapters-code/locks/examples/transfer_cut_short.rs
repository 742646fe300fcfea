use std::thread;
use std::time::Duration;

use multiprocess::sync::{Event, Mutex};
use multiprocess::{LockError, Process, Result};

// ANCHOR: transfer
fn transfer(accounts: Mutex<[u64; 2]>, half_done: Event) {
    let mut accounts = accounts.lock().expect("no holder was killed");
    accounts[0] -= 10;
    half_done.set();
    thread::sleep(Duration::from_secs(60)); // stands for a slow step
    accounts[1] += 10;
}
// ANCHOR_END: transfer

// ANCHOR: main
fn main() -> Result<()> {
    multiprocess::init();
    let (accounts, half_done) = (Mutex::new([100, 100])?, Event::new()?);
    let arguments = (accounts.clone(), half_done.clone());
    let mut child = Process::new(transfer, arguments).start()?;
    half_done.wait();
    child.kill()?;
    println!("{}", child.join().expect_err("it was killed"));

    let Err(LockError::Poisoned(mut found)) = accounts.lock() else {
        panic!("the killed child held the lock");
    };
    println!("poisoned, and the value is {:?}", *found);
    found[0] = 200 - found[1];
    accounts.clear_poison();
    drop(found);
    println!("repaired: {:?}", accounts.lock()?);
    Ok(())
}
// ANCHOR_END: main
