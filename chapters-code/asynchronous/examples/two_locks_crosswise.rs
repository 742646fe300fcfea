// TIMELINE: locks, marks
use std::sync::{Barrier, Mutex};
use std::thread::{self, JoinHandle};

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

fn start(name: &str, run: fn()) -> JoinHandle<()> {
    let thread = thread::Builder::new().name(name.into());
    thread.spawn(run).expect("a thread can be started")
}

fn main() {
    marks::name(&ANN, "Ann's lock");
    marks::name(&BEN, "Ben's lock");
    marks::name(&BOTH_HOLD_ONE, "the barrier");
    println!("Ann pays Ben 10, and Ben pays Ann 20");
    let ann_pays = start("Ann pays", || transfer(&ANN, &BEN, 10));
    let ben_pays = start("Ben pays", || transfer(&BEN, &ANN, 20));
    for thread in [ann_pays, ben_pays] {
        thread.join().expect("it does not panic");
    }
    println!("both have paid");
}
