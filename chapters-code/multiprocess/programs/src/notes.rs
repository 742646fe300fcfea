//! What targets note down, one line each, in a file in the folder that the test names in `FOLDER`: who reads it learns
//! which of them have run, and how often, whatever became of the processes.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

fn path() -> PathBuf {
    PathBuf::from(std::env::var_os("FOLDER").expect("FOLDER names a folder")).join("notes")
}

/// Adds a line. It is there whole or not at all, whoever else adds one at the same time.
pub fn note(line: &str) {
    let mut file = File::options().append(true).create(true).open(path()).expect("the folder is ours");
    file.write_all(format!("{line}\n").as_bytes()).expect("there is room for a line");
}

/// All lines, in order.
pub fn sorted() -> Vec<String> {
    let mut lines: Vec<String> =
        fs::read_to_string(path()).unwrap_or_default().lines().map(str::to_owned).collect();
    lines.sort();
    lines
}
