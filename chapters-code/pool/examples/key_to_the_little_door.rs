use std::cell::Cell;
use std::thread;
use std::time::Duration;

use multiprocess::{Pool, Result};

fn try_key(key: u32) -> Option<u32> {
    thread::sleep(Duration::from_millis(1)); // stands for turning the key
    (key * key == 1764).then_some(key)
}

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::new(2)?;
    let taken = Cell::new(0);
    let keys = (1..).inspect(|_| taken.set(taken.get() + 1));
    for result in pool.imap(try_key, keys) {
        if let Some(key) = result? {
            println!("key {key} opens the door");
            break;
        }
    }
    println!("fewer than 100 keys were taken: {}", taken.get() < 100);
    Ok(())
}
