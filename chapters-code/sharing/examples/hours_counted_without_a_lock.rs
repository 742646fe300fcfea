use std::sync::atomic::Ordering::Relaxed;

use multiprocess::shared::RawArray;
use multiprocess::{Process, Result};

/// The hours in which this gate's visitors came.
fn gate(by_hour: RawArray<u32>, hours: Vec<usize>) {
    for hour in hours {
        by_hour.fetch_add(hour, 1, Relaxed);
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let by_hour = RawArray::zeroed(24)?;
    let (north, south) = (vec![9, 9, 10, 17], vec![9, 10, 10, 10, 16]);
    let mut north = Process::new(gate, (by_hour.clone(), north)).start()?;
    let mut south = Process::new(gate, (by_hour.clone(), south)).start()?;
    north.join()?;
    south.join()?;
    let mut morning = [0; 3];
    by_hour.copy_to_slice(9, &mut morning);
    println!("at 9, 10, and 11 a.m.: {morning:?}");
    println!("at 5 p.m.: {}", by_hour.load(17, Relaxed));
    Ok(())
}
