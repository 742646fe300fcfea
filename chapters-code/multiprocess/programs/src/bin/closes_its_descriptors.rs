//! A program that closes every descriptor from 3 up when it has started a child, as daemon(7) advises, then opens files of
//! its own, and starts another child.

use std::fs::{self, File};
use std::io::{Read, stdin};
use std::path::PathBuf;

use multiprocess::{Process, Result};
use multiprocess_programs::{os, run, said};

/// More than the program has had descriptors.
const FILES: usize = 30;

fn read() -> String {
    let mut text = String::new();
    let read = stdin().read_to_string(&mut text);
    read.map_or_else(|error| error.to_string(), |_| text)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let folder = PathBuf::from(std::env::var_os("FOLDER").expect("FOLDER names a folder"));
    run(&Process::new(read, ()))?;
    os::close_from(3);
    let mut files: Vec<File> = (0..FILES)
        .map(|number| {
            let path = folder.join(format!("file {number}"));
            fs::write(&path, "the program's").expect("the file can be written");
            File::open(path).expect("the file can be opened")
        })
        .collect();
    println!("the child reads: {}", said(run(&Process::new(read, ()))));
    // Read on from where the program has left them, which is their beginning.
    let is_harmed = |file: &mut File| {
        let mut text = String::new();
        file.read_to_string(&mut text).is_err() || text != "the program's"
    };
    let harmed = files.iter_mut().map(is_harmed).filter(|harmed| *harmed).count();
    println!("files harmed: {harmed}");
    // What is harmed by being closed must not be closed again.
    std::mem::forget(files);
    Ok(())
}
