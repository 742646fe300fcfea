use multiprocess::Process;

fn my_process() {
    println!("the child has done its work");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    Process::new(my_process, ()).start()?;
    println!("main returns");
    Ok(())
}
