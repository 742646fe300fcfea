// TIMELINE: messages
use std::error::Error;
use std::fs::File;
use std::io::{Seek, Write, read_to_string};

// ANCHOR: worker
use multiprocess::pipe::{Receiver, Sender};
use multiprocess::{Descriptor, Process, pipe};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Job {
    log: Descriptor,
    answer: Sender<usize>,
}

fn count_lines(jobs: Receiver<Job>) {
    for job in jobs {
        let Job { log, answer } = job.expect("each job arrives");
        let file = File::from(log.into_fd());
        let text = read_to_string(file).expect("the log can be read");
        answer.send(text.lines().count()).expect("main waits for it");
    }
}
// ANCHOR_END: worker

fn main() -> Result<(), Box<dyn Error>> {
    multiprocess::init();
    let (jobs, receiver) = pipe()?;
    let mut worker =
        Process::new(count_lines, (receiver,)).name("worker").start()?;
    // ANCHOR: jobs
    let mut counts = Vec::new();
    for readings in ["18\n24\n21\n", "11\n9\n"] {
        let mut log = tempfile::tempfile()?;
        log.write_all(readings.as_bytes())?;
        log.rewind()?;
        let (answer, count) = pipe()?;
        jobs.send(Job { log: Descriptor::from(log), answer })?;
        counts.push(count);
    }
    drop(jobs);
    for count in counts {
        println!("{} readings", count.recv()?);
    }
    // ANCHOR_END: jobs
    worker.join()?;
    Ok(())
}
