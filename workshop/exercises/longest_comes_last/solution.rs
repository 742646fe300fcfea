use std::cmp::Reverse;
use std::thread;
use std::time::Duration;

use multiprocess::{Pool, Result};

/// What was ordered, with the minutes it has to bake, in the order in which the orders came.
const ORDERS: [(&str, u64); 9] = [
    ("rolls", 4),
    ("bread", 6),
    ("buns", 4),
    ("pretzels", 3),
    ("pie", 7),
    ("scones", 4),
    ("tart", 5),
    ("cookies", 3),
    ("wedding cake", 30),
];

/// Bakes one order. Returns its line on the receipt.
fn bake((name, minutes): (String, u64)) -> String {
    println!("in the oven: {name}");
    thread::sleep(Duration::from_millis(20 * minutes)); // stands for the baking
    format!("{name}, {minutes} minutes")
}

fn main() -> Result<()> {
    multiprocess::init();
    let ovens = Pool::new(2)?;
    let mut places: Vec<usize> = (0..ORDERS.len()).collect();
    places.sort_by_key(|&place| Reverse(ORDERS[place].1));

    let item = |&place: &usize| (ORDERS[place].0.to_string(), ORDERS[place].1);
    let lines = ovens.map(bake, places.iter().map(item));
    let mut receipt = vec![String::new(); ORDERS.len()];
    for (place, line) in places.into_iter().zip(lines) {
        receipt[place] = line?;
    }
    for (number, line) in (1..).zip(receipt) {
        println!("{number}: {line}");
    }
    Ok(())
}
