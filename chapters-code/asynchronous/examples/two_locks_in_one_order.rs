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
    let (mut payer, mut payee);
    if from.number < to.number {
        payer = from.balance.lock().expect("no holder has panicked");
        payee = to.balance.lock().expect("no holder has panicked");
    } else {
        payee = to.balance.lock().expect("no holder has panicked");
        payer = from.balance.lock().expect("no holder has panicked");
    }
    *payer = payer.checked_sub(amount).expect("the payer has enough");
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
