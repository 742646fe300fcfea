//! Two workers that read their standard input to its end. The first sees its end while the second one, which was started later,
//! still reads.

use std::io::{Read, stdin};
use std::time::Duration;

use multiprocess::{Child, Process, Result, Stdio};
use multiprocess_programs::said;

const PATIENCE: Duration = Duration::from_secs(10);

fn read_to_the_end() -> usize {
    stdin().read_to_end(&mut Vec::new()).expect("standard input can be read")
}

fn end(child: &mut Child<usize>) -> String {
    drop(child.stdin.take());
    said(child.join_timeout(PATIENCE))
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let process = Process::new(read_to_the_end, ()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let (mut first, mut second) = (process.start()?.kill_on_drop(true), process.start()?.kill_on_drop(true));
    println!("beside the second: {}", end(&mut first));
    println!("the second runs: {}", second.is_alive()?);
    println!("the second: {}", end(&mut second));
    Ok(())
}
