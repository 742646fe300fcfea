use std::time::Instant;

use multiprocess::{Pool, Result};

const BOOK: &str = include_str!("../text/alice.txt");

fn measure(word: String) -> usize {
    word.len()
}

fn main() -> Result<()> {
    multiprocess::init();
    let words: Vec<String> =
        BOOK.split_whitespace().map(String::from).collect();
    println!("{} tasks", words.len());

    let begun = Instant::now();
    let characters: usize = words.iter().cloned().map(measure).sum();
    let alone = begun.elapsed();
    println!("one process: {characters} characters");

    let begun = Instant::now();
    let pool = Pool::new(2)?;
    let characters: usize =
        pool.map(measure, words).into_iter().flatten().sum();
    let with_pool = begun.elapsed();
    println!("pool of two: {characters} characters");
    println!("the pool was faster: {}", with_pool < alone);
    Ok(())
}
