use std::thread;
use std::time::Duration;

use multiprocess::{Pool, Result};

fn count_words(book: String) -> usize {
    thread::sleep(Duration::from_secs(60)); // stands for a file on a slow disk
    book.split_whitespace().count()
}

fn main() -> Result<()> {
    multiprocess::init();
    let book = include_str!("../text/alice.txt");
    let pool = Pool::new(2)?;
    let count = pool.apply_async(count_words, (book.to_string(),));
    match count.get_timeout(Duration::from_millis(50)) {
        Ok(words) => println!("{} words", words?),
        Err(_handle) => println!("the page is shown without the number"),
    }
    Ok(())
}
