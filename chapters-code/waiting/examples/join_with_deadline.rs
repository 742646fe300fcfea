use std::time::Duration;

use multiprocess::Process;

fn wait_forever() {
    loop {
        std::thread::park();
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut child = Process::new(wait_forever, ()).start()?;
    let joined = child.join_timeout(Duration::from_millis(100))?;
    println!("after 100 ms: {joined:?}");
    child.terminate()?;
    println!("{}", child.join().unwrap_err());
    Ok(())
}
