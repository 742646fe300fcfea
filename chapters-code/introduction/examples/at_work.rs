use std::{env, thread, time::Duration};

use multiprocess::Process;

// ARGUMENT: seconds: 1..=20 = 1
fn work(seconds: u64) {
    thread::sleep(Duration::from_secs(seconds));
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let given = env::args().nth(1);
    let seconds = given.map_or(1, |text| text.parse().expect("a number"));

    let mut workers = Vec::new();
    for _ in 0..3 {
        workers.push(Process::new(work, (seconds,)).start()?);
    }
    println!("three are at work");
    for mut worker in workers {
        match worker.join() {
            Ok(()) => println!("{} has done its work", worker.name()),
            Err(ended) => println!("{ended}"),
        }
    }
    Ok(())
}
