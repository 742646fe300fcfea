use multiprocess::{Process, Result};

fn main() -> Result<()> {
    multiprocess::init();
    let process = Process::new(|| 42, ());
    let Err(refused) = process.name("the\0worker").start() else {
        panic!("it was started")
    };
    println!("{refused}");

    let mut child = Process::new(|| 42, ()).name("the worker").start()?;
    let answer = child.join()?;
    println!("{}: {answer}", child.name());
    Ok(())
}
