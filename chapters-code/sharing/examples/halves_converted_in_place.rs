// TIMELINE: memory
use std::ops::Range;

use multiprocess::shared::RawArray;
use multiprocess::{Process, Result};

fn convert(table: RawArray<f64>, rows: Range<usize>) {
    let mut chunk = [0.0; 1000];
    for at in rows.step_by(1000) {
        table.copy_to_slice(at, &mut chunk);
        for value in &mut chunk {
            *value = (*value - 32.0) * 5.0 / 9.0;
        }
        table.copy_from_slice(at, &chunk);
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let fahrenheit: Vec<f64> =
        (0..1_000_000).map(|row| f64::from(32 + row % 7 * 9)).collect();
    let table = RawArray::new(&fahrenheit)?;
    let (lower, upper) = (0..500_000, 500_000..1_000_000);
    let mut first = Process::new(convert, (table.clone(), lower)).start()?;
    let mut second = Process::new(convert, (table.clone(), upper)).start()?;
    first.join()?;
    second.join()?;

    let mut celsius = vec![0.0; 1_000_000];
    table.copy_to_slice(0, &mut celsius);
    for row in [0, 1, 499_999, 500_000, 999_999] {
        println!("row {row}: {} °F, {} °C", fahrenheit[row], celsius[row]);
    }
    Ok(())
}
