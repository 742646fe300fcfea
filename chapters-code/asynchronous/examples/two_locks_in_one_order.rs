use std::sync::{Barrier, Mutex};
use std::thread;

// ANCHOR: transfer
struct Account {
    number: u32,
    balance: Mutex<u64>,
}

static ANN: Account = Account { number: 1, balance: Mutex::new(100) };
static BEN: Account = Account { number: 2, balance: Mutex::new(100) };
static START: Barrier = Barrier::new(2);

fn transfer(from: &Account, to: &Account, amount: u64) {
    START.wait();
    let (low, high) =
        if from.number < to.number { (from, to) } else { (to, from) };
    let first = low.balance.lock().expect("no holder has panicked");
    let second = high.balance.lock().expect("no holder has panicked");
    let (mut payer, mut payee) = if from.number < to.number {
        (first, second)
    } else {
        (second, first)
    };
    *payer -= amount;
    *payee += amount;
}
// ANCHOR_END: transfer

fn main() {
    let ann_pays = thread::spawn(|| transfer(&ANN, &BEN, 10));
    let ben_pays = thread::spawn(|| transfer(&BEN, &ANN, 20));
    ann_pays.join().expect("it does not panic");
    ben_pays.join().expect("it does not panic");
    let [ann, ben] = [&ANN, &BEN].map(|a| *a.balance.lock().unwrap());
    println!("both have paid: Ann has {ann}, and Ben has {ben}");
}
