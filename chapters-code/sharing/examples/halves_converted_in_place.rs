// TIMELINE: memory
use std::ops::Range;
use std::sync::atomic::Ordering::Relaxed;

use multiprocess::shared::RawArray;
use multiprocess::{Process, Result};

/// In degrees Fahrenheit.
fn measured(row: usize) -> f64 {
    (32 + row % 7 * 9) as f64
}

fn convert(table: RawArray<f64>, rows: Range<usize>) {
    let mut buffer = [0.0; 1000];
    for at in rows.clone().step_by(1000) {
        let length = (rows.end - at).min(1000); // the last may be shorter
        let chunk = &mut buffer[..length];
        table.copy_to_slice(at, chunk);
        for value in chunk.iter_mut() {
            *value = (*value - 32.0) * 5.0 / 9.0;
        }
        table.copy_from_slice(at, chunk);
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let table = RawArray::zeroed(1_000_000)?;
    for row in 0..table.len() {
        table.store(row, measured(row), Relaxed);
    }
    let (lower, upper) = (0..500_000, 500_000..1_000_000);
    let mut first = Process::new(convert, (table.clone(), lower)).start()?;
    let mut second = Process::new(convert, (table.clone(), upper)).start()?;
    first.join()?;
    second.join()?;
    for row in [0, 1, 499_999, 500_000, 999_999] {
        let celsius = table.load(row, Relaxed);
        println!("row {row}: {} °F, {celsius} °C", measured(row));
    }
    Ok(())
}
