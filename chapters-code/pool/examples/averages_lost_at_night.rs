use std::{error::Error, fs, path::PathBuf};

use multiprocess::Pool;

/// The average length of a word, in bytes, with its punctuation.
fn average(file: PathBuf) -> usize {
    let text = fs::read_to_string(file).expect("the file can be read");
    if text.trim().is_empty() {
        std::process::abort(); // stands for a bug that ends the process
    }
    let total: usize = text.split_whitespace().map(str::len).sum();
    total / text.split_whitespace().count()
}

fn main() -> Result<(), Box<dyn Error>> {
    multiprocess::init();
    let folder = tempfile::tempdir()?;
    let mut files = Vec::new();
    let book = include_str!("../text/alice.txt").split("CHAPTER ");
    for (n, text) in book.enumerate() {
        files.push(folder.path().join(format!("{n:02}.txt")));
        fs::write(&files[n], text)?;
    }
    let pool = Pool::new(1)?;
    let results = pool.map(average, files);
    let averages = results.into_iter().collect::<Result<Vec<_>, _>>()?;
    fs::write(folder.path().join("averages"), format!("{averages:?}"))?;
    println!("{} averages are saved", averages.len());
    Ok(())
}
