use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

static BALANCE: AtomicU64 = AtomicU64::new(100);
static BOTH_HAVE_READ: Barrier = Barrier::new(2);

fn deposit(amount: u64) {
    let balance = BALANCE.load(Relaxed);
    BOTH_HAVE_READ.wait(); // the unlucky moment, in every run
    BALANCE.store(balance + amount, Relaxed);
}

fn main() {
    let first = thread::spawn(|| deposit(10));
    let second = thread::spawn(|| deposit(10));
    first.join().expect("it does not panic");
    second.join().expect("it does not panic");
    println!("100 + 10 + 10 = {}", BALANCE.load(Relaxed));
}
