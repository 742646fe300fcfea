use std::sync::OnceLock;

use multiprocess::shared::Value;
use multiprocess::{Pool, Result, TaskError};

static LAST: OnceLock<Value<u32>> = OnceLock::new();

fn keep(last: Value<u32>) {
    LAST.set(last).expect("the initializer runs once");
}

fn next_number(_address: String) -> u32 {
    let last = LAST.get().expect("the initializer has run");
    let mut last = last.lock().expect("no worker was killed");
    *last += 1;
    *last
}

fn main() -> Result<()> {
    multiprocess::init();
    let last = Value::new(100)?;
    let pool =
        Pool::builder().workers(2).initializer(keep, (last,)).start()?;
    let addresses = ["Oxford", "Kyoto", "Lima", "Perth"].map(String::from);
    let numbers = pool.map(next_number, addresses).into_iter();
    let mut numbers = numbers.collect::<Result<Vec<u32>, TaskError>>()?;
    numbers.sort();
    println!("{numbers:?}");
    Ok(())
}
