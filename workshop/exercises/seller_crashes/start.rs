use multiprocess::sync::Mutex;
use multiprocess::{Process, Result};

/// The tickets that are left, and those that are sold. Between two sales, they are 100 together.
type Tickets = [u64; 2];

/// Sells ten tickets, unless it crashes.
fn sell_ten(tickets: Mutex<Tickets>, crashes: bool) {
    for sale in 1..=10 {
        let mut tickets = tickets.lock().expect("no holder was killed");
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
    let [left, sold] = *tickets.lock()?;
    println!("{left} left, {sold} sold");
    Ok(())
}
