// TIMELINE: messages
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, Write};

use multiprocess::pipe::{Receiver, Sender};
use multiprocess::{Descriptor, Process, pipe};
use serde::{Deserialize, Serialize};

// ANCHOR: worker
#[derive(Serialize, Deserialize)]
struct Job {
    log: Descriptor,
    answer: Sender<i32>,
}

fn find_highest(jobs: Receiver<Job>) {
    for job in jobs {
        let Job { log, answer } = job.expect("each job arrives whole");
        let log = BufReader::new(File::from(log.into_fd()));
        let readings = log.lines().map(|line| {
            let line = line.expect("the log can be read");
            line.parse().expect("each line is a number")
        });
        let highest = readings.max().expect("the log is not empty");
        answer.send(highest).expect("main waits for the answer");
    }
}
// ANCHOR_END: worker

// ANCHOR: main
fn main() -> Result<(), Box<dyn Error>> {
    multiprocess::init();
    let (jobs, receiver) = pipe()?;
    let mut worker =
        Process::new(find_highest, (receiver,)).name("worker").start()?;
    for readings in ["18\n24\n21\n", "11\n9\n"] {
        let mut log = tempfile::tempfile()?; // a file without a name
        log.write_all(readings.as_bytes())?;
        log.rewind()?;
        let (answer, highest) = pipe()?;
        jobs.send(Job { log: log.into(), answer })?;
        println!("the highest is {} degrees", highest.recv()?);
    }
    drop(jobs);
    worker.join()?;
    Ok(())
}
// ANCHOR_END: main
