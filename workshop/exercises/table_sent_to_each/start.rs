use multiprocess::pipe::Receiver;
use multiprocess::{Process, Result, pipe};

const HOURS: u32 = 1 << 18;

/// How many hours of the table were colder than that one.
fn colder(tables: Receiver<Vec<u32>>, hour: usize) -> usize {
    let table = tables.recv().expect("main sends the table");
    table.iter().filter(|&&millikelvin| millikelvin < table[hour]).count()
}

/// Stands for thirty years of temperatures, one for each hour, in thousandths of a kelvin.
fn measured(step: u32) -> Vec<u32> {
    (0..HOURS).map(|hour| 250_000 + hour * step % 60_013).collect()
}

fn main() -> Result<()> {
    multiprocess::init();
    let step = std::env::args().nth(1).map_or(7919, |step| step.parse().expect("a step is a number"));
    let table = measured(step);
    let mut workers = Vec::new();
    for hour in [0, 1000, 100_000, 200_000] {
        let (sender, tables) = pipe()?;
        workers.push((hour, Process::new(colder, (tables, hour)).start()?));
        sender.send(table.clone())?;
    }
    for (hour, mut worker) in workers {
        println!("hour {hour}: {} were colder", worker.join()?);
    }
    Ok(())
}
