// TIMELINE: memory
use std::ops::Range;

use multiprocess::shared::RawArray;
use multiprocess::{Process, Result};

fn convert(table: RawArray<f64>, rows: Range<usize>) {
    let mut chunk = [0.0; 1000];
    for at in rows.step_by(chunk.len()) {
        table.copy_to_slice(at, &mut chunk);
        for value in &mut chunk {
            *value = (*value - 32.0) * 5.0 / 9.0;
        }
        table.copy_from_slice(at, &chunk);
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let table = RawArray::new(&vec![212.0; 1_000_000])?;
    let (lower, upper) = (0..500_000, 500_000..1_000_000);
    let mut first = Process::new(convert, (table.clone(), lower)).start()?;
    let mut second = Process::new(convert, (table.clone(), upper)).start()?;
    first.join()?;
    second.join()?;

    let mut celsius = vec![0.0; 1_000_000];
    table.copy_to_slice(0, &mut celsius);
    let right = celsius.iter().all(|value| *value == 100.0);
    println!("all rows are 100 °C: {right}");
    Ok(())
}
