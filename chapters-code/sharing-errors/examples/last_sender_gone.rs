use multiprocess::pipe::Sender;
use multiprocess::{Process, Result, pipe};

fn count(numbers: Sender<u32>) {
    for number in 1..=3 {
        numbers.send(number).expect("the parent receives");
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, receiver) = pipe::<u32>()?;
    let mut child = Process::new(count, (sender,)).start()?;
    loop {
        match receiver.recv() {
            Ok(number) => println!("{number}"),
            Err(error) => break println!("{error}"),
        }
    }
    child.join()?;
    Ok(())
}
