use multiprocess::{Process, current_process};

fn work(task: u32) {
    println!("{} does task {task}", current_process().name());
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut children = Vec::new();
    for task in 1..=3 {
        children.push(Process::new(work, (task,)).start()?);
    }
    println!("all three are started");
    for mut child in children {
        child.join()?;
    }
    println!("all three have ended");
    Ok(())
}
