//! The authkey of a process, its child and its grandchild. The test compares the lines, and the runs.

use multiprocess::{Process, Result, current_process};

fn key(depth: u32) -> Vec<Vec<u8>> {
    let key = current_process().authkey().expect("init has been called");
    let mut keys = vec![key.as_bytes().to_vec()];
    if depth > 0 {
        let child = Process::new(key_of_child, (depth - 1,)).start();
        keys.extend(child.expect("a child can be started").join().expect("a child returns"));
    }
    keys
}

fn key_of_child(depth: u32) -> Vec<Vec<u8>> {
    key(depth)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    for key in key(2) {
        println!("{key:?}");
    }
    println!("{:?}", current_process().authkey()?);
    println!("{:?}", current_process());
    Ok(())
}
