use multiprocess::Process;

fn my_process() {
    println!("Hello Process World");
}

fn main() -> multiprocess::Result<()> {
    println!("preparing");
    multiprocess::init();
    Process::new(my_process, ()).start()?.join()?;
    Ok(())
}
