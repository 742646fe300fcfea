use std::error::Error;
use std::fs::File;
use std::io::{Seek, Write, read_to_string};

use multiprocess::pipe::Receiver;
use multiprocess::{Descriptor, Process, pipe};

fn count_lines(logs: Receiver<Descriptor>) {
    for log in logs {
        let log = log.expect("each log arrives");
        let file = File::from(log.into_fd());
        let text = read_to_string(file).expect("the log can be read");
        println!("{} readings", text.lines().count());
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    multiprocess::init();
    let (logs, receiver) = pipe()?;
    let mut worker = Process::new(count_lines, (receiver,)).start()?;
    for readings in ["18\n24\n21\n", "11\n9\n"] {
        let mut log = tempfile::tempfile()?; // a file without a name
        log.write_all(readings.as_bytes())?;
        log.rewind()?;
        logs.send(Descriptor::from(log))?;
    }
    drop(logs);
    worker.join()?;
    Ok(())
}
