use std::fs::File;
use std::io::{Write, read_to_string};
use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs, process, thread};

use multiprocess::sync::Event;
use multiprocess::{Process, Result};

// ANCHOR: save
fn save(path: PathBuf, half_done: Event) {
    let mut file =
        File::options().write(true).open(path).expect("it is ours");
    file.lock().expect("it can be locked");
    file.write_all(b"90 ").expect("there is space");
    half_done.set();
    thread::sleep(Duration::from_secs(60)); // stands for a slow step
    file.write_all(b"110").expect("there is space");
}
// ANCHOR_END: save

// ANCHOR: main
fn main() -> Result<()> {
    multiprocess::init();
    let path = env::temp_dir().join(format!("accounts-{}", process::id()));
    fs::write(&path, "100 100").expect("a file can be made");
    let half_done = Event::new()?;
    let arguments = (path.clone(), half_done.clone());
    let mut child = Process::new(save, arguments).start()?;
    half_done.wait();
    let file = File::open(&path).expect("it is there");
    println!("while it saves: {:?}", file.try_lock());
    child.kill()?;
    let _killed = child.join();
    println!("after the kill: {:?}", file.lock());
    println!("the file: {:?}", read_to_string(&file));
    fs::remove_file(&path).expect("it is ours");
    Ok(())
}
// ANCHOR_END: main
