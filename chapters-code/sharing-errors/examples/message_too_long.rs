use multiprocess::{Result, pipe};

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, receiver) = pipe::<()>()?;
    sender.send_bytes(b"a long message")?;
    if let Err(error) = receiver.recv_bytes(10) {
        println!("{error}");
    }
    println!("{} bytes", receiver.recv_bytes(20)?.len());
    Ok(())
}
