use multiprocess::{Result, pipe};

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, receiver) = pipe::<u32>()?;
    sender.send_bytes(b"seven")?;
    sender.send(8)?;
    if let Err(error) = receiver.recv() {
        println!("{error}");
    }
    println!("{}", receiver.recv()?);
    Ok(())
}
