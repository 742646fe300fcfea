use std::time::Duration;
use std::{env, process, thread};

use multiprocess::pipe::Sender;
use multiprocess::{Process, Result, pipe};

const STATIONS: u32 = 3;
const BALLOTS: u32 = 400;

/// Counts the ballots of one polling station, and reports for each whether it says yes.
fn count(station: u32, trouble: String, votes: Sender<bool>) {
    for ballot in 1..=BALLOTS {
        if station == 2 && ballot == BALLOTS / 2 {
            match trouble.as_str() {
                "crash" => process::abort(),
                "break" => thread::sleep(Duration::from_secs(2)), // stands for a break
                _ => {}
            }
        }
        votes.send(ballot % 3 == 0).expect("main receives");
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let trouble = env::args().nth(1).unwrap_or_default();
    let (sender, receiver) = pipe()?;
    let mut stations = vec![];
    for station in 1..=STATIONS {
        stations.push(Process::new(count, (station, trouble.clone(), sender.clone())));
    }
    let mut children = vec![];
    for station in &stations {
        children.push(station.start()?);
    }

    let (mut ballots, mut yes) = (0, 0);
    for vote in receiver {
        ballots += 1;
        yes += u32::from(vote?);
    }
    println!("{ballots} ballots, {yes} of them yes");
    for mut child in children {
        if let Err(error) = child.join() {
            println!("{error}");
        }
    }
    Ok(())
}
