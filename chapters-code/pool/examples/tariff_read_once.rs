use std::collections::HashMap;
use std::sync::OnceLock;

use multiprocess::{Pool, Result};

static TARIFF: OnceLock<HashMap<String, u32>> = OnceLock::new();

fn read_tariff(text: String) {
    println!("reading the tariff");
    let rows = text.lines().filter_map(|line| line.split_once(' '));
    let tariff =
        rows.map(|(size, cents)| (size.to_owned(), cents.parse().unwrap()));
    TARIFF.set(tariff.collect()).expect("it runs once in each worker");
}

fn price(size: String) -> u32 {
    TARIFF.get().expect("the initializer has run")[&size]
}

fn main() -> Result<()> {
    multiprocess::init();
    let text = "letter 95\nsmall 390\nlarge 690".to_owned();
    let builder = Pool::builder().workers(1);
    let pool = builder.initializer(read_tariff, (text,)).start()?;
    let parcels = ["small", "letter", "large", "small"].map(String::from);
    for cents in pool.map(price, parcels) {
        println!("{} cents", cents?);
    }
    Ok(())
}
