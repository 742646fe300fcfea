//! A parent that has read the first of three lines of its standard input, by Rust or by C as the variation says, so that
//! the others are in a buffer; or that holds the lock of the input. The child reads what it has.

use std::io::{Read, stdin};
use std::path::PathBuf;
use std::time::Duration;

use multiprocess::{Process, Result};
use multiprocess_programs::{os, said, variation};

fn read_in_rust() -> String {
    let mut text = String::new();
    stdin().read_to_string(&mut text).expect("the stream is open");
    text
}

fn read_in_c() -> String {
    std::iter::from_fn(os::read_in_c).map(char::from).collect()
}

/// What the child reads, or that it does not come to an end.
fn what_a_child_reads(read: fn() -> Process<String>) -> Result<String> {
    let mut child = read().start()?;
    let joined = said(child.join_timeout(Duration::from_secs(5)));
    child.kill()?;
    Ok(joined)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let path = PathBuf::from(std::env::var_os("FOLDER").expect("FOLDER names a folder")).join("input");
    std::fs::write(&path, "one\ntwo\nthree\n").expect("the file can be written");
    os::open_inheritable(path.to_str().expect("it is text"), 0);
    let in_rust = || Process::new(read_in_rust, ());
    let in_c = || Process::new(read_in_c, ());
    match variation().as_str() {
        "rust" => {
            let mut line = String::new();
            stdin().read_line(&mut line).expect("the input is text");
            println!("{line:?} {} {:?}", what_a_child_reads(in_rust)?, read_in_rust());
        }
        "c" => {
            let line: String = (0..4).filter_map(|_| os::read_in_c()).map(char::from).collect();
            println!("{line:?} {} {:?}", what_a_child_reads(in_c)?, read_in_c());
        }
        "locked" => {
            let mut lock = stdin().lock();
            let read = what_a_child_reads(in_rust)?;
            let mut line = String::new();
            lock.read_to_string(&mut line).expect("the input is text");
            println!("{line:?} {read}");
        }
        other => panic!("no such way to read: {other}"),
    }
    Ok(())
}
