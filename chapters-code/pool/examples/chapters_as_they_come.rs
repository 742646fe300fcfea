use std::thread;
use std::time::Duration;

use multiprocess::{Pool, Result};

fn count_words(chapter: String) -> (String, usize) {
    thread::sleep(Duration::from_micros(5 * chapter.len() as u64)); // stands for a long analysis
    let title = chapter.lines().nth(2).unwrap_or_default().trim();
    (title.to_string(), chapter.split_whitespace().count())
}

fn main() -> Result<()> {
    multiprocess::init();
    let book = include_str!("../text/alice.txt");
    let chapters = book.split("CHAPTER ").skip(1).map(String::from);
    let pool = Pool::new(2)?;
    for result in pool.imap_unordered(count_words, chapters) {
        let (title, words) = result?;
        println!("{title}: {words} words");
    }
    Ok(())
}
