use multiprocess::Process;

fn fragile() {
    std::process::abort();
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    println!("starting the fragile part");
    let outcome = Process::new(fragile, ()).start()?.join();
    println!("the program goes on: {outcome:?}");
    Ok(())
}
