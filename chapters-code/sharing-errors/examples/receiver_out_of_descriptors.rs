use multiprocess::pipe::Receiver;
use multiprocess::{Process, Result, pipe};
use nix::sys::resource::{Resource, setrlimit};

fn take(texts: Receiver<String>) -> String {
    setrlimit(Resource::RLIMIT_NOFILE, 3, 3).expect("lowering is allowed");
    format!("{:?}", texts.recv())
}

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, receiver) = pipe::<String>()?;
    let process = Process::new(take, (receiver.clone(),));
    let mut child = process.start()?;

    if let Err(error) = sender.send("x".repeat(1_000_000)) {
        println!("{error}");
        println!("{} bytes are back", error.value.len());
    }
    println!("the child: {}", child.join()?);
    drop(receiver);
    Ok(())
}
