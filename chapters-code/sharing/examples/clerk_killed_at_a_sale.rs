use multiprocess::shared::Array;
use multiprocess::{LockError, Process, Result};

/// What the array has at each index.
const TICKETS: usize = 0;
const EUROS: usize = 1;

fn sell(sales: Array<u32>, crashes: bool) {
    let mut sales = sales.lock().expect("no clerk was killed yet");
    sales[TICKETS] += 1;
    if crashes {
        std::process::abort(); // before the 12 euros are in
    }
    sales[EUROS] += 12;
}

fn main() -> Result<()> {
    multiprocess::init();
    let sales = Array::new(&[29, 29 * 12])?;
    Process::new(sell, (sales.clone(), false)).start()?.join()?;
    println!("a whole sale: {:?}", &*sales.lock()?);

    let mut clerk =
        Process::new(sell, (sales.clone(), true)).name("clerk").start()?;
    println!("{}", clerk.join().expect_err("it aborts"));
    if let Err(LockError::Poisoned(mut found)) = sales.lock() {
        println!("half a sale: {:?}", &*found);
        found[EUROS] = found[TICKETS] * 12;
        sales.clear_poison();
    }
    println!("repaired: {:?}", &*sales.lock()?);
    Ok(())
}
