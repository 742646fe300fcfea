use std::{env, thread};

use multiprocess::{Process, Result};

fn main() -> Result<()> {
    if env::var_os("SERVICE").is_some() {
        // An async runtime may do this, because its tasks run on threads.
        thread::spawn(multiprocess::init).join().expect("init cannot panic");
    }
    multiprocess::init();
    Process::new(|| (), ()).env("SERVICE", "yes").start()?.join()?;
    Ok(())
}
