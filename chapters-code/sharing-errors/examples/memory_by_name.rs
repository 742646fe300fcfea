use multiprocess::Result;
use multiprocess::shared::SharedMemory;

fn main() -> Result<()> {
    multiprocess::init();
    // With the pid, two runs at the same time do not use the same name.
    let name = format!("results-{}", std::process::id());
    let owner = SharedMemory::create(&name, 1 << 20)?;
    if let Err(error) = SharedMemory::create(&name, 1 << 20) {
        println!("{error}");
    }

    drop(owner);
    if let Err(error) = SharedMemory::open(&name) {
        println!("{error}");
    }
    if let Err(error) = SharedMemory::create("two\nlines", 1 << 20) {
        println!("{error}");
    }
    Ok(())
}
