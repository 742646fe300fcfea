use std::thread;

use multiprocess::Process;
use multiprocess::sync::Barrier;

fn station(measured: Barrier) {
    let passed = measured.wait();
    println!("this line never comes: {passed:?}");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let measured = Barrier::new(2)?;
    let mut child = Process::new(station, (measured.clone(),)).start()?;
    while measured.waiting() == 0 {
        thread::yield_now(); // until the child waits
    }
    child.kill()?;
    let ended = child.join().is_err();
    println!("the child was killed: {ended}");
    match measured.wait() {
        Ok(_) => println!("main got through"),
        Err(error) => println!("main got an error: {error}"),
    }
    Ok(())
}
