//! A launcher that takes the work of the program that it should run, writes what is in its file to the file that `KEPT`
//! names, and ends with exit code 7.

use std::io::{Read, Seek};

use multiprocess_programs::os;

fn main() {
    let mut work = os::receive_file(3).expect("there is a message with a file");
    let mut bytes = Vec::new();
    work.rewind().and_then(|()| work.read_to_end(&mut bytes)).expect("it is readable");
    let kept = std::env::var_os("KEPT").expect("KEPT names a file");
    std::fs::write(kept, bytes).expect("there is room");
    std::process::exit(7);
}
