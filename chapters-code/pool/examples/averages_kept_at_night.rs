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
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() {
        process::abort(); // stands for a bug that ends the process
    }
    let bytes: usize = words.iter().map(|word| word.len()).sum();
    let average = format!("{:.2}", bytes as f64 / words.len() as f64);
    save(&file, "average", average).expect("the result can be saved");
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
    for name in ["01.average", "00.error"] {
        println!("{name}: {}", fs::read_to_string(folder.path().join(name))?);
    }
    fs::write(folder.path().join("00.txt"), "Alice in Wonderland")?;
    fs::remove_file(folder.path().join("00.error"))?;
    job(folder.path(), 1)
}
// ANCHOR_END: main
