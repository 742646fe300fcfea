use std::collections::BTreeMap;

use multiprocess::{Pool, Result, TaskError};

const ALICE: &str = include_str!("../text/alice.txt");

type Counts = BTreeMap<String, u32>;

fn count_words(chapter: String) -> Counts {
    let mut counts = Counts::new();
    let words = chapter.split(|c: char| !c.is_alphabetic());
    for word in words.filter(|word| !word.is_empty()) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    counts
}

// ANCHOR: tree
fn merge(several: Vec<Counts>) -> Counts {
    let mut merged = Counts::new();
    for (word, count) in several.into_iter().flatten() {
        *merged.entry(word).or_default() += count;
    }
    merged
}

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::new(2)?;
    let chapters = ALICE.split("CHAPTER ").skip(1).map(String::from);
    let mut results = pool.map(count_words, chapters);
    while results.len() > 1 {
        println!("merging {}", results.len());
        let counts =
            results.into_iter().collect::<Result<Vec<_>, TaskError>>()?;
        results = pool.map(merge, counts.chunks(2).map(|pair| pair.to_vec()));
    }
    let book = results.remove(0)?;
    println!("alice {}", book["alice"]);
    Ok(())
}
// ANCHOR_END: tree
