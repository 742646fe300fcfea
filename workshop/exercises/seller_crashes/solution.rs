use multiprocess::sync::{Mutex, MutexGuard};
use multiprocess::{LockError, Process, Result};

/// The tickets that are left, and those that are sold. Between two sales, they are 100 together.
type Tickets = [u64; 2];

/// Locks the tickets. If a holder has crashed, its half sale is undone first.
fn lock(tickets: &Mutex<Tickets>) -> MutexGuard<'_, Tickets> {
    match tickets.lock() {
        Ok(guard) => guard,
        Err(LockError::Poisoned(mut guard)) => {
            guard[0] = 100 - guard[1];
            tickets.clear_poison(); // while the lock is held, so that no other process finds it poisoned
            guard
        }
        Err(error) => panic!("{error}"),
    }
}

/// Sells ten tickets, unless it crashes.
fn sell_ten(tickets: Mutex<Tickets>, crashes: bool) {
    for sale in 1..=10 {
        let mut tickets = lock(&tickets);
        tickets[0] -= 1;
        if crashes && sale == 5 {
            std::process::abort(); // stands for a crash that you cannot prevent
        }
        tickets[1] += 1;
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let tickets = Mutex::new([100, 0])?;
    let mut sellers = Vec::new();
    for crashes in [true, false, false] {
        sellers.push(Process::new(sell_ten, (tickets.clone(), crashes)).start()?);
    }
    for seller in &mut sellers {
        let ended = if seller.join().is_ok() { "has sold ten tickets" } else { "has crashed" };
        println!("{} {ended}", seller.name());
    }
    let [left, sold] = *lock(&tickets);
    println!("{left} left, {sold} sold");
    Ok(())
}
