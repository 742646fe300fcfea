use multiprocess::{Result, pipe};
use nix::unistd::write;

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, receiver) = pipe::<u32>()?;
    write(&sender, b"hello").expect("the descriptor is a socket");
    sender.send(8)?;
    if let Err(error) = receiver.recv() {
        println!("{error}");
    }
    println!("{}", receiver.recv()?);
    Ok(())
}
