use std::env;

use multiprocess::Process;

fn change_directory() {
    env::set_current_dir("/").expect("the root directory exists");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let before = env::current_dir().ok();

    Process::new(change_directory, ()).start()?.join()?;
    println!(
        "after a process: moved = {}",
        env::current_dir().ok() != before
    );

    std::thread::spawn(change_directory).join().expect("no panic");
    println!(
        "after a thread:  moved = {}",
        env::current_dir().ok() != before
    );
    Ok(())
}
