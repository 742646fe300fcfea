use std::sync::Mutex;
use std::thread;

static BALANCE: Mutex<u64> = Mutex::new(100);

fn deposit(amount: u64) {
    let mut balance = BALANCE.lock().expect("no holder has panicked");
    *balance += amount;
} // `balance` is dropped here, which releases the lock

fn main() {
    thread::scope(|scope| {
        scope.spawn(|| deposit(10));
        scope.spawn(|| deposit(10));
    });
    let balance = BALANCE.lock().expect("no holder has panicked");
    println!("100 + 10 + 10 = {balance}");
}
