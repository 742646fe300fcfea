use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, io, mem, process};

use multiprocess::{Pool, TaskErrorKind, process_cpu_count};

// ANCHOR: task
/// Saves the average length of a word of this file, in bytes.
fn average(file: PathBuf) {
    let text = fs::read_to_string(&file).expect("the file can be read");
    if text.trim().is_empty() {
        process::abort(); // stands for a bug that ends the process
    }
    let total: usize = text.split_whitespace().map(str::len).sum();
    let average = total / text.split_whitespace().count();
    save(&file, "average", average.to_string()).expect("it can be saved");
}

/// The text appears beside the file as a whole, or not at all.
fn save(file: &Path, kind: &str, text: String) -> io::Result<()> {
    let unfinished = file.with_extension("unfinished");
    fs::write(&unfinished, text)?;
    fs::rename(unfinished, file.with_extension(kind))
}
// ANCHOR_END: task

// ANCHOR: missing
/// The files that have neither a result nor an error.
fn missing(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut missing = Vec::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        let is_text = file.extension().is_some_and(|it| it == "txt");
        let has = |kind| file.with_extension(kind).exists();
        if is_text && !has("average") && !has("error") {
            missing.push(file);
        }
    }
    missing.sort();
    Ok(missing)
}
// ANCHOR_END: missing

// ANCHOR: job
fn job(folder: &Path, workers: usize) -> Result<(), Box<dyn Error>> {
    let lock = File::create(folder.join("lock"))?;
    lock.try_lock()?; // one run at a time
    let mut open = missing(folder)?;
    let (all, mut aside) = (open.len(), 0);
    let limit = Duration::from_secs(60);
    let pool = Pool::builder().workers(workers).time_limit(limit).start()?;
    for attempt in 1..=3 {
        let results = pool.map(average, open.clone());
        for (file, result) in mem::take(&mut open).into_iter().zip(results) {
            let Err(error) = result else { continue };
            match *error.kind {
                TaskErrorKind::NotRun { .. } => return Err(error.into()),
                _ if attempt < 3 => open.push(file),
                _ => {
                    save(&file, "error", error.kind.to_string())?;
                    aside += 1;
                }
            }
        }
    }
    println!("{} done, {aside} set aside", all - aside);
    Ok(())
}
// ANCHOR_END: job

// ANCHOR: main
fn main() -> Result<(), Box<dyn Error>> {
    multiprocess::init();
    if let Some(folder) = env::args_os().nth(1) {
        return job(Path::new(&folder), process_cpu_count());
    }
    let folder = tempfile::tempdir()?;
    let book = include_str!("../text/alice.txt").split("CHAPTER ");
    for (n, text) in book.enumerate() {
        fs::write(folder.path().join(format!("{n:02}.txt")), text)?;
    }
    job(folder.path(), 1)?;
    let error = folder.path().join("00.error");
    println!("00.error: {}", fs::read_to_string(&error)?);
    fs::write(error.with_extension("txt"), "Alice in Wonderland")?;
    fs::remove_file(error)?;
    job(folder.path(), 1)
}
// ANCHOR_END: main
