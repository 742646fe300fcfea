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
    // From 32 to 113 °F and over again: a row left out would show.
    let measured = (0..1_000_000).map(|row| 32.0 + 9.0 * f64::from(row % 10));
    let table = RawArray::new(&measured.collect::<Vec<_>>())?;
    let (lower, upper) = (0..500_000, 500_000..1_000_000);
    let mut first = Process::new(convert, (table.clone(), lower)).start()?;
    let mut second = Process::new(convert, (table.clone(), upper)).start()?;
    first.join()?;
    second.join()?;

    let mut celsius = vec![0.0; 1_000_000];
    table.copy_to_slice(0, &mut celsius);
    println!("the first rows: {:?}", &celsius[..3]);
    println!("where the halves meet: {:?}", &celsius[499_998..500_002]);
    let right = celsius.chunks(10).all(|ten| {
        ten == [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0]
    });
    println!("all rows are right: {right}");
    Ok(())
}
