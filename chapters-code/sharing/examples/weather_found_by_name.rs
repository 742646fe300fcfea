use std::env::{args, current_exe};
use std::process::{Command, id};

use multiprocess::shared::SharedMemory;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Another program, which knows only the name.
fn reader(name: &str) -> Outcome {
    let weather = SharedMemory::open(name)?;
    let mut text = [0; 6];
    weather.read(0, &mut text);
    println!("the reader found: {}", str::from_utf8(&text)?);
    Ok(())
}

fn main() -> Outcome {
    multiprocess::init();
    if let Some(name) = args().nth(1) {
        return reader(&name);
    }
    let name = format!("weather-{}", id());
    let weather = SharedMemory::create(&name, 1024)?;
    weather.write(0, b"-3.5 C");
    for _ in 0..2 {
        Command::new(current_exe()?).arg(&name).status()?;
    }
    Ok(())
}
