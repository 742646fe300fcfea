use multiprocess::{Pool, Result};

fn count_words(book: String) -> usize {
    book.split_whitespace().count()
}

fn longest_word(book: String) -> String {
    let words = book.split(|c: char| !c.is_alphabetic());
    words.max_by_key(|word| word.len()).unwrap_or_default().to_string()
}

fn main() -> Result<()> {
    multiprocess::init();
    let book = include_str!("../text/alice.txt");
    let pool = Pool::new(2)?;
    let count = pool.apply_async(count_words, (book.to_string(),));
    let longest = pool.apply_async(longest_word, (book.to_string(),));
    println!("{} lines", book.lines().count());
    println!("{} words", count.get()?);
    println!("the longest is {}", longest.get()?);
    Ok(())
}
