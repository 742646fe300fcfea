use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread::sleep;
use std::time::Duration;

use multiprocess::{Pool, Result};

const LETTERS: [&str; 10] =
    ["Oxford", "Kyoto", "Lima", "Atlantis", "Perth", "Turin", "Oslo", "Accra", "Quito", "Delhi"];

/// The number of the last receipt.
static LAST: AtomicU32 = AtomicU32::new(0);

/// Weighs a letter, and prints its receipt.
fn weigh(address: String) {
    sleep(Duration::from_millis(2)); // stands for the scales
    if address == "Atlantis" {
        std::process::abort(); // that letter is dripping wet
    }
    let number = LAST.fetch_add(1, Relaxed) + 1;
    println!("receipt {number} for {address}");
}

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::new(2)?;
    let results = pool.map(weigh, LETTERS.map(String::from));
    for (address, result) in LETTERS.iter().zip(results) {
        if result.is_err() {
            println!("{address} has no receipt");
        }
    }
    println!("{} receipts", LAST.load(Relaxed));
    Ok(())
}
