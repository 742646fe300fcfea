// TIMELINE: messages
use std::thread;

use multiprocess::pipe::Connection;
use multiprocess::{Process, Result, duplex};

type Link = Connection<Vec<f64>, Vec<f64>>;

// ANCHOR: exchange
fn exchange(other: &Link, mine: Vec<f64>) -> Vec<f64> {
    thread::scope(|scope| {
        scope.spawn(|| other.send(mine).expect("the other station receives"));
        other.recv().expect("the other station sends")
    })
}
// ANCHOR_END: exchange

fn south(north: Link) {
    exchange(&north, vec![24.0; 100_000]);
}

fn main() -> Result<()> {
    multiprocess::init();
    let (north, south_end) = duplex()?;
    let mut child =
        Process::new(south, (south_end,)).name("south").start()?;
    println!("north has 100000 readings");
    let readings = exchange(&north, vec![18.0; 100_000]);
    println!("north has received {} more", readings.len());
    child.join()?;
    Ok(())
}
