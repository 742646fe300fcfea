use multiprocess::{Pool, Result};

const BOOK: &str = include_str!("../text/alice.txt");

fn count_words(chapter: String) -> usize {
    chapter.split_whitespace().count()
}

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::new(2)?;
    let chapters = BOOK.split("CHAPTER ").skip(1).map(String::from);
    let counts = pool.map(count_words, chapters);
    for (chapter, words) in (1..).zip(counts) {
        println!("chapter {chapter}: {} words", words?);
    }
    Ok(())
}
