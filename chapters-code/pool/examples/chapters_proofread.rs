use std::thread;
use std::time::{Duration, Instant};

use multiprocess::{Pool, Result};

const BOOK: &str = include_str!("../text/alice.txt");

// ANCHOR: task
fn proofread(chapter: String) -> usize {
    thread::sleep(Duration::from_millis(60)); // stands for the work
    chapter.matches('!').count()
}
// ANCHOR_END: task

fn main() -> Result<()> {
    multiprocess::init();
    let chapters: Vec<String> =
        BOOK.split("CHAPTER ").skip(1).map(String::from).collect();
    println!("{} tasks", chapters.len());

    let begun = Instant::now();
    let marks: usize = chapters.iter().cloned().map(proofread).sum();
    let alone = begun.elapsed();
    println!("one process: {marks} exclamation marks");

    let begun = Instant::now();
    let pool = Pool::new(2)?;
    let marks: usize =
        pool.map(proofread, chapters).into_iter().flatten().sum();
    let with_pool = begun.elapsed();
    println!("pool of two: {marks} exclamation marks");
    println!("the pool was faster: {}", with_pool < alone);
    Ok(())
}
