//! A parent with an exit handler, and a guard on its stack; a child that ends as the variation says, with a handler of
//! its own.

use std::process::exit;

use multiprocess::{Process, Result};
use multiprocess_programs::{os, show, variation};

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        println!("the guard is dropped");
    }
}

extern "C" fn parents() {
    os::write_to_stderr(b"the parent's handler\n");
}

extern "C" fn childs() {
    os::write_to_stderr(b"the child's handler\n");
}

fn end(how: String) {
    os::at_exit(childs);
    match how.as_str() {
        "returns" => {}
        "exits" => exit(3),
        "exits on a thread" => drop(std::thread::spawn(|| exit(3)).join()),
        "panics" => panic!("as asked"),
        other => panic!("no ending {other:?}"),
    }
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    os::at_exit(parents);
    let _guard = Guard;
    show(Process::new(end, (variation(),)).start()?.join());
    Ok(())
}
