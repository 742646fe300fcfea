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
    let finished = child.join_timeout(Duration::from_millis(200))?;
    println!("after 200 ms: {finished:?}");

    child.kill()?;
    let outcome = child.join();
    println!("the program goes on: {outcome:?}");
    Ok(())
}
