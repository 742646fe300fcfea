use std::process::exit;
use std::thread::sleep;
use std::time::Duration;

use multiprocess::sync::Barrier;
use multiprocess::{Process, Result};

/// Reads its instrument, and goes on when all stations have done so.
fn station(number: usize, instrument: String, all_have_read: Barrier) {
    if let Some(milliseconds) = instrument.strip_prefix("slow-") {
        sleep(Duration::from_millis(milliseconds.parse().expect("a number"))); // stands for a slow instrument
    } else {
        instrument.parse::<i32>().expect("the instrument shows a number");
    }
    println!("station {number} has read its instrument");
    match all_have_read.wait() {
        Ok(_) => println!("station {number} goes on"),
        Err(_) => println!("station {number} gives up"),
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let instruments: Vec<String> = std::env::args().skip(1).collect();
    let all_have_read = Barrier::new(instruments.len() as u32)?;
    let mut stations = Vec::new();
    for (number, instrument) in instruments.into_iter().enumerate() {
        let arguments = (number, instrument, all_have_read.clone());
        stations.push(Process::new(station, arguments).start()?);
    }
    let mut failed = false;
    for station in &mut stations {
        failed |= station.join().is_err();
    }
    println!("all stations have ended");
    exit(i32::from(failed));
}
