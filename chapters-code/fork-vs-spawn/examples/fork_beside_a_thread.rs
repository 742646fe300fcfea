use std::thread;

use multiprocess::{Process, StartMethod};

fn answer() -> u32 {
    42
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    thread::spawn(|| {
        loop {
            thread::park()
        }
    });
    // SAFETY: a start is refused while there is another thread.
    let fork = unsafe { StartMethod::fork() };
    match Process::new(answer, ()).start_method(fork).start() {
        Ok(_) => println!("forked beside a thread"),
        Err(error) => println!("{error}"),
    }
    println!("spawned: {}", Process::new(answer, ()).start()?.join()?);
    Ok(())
}
