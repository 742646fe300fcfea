use std::sync::OnceLock;
use std::sync::atomic::Ordering::Relaxed;
use std::thread::sleep;
use std::time::Duration;

use multiprocess::shared::RawValue;
use multiprocess::{Pool, Result};

const LETTERS: [&str; 10] =
    ["Oxford", "Kyoto", "Lima", "Atlantis", "Perth", "Turin", "Oslo", "Accra", "Quito", "Delhi"];

/// The number of the last receipt, which all workers share.
static LAST: OnceLock<RawValue<u32>> = OnceLock::new();

fn keep(last: RawValue<u32>) {
    LAST.set(last).expect("it runs once in each worker");
}

/// Weighs a letter, and prints its receipt.
fn weigh(address: String) {
    sleep(Duration::from_millis(2)); // stands for the scales
    if address == "Atlantis" {
        std::process::abort(); // that letter is dripping wet
    }
    let last = LAST.get().expect("the initializer has run");
    let number = last.fetch_add(1, Relaxed) + 1;
    println!("receipt {number} for {address}");
}

fn main() -> Result<()> {
    multiprocess::init();
    let last = RawValue::new(0)?;
    let pool = Pool::builder().workers(2).initializer(keep, (last.clone(),)).start()?;
    let results = pool.map(weigh, LETTERS.map(String::from));
    for (address, result) in LETTERS.iter().zip(results) {
        if result.is_err() {
            println!("{address} has no receipt");
        }
    }
    println!("{} receipts", last.load(Relaxed));
    Ok(())
}
