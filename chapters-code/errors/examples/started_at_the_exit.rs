use multiprocess::{Process, Result};

fn wait_forever() {
    loop {
        std::thread::park();
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let mut daemon = Process::new(wait_forever, ()).daemon(true).start()?;
    let other = Process::new(wait_forever, ()).start()?;
    std::thread::spawn(move || {
        // The daemon ends once main has returned.
        let _ = daemon.join();
        match Process::new(|| (), ()).start() {
            Err(refused) => println!("{refused}"),
            Ok(late) => println!("{} was started", late.name()),
        }
        // The program still waits for this child.
        other.kill().expect("the other child is running");
        wait_forever();
    });
    Ok(())
}
