use std::sync::Mutex;
use std::thread;

static BALANCE: Mutex<u64> = Mutex::new(100);

fn deposit(amount: u64) {
    let mut balance = BALANCE.lock().expect("no holder has panicked");
    *balance += amount;
} // `balance` is dropped here, which releases the lock

fn main() {
    let first = thread::spawn(|| deposit(10));
    let second = thread::spawn(|| deposit(10));
    first.join().expect("it does not panic");
    second.join().expect("it does not panic");
    let balance = BALANCE.lock().expect("no holder has panicked");
    println!("100 + 10 + 10 = {balance}");
}
