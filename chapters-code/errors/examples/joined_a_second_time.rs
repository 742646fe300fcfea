use multiprocess::{Process, Result};

fn main() -> Result<()> {
    multiprocess::init();
    let mut child = Process::new(|| 42, ()).start()?;
    let answer = child.join()?;
    if let Err(refused) = child.join() {
        println!("{refused}");
    }
    println!("kept: {answer}");
    println!("ended with {:?}", child.exit_status()?);
    Ok(())
}
