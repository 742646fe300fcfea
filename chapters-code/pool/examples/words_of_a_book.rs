use std::{cmp::Reverse, collections::BTreeMap};

use multiprocess::{Pool, Result};

const ALICE: &str = include_str!("../text/alice.txt");

fn count_words(chapter: String) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    let words = chapter.split(|c: char| !c.is_alphabetic());
    for word in words.filter(|word| !word.is_empty()) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    counts
}

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::new(2)?;
    let chapters = ALICE.split("CHAPTER ").skip(1).map(String::from);
    let mut book: BTreeMap<String, u32> = BTreeMap::new();
    for counts in pool.map(count_words, chapters) {
        for (word, count) in counts? {
            *book.entry(word).or_default() += count;
        }
    }
    let mut words: Vec<_> = book.iter().collect();
    words.sort_by_key(|(_, count)| Reverse(**count));
    words[..10].iter().for_each(|(word, count)| println!("{word} {count}"));
    Ok(())
}
