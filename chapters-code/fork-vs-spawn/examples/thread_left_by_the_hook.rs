use std::thread;

use multiprocess::{Process, StartMethod, set_forkserver_preload};

fn start_a_helper() {
    thread::spawn(|| {
        loop {
            thread::park()
        }
    });
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    set_forkserver_preload(start_a_helper)?;
    let process = Process::new(|| println!("served"), ());
    process.start_method(StartMethod::forkserver()).start()?.join()?;
    Ok(())
}
