use multiprocess::{Process, StartMethod};

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    // SAFETY: this program has one thread and nothing that must not exist twice.
    let fork = unsafe { StartMethod::fork() };
    print!("written once: ");
    let process = Process::new(|| println!("the child"), ());
    process.start_method(fork).start()?.join()?;
    println!("the parent");
    Ok(())
}
