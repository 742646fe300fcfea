use std::env::{args, current_exe};
use std::io::{self, BufRead, BufReader};
use std::process::{Command, Stdio, id};

use multiprocess::shared::SharedMemory;

type Outcome = Result<(), Box<dyn std::error::Error>>;

// ANCHOR: programs
/// One program. It makes the memory, and keeps it until its input ends.
fn station(name: &str) -> Outcome {
    let weather = SharedMemory::create(name, 1024)?;
    weather.write(0, b"-3.5 C");
    println!("the station has written");
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

/// Another program. It knows only the name.
fn display(name: &str) -> Outcome {
    let weather = SharedMemory::open(name)?;
    let mut text = [0; 6];
    weather.read(0, &mut text);
    println!("the display shows {}", str::from_utf8(&text)?);
    Ok(())
}
// ANCHOR_END: programs

// ANCHOR: terminals
fn main() -> Outcome {
    multiprocess::init();
    match (args().nth(1).as_deref(), args().nth(2)) {
        (Some("station"), Some(name)) => station(&name),
        (Some("display"), Some(name)) => display(&name),
        _ => in_two_terminals(),
    }
}

/// Does what you would do in two terminals.
fn in_two_terminals() -> Outcome {
    let name = format!("weather-{}", id());
    let mut station = Command::new(current_exe()?)
        .args(["station", &name])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let output = station.stdout.take().expect("it is piped");
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    print!("{line}");
    for _ in 0..2 {
        Command::new(current_exe()?).args(["display", &name]).status()?;
    }
    station.wait()?; // closes its input first
    Ok(())
}
// ANCHOR_END: terminals
