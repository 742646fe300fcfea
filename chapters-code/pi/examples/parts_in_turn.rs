use multiprocess::{Child, Process, Result, wait};
use pi::grid::column;
use std::os::fd::AsFd;

const RADIUS: u64 = 1500;
const PARTS: u64 = 5;

fn count(part: u64) -> u64 {
    println!("part {part}");
    let cut = |part| RADIUS * part / PARTS;
    (cut(part)..cut(part + 1)).map(|x| column(x, RADIUS)).sum()
}

fn start(part: u64) -> Result<Child<u64>> {
    Ok(Process::new(count, (part,)).start()?)
}

fn main() -> Result<()> {
    multiprocess::init();
    let mut running = vec![start(0)?, start(1)?];
    let mut rest = 2..PARTS;
    let mut points = 0;
    while !running.is_empty() {
        let sentinels: Vec<_> = running.iter().map(AsFd::as_fd).collect();
        let ended = wait(&sentinels, None)?[0];
        points += running.remove(ended).join()?;
        if let Some(part) = rest.next() {
            running.push(start(part)?);
        }
    }
    println!("{points} points in all");
    Ok(())
}
