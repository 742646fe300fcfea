//! A target that closes all descriptors from 3 up, or with `all` every one, then fills as many numbers with files of its
//! own, or with `none` opens none, and ends.

use std::fs::{self, File};
use std::io::Write;
use std::os::fd::IntoRawFd;
use std::path::PathBuf;

use multiprocess::{Process, Result};
use multiprocess_programs::{os, said, variation};

/// More than a child has descriptors.
const FILES: usize = 40;
const CONTENT: &[u8] = &[b'x'; 2000];

fn path(number: usize) -> PathBuf {
    PathBuf::from(std::env::var_os("FOLDER").expect("FOLDER names a folder")).join(format!("file {number}"))
}

fn close_and_open(how: String) -> u32 {
    os::close_from(if how.starts_with("all") { 0 } else { 3 });
    if !how.contains("none") {
        for number in 0..FILES {
            let mut file = File::create(path(number)).expect("the file can be made");
            file.write_all(CONTENT).expect("the file can be written");
            // It stays open for as long as the process lives.
            let _ = file.into_raw_fd();
        }
    }
    if how.ends_with("panics") {
        panic!("as asked");
    }
    42
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let mut child = Process::new(close_and_open, (variation(),)).start()?;
    println!("{}", said(child.join()));
    let damaged: Vec<usize> =
        (0..FILES).filter(|&number| fs::read(path(number)).is_ok_and(|content| content != CONTENT)).collect();
    println!("damaged: {damaged:?}");
    println!("{}", said(multiprocess_programs::run(&Process::new(|| 43, ()))));
    Ok(())
}
