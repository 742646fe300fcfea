use std::error::Error;

use multiprocess::{Process, StartMethod};

fn work() {
    panic!("the child's work fails")
}

fn main() -> Result<(), Box<dyn Error>> {
    multiprocess::init();
    let folder = tempfile::tempdir()?;
    // SAFETY: one thread, and the child does not use the folder.
    let fork = unsafe { StartMethod::fork() };
    let joined = Process::new(work, ()).start_method(fork).start()?.join();
    println!("the folder is there: {}", folder.path().exists());
    Ok(joined?)
}
