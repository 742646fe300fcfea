use std::time::Duration;

use multiprocess::{Process, wait};

fn work(task: u32) {
    if task == 2 {
        // This task never ends.
        loop {
            std::thread::park();
        }
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut children = Vec::new();
    for task in 1..=3 {
        children.push(Process::new(work, (task,)).start()?);
    }
    wait(&[children[0].sentinel()], None)?;
    wait(&[children[2].sentinel()], None)?;

    let all: Vec<_> = children.iter().map(|c| c.sentinel()).collect();
    println!("1 and 3 have ended: {:?}", wait(&all, None)?);
    children[0].join()?;
    children[2].join()?;
    let all: Vec<_> = children.iter().map(|c| c.sentinel()).collect();
    println!("they have been joined: {:?}", wait(&all, None)?);
    let second = [children[1].sentinel()];
    let timeout = Some(Duration::from_millis(20));
    println!("2 alone, for 20 ms: {:?}", wait(&second, timeout)?);

    children[1].kill()?;
    println!("{}", children[1].join().unwrap_err());
    Ok(())
}
