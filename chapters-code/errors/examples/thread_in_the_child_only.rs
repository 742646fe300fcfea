use std::{env, thread};

use multiprocess::{Process, Result};

fn main() -> Result<()> {
    if env::var_os("LOG").is_some() {
        // A logger that writes from a thread of its own.
        thread::spawn(thread::park);
    }
    multiprocess::init();
    // SAFETY: there is no other thread that could read the environment.
    unsafe { env::set_var("LOG", "all") };
    Process::new(|| (), ()).start()?.join()?;
    Ok(())
}
