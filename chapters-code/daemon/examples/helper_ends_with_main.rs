use multiprocess::Process;

fn help() {
    loop {
        std::thread::park();
    }
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    Process::new(help, ()).name("helper").daemon(true).start()?;
    println!("main returns");
    Ok(())
}
