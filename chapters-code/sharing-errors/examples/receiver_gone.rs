use multiprocess::pipe::Receiver;
use multiprocess::{Process, Result, pipe};

fn take_one(words: Receiver<String>) -> String {
    words.recv().expect("the parent sends a word")
}

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, receiver) = pipe::<String>()?;
    let mut child = Process::new(take_one, (receiver,)).start()?;

    sender.send("one".to_owned())?;
    println!("the child took {:?}", child.join()?);
    if let Err(error) = sender.send("two".to_owned()) {
        println!("{error}");
        println!("here it is: {:?}", error.into_value());
    }
    Ok(())
}
