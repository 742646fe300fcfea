//! Starts children while its own file is there, is deleted, and is replaced by another program.

use std::{env, fs};

use multiprocess::Process;
use multiprocess_programs::{run, show};

fn main() {
    multiprocess::init();
    let own = env::current_exe().expect("/proc is mounted");
    let start = || run(&Process::new(|n: u32| n + 1, (41,)));
    show(start());
    fs::remove_file(&own).expect("the test gave a file to delete");
    show(start());
    fs::copy("/bin/true", &own).expect("the path is free");
    show(start());
}
