use std::fs;
use std::path::Path;

use multiprocess::shared::SharedMemory;
use multiprocess::{Process, Result};

fn own(file: String, name: String) {
    fs::write(&file, [0; 4096]).expect("there is room in /dev/shm");
    let _memory =
        SharedMemory::create(&name, 4096).expect("the name is free");
    println!("the file is there: {}", Path::new(&file).exists());
    println!("the name is taken: {}", SharedMemory::open(&name).is_ok());
    std::process::abort();
}

fn main() -> Result<()> {
    multiprocess::init();
    let name = format!("weather-{}", std::process::id());
    let file = format!("/dev/shm/{name}");
    let mut owner =
        Process::new(own, (file.clone(), name.clone())).start()?;
    println!("{}", owner.join().expect_err("it aborts"));

    println!("the file is there: {}", Path::new(&file).exists());
    println!("the name is taken: {}", SharedMemory::open(&name).is_ok());
    fs::remove_file(&file).expect("it was left");
    Ok(())
}
