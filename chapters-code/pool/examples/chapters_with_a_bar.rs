use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use multiprocess::{Pool, Result};

fn count_words(chapter: String) -> usize {
    thread::sleep(Duration::from_micros(5 * chapter.len() as u64)); // stands for a long analysis
    chapter.split_whitespace().count()
}

fn main() -> Result<()> {
    multiprocess::init();
    let book = include_str!("../text/alice.txt");
    let chapters: Vec<String> = book.split("CHAPTER ").skip(1).map(String::from).collect();
    let pool = Pool::new(2)?;
    let counts = pool.imap_unordered(count_words, chapters);
    let bar = ProgressBar::new(counts.len() as u64);
    bar.set_style(ProgressStyle::with_template("{bar:24} {pos}/{len}, {eta} left").expect("it is correct"));
    let mut total = 0;
    for count in counts {
        total += count?;
        bar.inc(1);
        if bar.is_hidden() && bar.position() % 4 == 0 {
            println!("{} of 12 chapters", bar.position());
        }
    }
    bar.finish();
    println!("{total} words");
    Ok(())
}
