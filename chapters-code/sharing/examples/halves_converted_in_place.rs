// TIMELINE: memory
use std::ops::Range;

use multiprocess::shared::RawArray;
use multiprocess::{Process, Result};

fn convert(table: RawArray<f64>, rows: Range<usize>) {
    let mut chunk = [0.0; 1000];
    for at in rows.step_by(chunk.len()) {
        table.copy_to_slice(at, &mut chunk);
        chunk.iter_mut().for_each(|value| *value = (*value - 32.0) / 1.8);
        table.copy_from_slice(at, &chunk);
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let table = RawArray::new(&vec![50.0; 1_000_000])?;
    let (lower, upper) = (0..500_000, 500_000..1_000_000);
    let mut first = Process::new(convert, (table.clone(), lower)).start()?;
    let mut second = Process::new(convert, (table.clone(), upper)).start()?;
    first.join()?;
    second.join()?;

    let mut celsius = vec![0.0; 1_000_000];
    table.copy_to_slice(0, &mut celsius);
    println!("all are 10 °C: {}", celsius.iter().all(|&value| value == 10.0));
    Ok(())
}
