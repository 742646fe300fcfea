// TIMELINE: memory
use std::ops::Range;

use multiprocess::shared::RawArray;
use multiprocess::{Process, Result};

const CHUNK: usize = 1000;

fn to_celsius(table: RawArray<f64>, rows: Range<usize>) {
    let mut chunk = [0.0; CHUNK];
    for first in rows.step_by(CHUNK) {
        table.copy_to_slice(first, &mut chunk);
        for degrees in &mut chunk {
            *degrees = (*degrees - 32.0) / 1.8;
        }
        table.copy_from_slice(first, &chunk);
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let fahrenheit = vec![50.0; 1_000_000];
    let table = RawArray::new(&fahrenheit)?;
    let mut lower =
        Process::new(to_celsius, (table.clone(), 0..500_000)).start()?;
    let mut upper =
        Process::new(to_celsius, (table.clone(), 500_000..1_000_000))
            .start()?;
    lower.join()?;
    upper.join()?;
    let mut celsius = fahrenheit;
    table.copy_to_slice(0, &mut celsius);
    println!(
        "all are 10 °C: {}",
        celsius.iter().all(|&degrees| degrees == 10.0)
    );
    Ok(())
}
