use std::sync::{Barrier, RwLock};
use std::thread;

static RATES: RwLock<[u32; 2]> = RwLock::new([100, 90]);
static ALL_HERE: Barrier = Barrier::new(3);

fn convert(name: &str) -> String {
    let rates = RATES.read().expect("no writer has panicked");
    ALL_HERE.wait(); // both readers hold the lock
    ALL_HERE.wait(); // `main` has tried to write
    format!("{name} used {rates:?}")
}

fn main() {
    let invoice = thread::spawn(|| convert("the invoice"));
    let report = thread::spawn(|| convert("the report"));
    ALL_HERE.wait();
    println!("two threads read; may I write? {}", RATES.try_write().is_ok());
    ALL_HERE.wait();
    println!("{}", invoice.join().expect("it does not panic"));
    println!("{}", report.join().expect("it does not panic"));
    *RATES.write().expect("no writer has panicked") = [100, 91];
    println!("now I may: {:?}", RATES.read().expect("none panicked"));
}
