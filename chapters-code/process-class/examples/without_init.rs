use multiprocess::Process;

fn my_process() {
    println!("Hello Process World");
}

fn main() -> multiprocess::Result<()> {
    Process::new(my_process, ()).start()?.join()?;
    Ok(())
}
