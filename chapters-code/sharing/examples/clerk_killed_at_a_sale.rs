use multiprocess::shared::Array;
use multiprocess::{LockError, Process, Result};

/// What the array has at each index.
const TICKETS: usize = 0;
const EUROS: usize = 1;

fn sell(sales: Array<u32>) {
    let mut sales = sales.lock().expect("no clerk was killed yet");
    sales[TICKETS] += 1;
    std::process::abort(); // before the 12 euros are in
}

fn main() -> Result<()> {
    multiprocess::init();
    let sales = Array::new(&[30, 30 * 12])?;
    let mut clerk = Process::new(sell, (sales.clone(),)).start()?;
    println!("{}", clerk.join().expect_err("it aborts"));

    if let Err(LockError::Poisoned(mut found)) = sales.lock() {
        println!("half a sale: {:?}", &*found);
        found[EUROS] = found[TICKETS] * 12;
        sales.clear_poison();
    }
    println!("repaired: {:?}", &*sales.lock()?);
    Ok(())
}
