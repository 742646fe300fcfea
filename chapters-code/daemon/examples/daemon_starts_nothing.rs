use multiprocess::{Process, current_process};

fn start_one() {
    let me = current_process();
    println!("{} is a daemon: {}", me.name(), me.daemon());
    match Process::new(|| (), ()).start() {
        Ok(child) => println!("its child is one: {}", child.daemon()),
        Err(error) => println!("{error}"),
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    Process::new(start_one, ()).start()?.join()?;
    Process::new(start_one, ()).daemon(true).start()?.join()?;
    Ok(())
}
