use std::time::Duration;

use multiprocess::{Result, pipe};

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, receiver) = pipe::<u32>()?;
    if let Err(error) = receiver.try_recv() {
        println!("try_recv: {error}");
    }
    if let Err(error) = receiver.recv_timeout(Duration::from_millis(10)) {
        println!("recv_timeout: {error}");
    }
    sender.send(7)?;
    println!("{}", receiver.try_recv()?);
    Ok(())
}
