use std::time::Duration;

use multiprocess::queue::Receiver;
use multiprocess::{Process, Result, queue};

fn sum(numbers: Receiver<u32>) -> u32 {
    numbers.iter().sum()
}

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, receiver) = queue::<u32>(2)?;
    sender.send(1)?;
    sender.send(2)?;
    if let Err(error) = sender.try_send(3) {
        println!("try_send: {error}");
    }
    if let Err(error) = sender.send_timeout(3, Duration::from_millis(10)) {
        println!("send_timeout: {error}");
    }

    let mut child = Process::new(sum, (receiver,)).start()?;
    sender.send(3)?;
    drop(sender);
    println!("{}", child.join()?);
    Ok(())
}
