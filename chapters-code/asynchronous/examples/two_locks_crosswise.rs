// TIMELINE: locks, marks
use std::sync::{Barrier, Mutex};
use std::thread;

static ANN: Mutex<u64> = Mutex::new(100);
static BEN: Mutex<u64> = Mutex::new(100);
static BOTH_HOLD_ONE: Barrier = Barrier::new(2);

fn transfer(from: &Mutex<u64>, to: &Mutex<u64>, amount: u64) {
    let mut payer = from.lock().expect("no holder has panicked");
    BOTH_HOLD_ONE.wait(); // the unlucky moment, in every run
    let mut payee = to.lock().expect("no holder has panicked");
    *payer -= amount;
    *payee += amount;
}

fn main() {
    marks::name(&ANN, "Ann's lock");
    marks::name(&BEN, "Ben's lock");
    marks::name(&BOTH_HOLD_ONE, "the barrier");
    println!("Ann pays Ben 10, and Ben pays Ann 20");
    thread::scope(|scope| {
        let ann_pays = thread::Builder::new().name("Ann pays".into());
        let ben_pays = thread::Builder::new().name("Ben pays".into());
        ann_pays.spawn_scoped(scope, || transfer(&ANN, &BEN, 10)).unwrap();
        ben_pays.spawn_scoped(scope, || transfer(&BEN, &ANN, 20)).unwrap();
    });
    println!("both have paid");
}
