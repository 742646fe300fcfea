use std::{env, thread};

use multiprocess::{Process, Result};

fn main() -> Result<()> {
    if env::var_os("SERVICE").is_some() {
        // As an async runtime may do it, whose tasks run on threads.
        thread::spawn(multiprocess::init).join().expect("it does not panic");
    }
    multiprocess::init();
    Process::new(|| (), ()).env("SERVICE", "yes").start()?.join()?;
    Ok(())
}
