//! Runs the program that `PROGRAM` names with a file as its descriptor 3 that holds the bytes of the file `FRAME`: a
//! memory file, or what the variation names, `shared` for a file in `/dev/shm`, `disk` for `FRAME` itself. Descriptor 4
//! is a pipe, or, with a second argument, closed. Prints how the program ended and what the file then holds.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use multiprocess_programs::{os, variation};

fn variable(name: &str) -> PathBuf {
    std::env::var_os(name).unwrap_or_else(|| panic!("{name} names a file")).into()
}

/// A file that has no name any more.
fn in_shared_memory() -> File {
    let path = format!("/dev/shm/multiprocess-programs-{}", process::id());
    let file = File::options().read(true).write(true).create_new(true).open(&path).expect("it can be made");
    fs::remove_file(Path::new(&path)).expect("it is ours");
    file
}

fn main() {
    let frame = variable("FRAME");
    let file = match variation().as_str() {
        "shared" => in_shared_memory(),
        "disk" => File::options().read(true).write(true).open(&frame).expect("it is ours"),
        _ => os::memory(c"frame").into(),
    };
    let mut file = File::from(os::out_of_the_way(file));
    if variation() != "disk" {
        file.write_all(&fs::read(&frame).expect("it is readable")).expect("there is room");
    }
    let (watching, held) = io::pipe().expect("descriptors");
    let (watching, _held) = (os::out_of_the_way(watching), os::out_of_the_way(held));
    os::hand_down(file.as_fd(), 3);
    os::hand_down(watching.as_fd(), 4);
    if std::env::args().nth(2).is_some() {
        os::close(4);
    }
    let ended = Command::new(variable("PROGRAM")).status().expect("it can be run");
    println!("{ended}");
    let mut written = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut written)).expect("it is readable");
    println!("{}", String::from_utf8_lossy(&written));
}
