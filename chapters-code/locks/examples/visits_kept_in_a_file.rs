use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use multiprocess::Process;
use multiprocess::sync::Barrier;
use tempfile::NamedTempFile;

const VISITS: u64 = 50;

// ANCHOR: count
fn count_visits(path: PathBuf, start: Barrier) {
    let opened = File::options().read(true).write(true).open(path);
    let file = opened.expect("the file is there");
    start.wait().expect("both processes come");
    for _ in 0..VISITS {
        file.lock().expect("the file system has locks");
        let visits = read_number(&file).expect("it has a number");
        write_number(&file, visits + 1).expect("it can be written");
        file.unlock().expect("it was locked");
        show_page(visits + 1);
    }
}
// ANCHOR_END: count

fn show_page(_visitor: u64) {
    thread::sleep(Duration::from_millis(1)); // stands for the work
}

// ANCHOR: number
fn read_number(file: &File) -> io::Result<u64> {
    let mut bytes = [0; 8];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(u64::from_le_bytes(bytes))
}

fn write_number(file: &File, number: u64) -> io::Result<()> {
    file.write_all_at(&number.to_le_bytes(), 0)
}
// ANCHOR_END: number

fn main() -> Result<(), Box<dyn std::error::Error>> {
    multiprocess::init();
    let file = NamedTempFile::new()?;
    write_number(file.as_file(), 0)?;
    let path = file.path().to_path_buf();
    let start = Barrier::new(2)?;
    let visitors = || (path.clone(), start.clone());
    let mut first = Process::new(count_visits, visitors()).start()?;
    let mut second = Process::new(count_visits, visitors()).start()?;
    first.join()?;
    second.join()?;
    let visits = read_number(file.as_file())?;
    println!("all visits were counted: {}", visits == 2 * VISITS);
    Ok(())
}
