use std::thread;
use std::time::Duration;

use indicatif::ProgressBar;
use multiprocess::{Pool, Result};

fn record(chapter: String) -> u32 {
    let quotes = chapter.matches('`').count() as u32;
    thread::sleep(Duration::from_micros(200) * quotes); // the actor reads
    quotes
}

fn main() -> Result<()> {
    multiprocess::init();
    let book = include_str!("../text/alice.txt");
    let chapters: Vec<String> =
        book.split("CHAPTER ").skip(1).map(String::from).collect();
    let pool = Pool::new(2)?;
    let results = pool.imap_unordered(record, chapters);
    let bar = ProgressBar::new(results.len() as u64);
    let mut quotes = 0;
    for result in results {
        quotes += result?;
        bar.inc(1);
        if bar.is_hidden() && bar.position().is_multiple_of(4) {
            println!("{} of 12 chapters", bar.position());
        }
    }
    bar.finish_and_clear();
    println!("{quotes} quotes");
    Ok(())
}
