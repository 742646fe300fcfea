use std::sync::Mutex;

use multiprocess::{Process, Result};

static ORDERS: Mutex<u64> = Mutex::new(0);

fn count() {
    for _ in 0..1000 {
        *ORDERS.lock().expect("no holder has panicked") += 1;
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let mut first = Process::new(count, ()).start()?;
    let mut second = Process::new(count, ()).start()?;
    first.join()?;
    second.join()?;
    println!("{} orders", ORDERS.lock().expect("no holder has panicked"));
    Ok(())
}
