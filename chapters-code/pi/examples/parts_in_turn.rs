use multiprocess::{Child, Process, Result, wait};
use pi::grid::column;
use std::ops::Range;
use std::os::fd::AsFd;

const RADIUS: u64 = 1500;
const PARTS: u64 = 5;

fn count(columns: Range<u64>) -> u64 {
    println!("columns {columns:?}");
    columns.map(|x| column(x, RADIUS)).sum()
}

fn start(part: u64) -> Result<Child<u64>> {
    let cut = |part| RADIUS * part / PARTS;
    Process::new(count, (cut(part)..cut(part + 1),)).start()
}

fn main() -> Result<()> {
    multiprocess::init();
    let mut running = vec![start(0)?, start(1)?];
    let mut points = 0;
    for part in 2..PARTS + 2 {
        let sentinels: Vec<_> = running.iter().map(AsFd::as_fd).collect();
        let ended = wait(&sentinels, None)?[0];
        points += running.remove(ended).join()?;
        if part < PARTS {
            running.push(start(part)?);
        }
    }
    println!("{points} points in all");
    Ok(())
}
