use std::thread;
use std::time::Duration;

use multiprocess::{Pool, Result};

fn record(chapter: String) -> (String, u32) {
    let title = chapter.lines().nth(2).unwrap_or_default().trim();
    let quotes = chapter.matches('`').count() as u32;
    thread::sleep(Duration::from_micros(200) * quotes); // the actor reads
    (title.to_string(), quotes)
}

fn main() -> Result<()> {
    multiprocess::init();
    let book = include_str!("../text/alice.txt");
    let chapters = book.split("CHAPTER ").skip(1).map(String::from);
    let pool = Pool::new(2)?;
    for result in pool.imap_unordered(record, chapters) {
        let (title, quotes) = result?;
        println!("{title}: {quotes} quotes");
    }
    Ok(())
}
