use std::error::Error;

use multiprocess::{Process, StartMethod};

fn work() -> Result<(), String> {
    Err("the child's work fails".to_owned())
}

fn main() -> Result<(), Box<dyn Error>> {
    multiprocess::init();
    let folder = tempfile::tempdir()?;
    // SAFETY: one thread, and the child does not use the folder.
    let fork = unsafe { StartMethod::fork() };
    let mut child = Process::new(work, ()).start_method(fork).start()?;
    if let Err(error) = child.join()? {
        println!("join returned the error {error:?}");
    }
    println!("the folder is there: {}", folder.path().exists());
    Ok(())
}
