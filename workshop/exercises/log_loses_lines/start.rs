use std::fs::{self, File};
use std::io::{BufWriter, Write};

use multiprocess::Process;

const LOG: &str = "log.txt";
const MEASUREMENTS: u32 = 50;

/// Logs fifty measurements, unless the sensor makes it crash.
fn log_measurements(station: char, crashes: bool) {
    let file = File::options().write(true).open(LOG).expect("`main` has made it");
    let mut log = BufWriter::new(file);
    for n in 1..=MEASUREMENTS {
        write!(log, "station {station}, measurement {n}: ").expect("it can be written");
        let degrees = measure(n, crashes);
        writeln!(log, "{degrees} degrees").expect("it can be written");
    }
}

/// Stands for a sensor. The one of station C has a driver that crashes.
fn measure(n: u32, crashes: bool) -> u32 {
    if crashes && n == 25 {
        std::process::abort();
    }
    15 + n % 10
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    multiprocess::init();
    File::create(LOG)?;
    let mut stations = Vec::new();
    for (station, crashes) in [('A', false), ('B', false), ('C', true)] {
        stations.push(Process::new(log_measurements, (station, crashes)).start()?);
    }
    for station in &mut stations {
        let ended = if station.join().is_ok() { "is done" } else { "has crashed" };
        eprintln!("{} {ended}", station.name());
    }
    print!("{}", fs::read_to_string(LOG)?);
    fs::remove_file(LOG)?;
    Ok(())
}
