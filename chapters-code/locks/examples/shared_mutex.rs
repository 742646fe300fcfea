use multiprocess::sync::Mutex;
use multiprocess::{Process, Result};

fn count(orders: Mutex<u64>) {
    for _ in 0..1000 {
        *orders.lock().expect("no holder was killed") += 1;
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let orders = Mutex::new(0)?;
    let mut first = Process::new(count, (orders.clone(),)).start()?;
    let mut second = Process::new(count, (orders.clone(),)).start()?;
    first.join()?;
    second.join()?;
    println!("{} orders", orders.lock()?);
    Ok(())
}
