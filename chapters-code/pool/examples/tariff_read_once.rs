use std::{collections::HashMap, sync::OnceLock};

use multiprocess::{Pool, Result};

static TARIFF: OnceLock<HashMap<String, u32>> = OnceLock::new();

fn read_tariff(text: String) {
    println!("reading the tariff");
    let mut tariff = HashMap::new();
    for (size, cents) in text.lines().filter_map(|row| row.split_once(' ')) {
        tariff.insert(size.to_owned(), cents.parse().expect("a number"));
    }
    TARIFF.set(tariff).expect("the initializer runs once");
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
