use std::process;

use multiprocess::Process;
use multiprocess::sync::Semaphore;

fn download(server: Semaphore) {
    let _permit = server.acquire().expect("a permit is free");
    process::abort(); // a crash, with the permit in hand
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let server = Semaphore::new(1)?;
    let mut child = Process::new(download, (server.clone(),)).start()?;
    if let Err(error) = child.join() {
        println!("{error}");
    }
    let _permit = server.acquire()?;
    println!("the next download has the permit");
    Ok(())
}
