use std::thread;
use std::time::Duration;

use multiprocess::{Pool, Result};

fn count_words(chapter: String) -> usize {
    thread::sleep(Duration::from_millis(10)); // stands for a longer analysis
    chapter.split_whitespace().count()
}

fn draw_cover() {
    thread::sleep(Duration::from_millis(700)); // stands for work that needs no pool
}

fn main() -> Result<()> {
    multiprocess::init();
    let book = include_str!("../text/alice.txt");
    let chapters = book.split("CHAPTER ").skip(1).map(String::from);
    let pool = Pool::new(2)?;
    let mut counts = pool.map_async(count_words, chapters);
    draw_cover();
    println!("after the front cover, all are counted: {}", counts.ready());

    let thread = thread::spawn(move || counts.get());
    draw_cover();
    println!(
        "after the back cover, all are counted: {}",
        thread.is_finished()
    );
    Ok(())
}
