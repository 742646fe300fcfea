use std::{error::Error, fs, path::PathBuf};

use multiprocess::Pool;

/// The average length of a word, in bytes, with its punctuation.
fn average(file: PathBuf) -> f64 {
    let text = fs::read_to_string(file).expect("the file can be read");
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() {
        std::process::abort(); // stands for a bug that ends the process
    }
    let bytes: usize = words.iter().map(|word| word.len()).sum();
    bytes as f64 / words.len() as f64
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
