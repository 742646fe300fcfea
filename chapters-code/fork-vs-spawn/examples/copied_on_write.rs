use std::sync::Mutex;

use multiprocess::{Process, StartMethod};
use nix::sys::resource::{UsageWho, getrusage};

const PAGE: usize = 4096;
const PAGES: usize = 4096;
static TABLE: Mutex<Vec<u8>> = Mutex::new(Vec::new());

fn faults() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("usage can be read");
    usage.minor_page_faults() as f64
}

/// Page faults for reading one byte of each page, and for writing one.
fn read_and_write() -> (f64, f64) {
    let mut table = TABLE.lock().expect("no thread panicked");
    let before = faults();
    assert!(table.iter().step_by(PAGE).all(|byte| *byte == 1));
    let between = faults();
    table.iter_mut().step_by(PAGE).for_each(|byte| *byte = 2);
    (between - before, faults() - between)
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    *TABLE.lock().expect("no thread panicked") = vec![1; PAGES * PAGE];
    // SAFETY: this program has one thread and nothing that must not exist twice.
    let fork = unsafe { StartMethod::fork() };
    let process = Process::new(read_and_write, ()).start_method(fork);
    let (read, written) = process.start()?.join()?;
    println!("faults per page that it read: {:.1}", read / PAGES as f64);
    println!("faults per page that it wrote: {:.1}", written / PAGES as f64);
    let first = TABLE.lock().expect("no thread panicked")[0];
    println!("the first byte of the parent: {first}");
    Ok(())
}
