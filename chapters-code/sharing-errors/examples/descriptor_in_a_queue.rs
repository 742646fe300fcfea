use multiprocess::sync::Lock;
use multiprocess::{Result, pipe, queue};

fn main() -> Result<()> {
    multiprocess::init();
    let lock = Lock::new()?;

    let (sender, _receiver) = queue::<Lock>(1)?;
    if let Err(error) = sender.send(lock.clone()) {
        println!("{error}");
    }

    let (sender, receiver) = pipe::<Lock>()?;
    sender.send(lock)?;
    println!("through a pipe: {:?}", receiver.recv()?);
    Ok(())
}
