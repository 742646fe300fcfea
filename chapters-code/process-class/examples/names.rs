use multiprocess::{Process, current_process};

fn introduce() {
    let me = current_process();
    println!("{} has pid {}", me.name(), me.pid());
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    introduce();
    Process::new(introduce, ()).start()?.join()?;
    Process::new(introduce, ()).name("worker").start()?.join()?;
    Ok(())
}
