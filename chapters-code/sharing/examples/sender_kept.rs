// TIMELINE: messages
use multiprocess::pipe::Sender;
use multiprocess::{Process, Result, pipe};

fn measure(readings: Sender<i32>) {
    for degrees in [18, 21, 24] {
        readings.send(degrees).expect("main receives");
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, receiver) = pipe()?;
    // The original is for a second station.
    let mut station =
        Process::new(measure, (sender.clone(),)).name("station").start()?;
    for degrees in receiver {
        println!("{} degrees", degrees?);
    }
    println!("that was the last one");
    station.join()?;
    Ok(())
}
