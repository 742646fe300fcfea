use multiprocess::Process;
use multiprocess::sync::{Condition, Mutex};

fn driver(parcels: Mutex<u32>, changed: Condition) -> u32 {
    let guard = parcels.lock().expect("no process is killed");
    let waited = changed.wait_while(guard, |parcels| *parcels < 3);
    *waited.expect("no process is killed")
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let (parcels, changed) = (Mutex::new(0)?, Condition::new()?);
    let arguments = (parcels.clone(), changed.clone());
    let mut driver = Process::new(driver, arguments).start()?;
    for _ in 0..3 {
        *parcels.lock()? += 1;
        changed.notify_all();
    }
    println!("the driver takes {} parcels", driver.join()?);
    Ok(())
}
