use std::ops::Range;
use std::sync::{OnceLock, atomic::Ordering::Relaxed};

use multiprocess::shared::RawArray;
use multiprocess::{Pool, Result};

static PARCELS: OnceLock<RawArray<u32>> = OnceLock::new();

fn keep(parcels: RawArray<u32>) {
    PARCELS.set(parcels).expect("the initializer runs once");
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
    let builder = Pool::builder().workers(2);
    let pool = builder.initializer(keep, (parcels.clone(),)).start()?;
    let parts = (0..10).map(|n| n * 50_000..(n + 1) * 50_000);
    pool.map(price, parts).into_iter().collect::<Result<(), _>>()?;
    let last = parcels.load(499_999, Relaxed);
    println!("the last parcel costs {last} cents");
    Ok(())
}
