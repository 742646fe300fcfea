use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use multiprocess::{Pool, Result};

const ALICE: &str = include_str!("../text/alice.txt");

fn ten_most(counts: BTreeMap<String, u32>) -> Vec<(String, u32)> {
    let mut words: Vec<_> = counts.into_iter().collect();
    words.sort_by_key(|(_, count)| Reverse(*count));
    words.truncate(10);
    words
}

// ANCHOR: ranges
fn count_words(chapter: Range<usize>) -> Vec<(String, u32)> {
    let mut counts = BTreeMap::new();
    let words = ALICE[chapter].split(|c: char| !c.is_alphabetic());
    for word in words.filter(|word| !word.is_empty()) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    ten_most(counts)
}

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::new(2)?;
    let starts = ALICE.match_indices("CHAPTER ").map(|(at, _)| at);
    let ends: Vec<usize> = starts.chain([ALICE.len()]).collect();
    let chapters = ends.windows(2).map(|pair| pair[0]..pair[1]);
    // ANCHOR_END: ranges
    let mut book: BTreeMap<String, u32> = BTreeMap::new();
    for counts in pool.map(count_words, chapters) {
        for (word, count) in counts? {
            *book.entry(word).or_default() += count;
        }
    }
    for (word, count) in ten_most(book) {
        println!("{word} {count}");
    }
    Ok(())
}
