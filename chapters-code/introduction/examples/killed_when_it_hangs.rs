use std::{hint, time::Duration};

use multiprocess::Process;

fn hang() {
    loop {
        hint::spin_loop();
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut child = Process::new(hang, ()).start()?;
    if child.join_timeout(Duration::from_millis(200))?.is_none() {
        println!("still running after 200 ms");
        child.kill()?;
        println!("the program goes on: {:?}", child.join());
    }
    Ok(())
}
