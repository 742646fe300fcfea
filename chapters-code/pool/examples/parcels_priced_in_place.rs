use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::Ordering::Relaxed;

use multiprocess::shared::RawArray;
use multiprocess::{Pool, Result};

static PARCELS: OnceLock<RawArray<u32>> = OnceLock::new();

fn keep(parcels: RawArray<u32>) {
    PARCELS.set(parcels).expect("it runs once in each worker");
}

fn price(rows: Range<usize>) {
    let parcels = PARCELS.get().expect("the initializer has run");
    for row in rows {
        let grams = parcels.load(row, Relaxed);
        parcels.store(row, 200 + grams / 10, Relaxed);
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let parcels = RawArray::new(&[1000; 500_000])?;
    let pool = Pool::builder().workers(2).initializer(keep, (parcels.clone(),)).start()?;
    let parts = (0..10).map(|part| part * 50_000..(part + 1) * 50_000);
    pool.map(price, parts).into_iter().collect::<Result<(), _>>()?;
    let right = (0..parcels.len()).all(|row| parcels.load(row, Relaxed) == 300);
    println!("each parcel costs 300 cents: {right}");
    Ok(())
}
