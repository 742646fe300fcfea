use multiprocess::shared::RawArray;
use multiprocess::{Process, Result};
use std::sync::atomic::Ordering::Relaxed;

const HOURS: u32 = 1 << 18;
const CHUNK: usize = 4096;

/// How many hours of the table were colder than that one.
fn colder(table: RawArray<u32>, hour: usize) -> usize {
    let limit = table.load(hour, Relaxed);
    let mut chunk = [0; CHUNK];
    let mut count = 0;
    for first in (0..table.len()).step_by(CHUNK) {
        let chunk = &mut chunk[..CHUNK.min(table.len() - first)];
        table.copy_to_slice(first, chunk);
        count += chunk.iter().filter(|&&millikelvin| millikelvin < limit).count();
    }
    count
}

/// Stands for thirty years of temperatures, one for each hour, in thousandths of a kelvin.
fn measured(step: u32) -> Vec<u32> {
    (0..HOURS).map(|hour| 250_000 + hour * step % 60_013).collect()
}

fn main() -> Result<()> {
    multiprocess::init();
    let step = std::env::args().nth(1).map_or(7919, |step| step.parse().expect("a step is a number"));
    let table = RawArray::new(&measured(step))?;
    let mut workers = Vec::new();
    for hour in [0, 1000, 100_000, 200_000] {
        workers.push((hour, Process::new(colder, (table.clone(), hour)).start()?));
    }
    for (hour, mut worker) in workers {
        println!("hour {hour}: {} were colder", worker.join()?);
    }
    Ok(())
}
