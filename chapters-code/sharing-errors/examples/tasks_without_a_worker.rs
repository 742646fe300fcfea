use std::time::Duration;

use multiprocess::Result;
use multiprocess::queue::joinable_queue;

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, receiver) = joinable_queue::<u32>(10)?;
    sender.send(1)?;
    sender.send(2)?;
    if let Err(error) = sender.join_timeout(Duration::from_millis(10)) {
        println!("{error}");
    }

    let task = receiver.recv()?;
    if let Err(error) = sender.join() {
        println!("{error}");
    }
    task.done();

    drop(receiver);
    if let Err(error) = sender.join() {
        println!("{error}");
    }
    Ok(())
}
