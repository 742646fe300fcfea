use multiprocess::pipe::Sender;
use multiprocess::{Process, Result, pipe, wait};

fn send_long_text(texts: Sender<String>) {
    let _ = texts.send("x".repeat(10_000_000));
}

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, receiver) = pipe::<String>()?;
    let process = Process::new(send_long_text, (sender.clone(),));
    let mut child = process.start()?;
    // The text has begun to arrive, and is too long for the pipe.
    wait(&[&receiver], None)?;
    child.kill()?;
    let _ = child.join();

    println!("{:?}", receiver.recv());
    sender.send("short".to_owned())?;
    println!("{:?}", receiver.recv());
    Ok(())
}
