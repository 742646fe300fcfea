use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

const LIMIT: u32 = 10;
const CLERKS: u32 = 4;

static GIVEN: AtomicU32 = AtomicU32::new(0);
static ALL_ARE_THERE: Barrier = Barrier::new(CLERKS as usize);

/// Makes sure that the customer exists. Another team's database answers.
fn look_up(_customer: u32) {
    thread::sleep(Duration::from_millis(5)); // stands for the database
}

fn claim(customer: u32) {
    if GIVEN.load(Relaxed) >= LIMIT {
        return; // the database need not be asked
    }
    look_up(customer);
    // The number may have changed meanwhile, so this decides.
    if let Ok(given) = GIVEN.fetch_update(Relaxed, Relaxed, |given| (given < LIMIT).then_some(given + 1)) {
        println!("voucher {} for customer {customer}", given + 1);
    }
}

fn clerk(first: u32) {
    ALL_ARE_THERE.wait();
    for customer in first..first + 10 {
        claim(customer);
    }
}

fn main() {
    thread::scope(|scope| {
        for number in 0..CLERKS {
            scope.spawn(move || clerk(10 * number));
        }
    });
    println!("given: {} of {LIMIT}", GIVEN.load(Relaxed));
}
