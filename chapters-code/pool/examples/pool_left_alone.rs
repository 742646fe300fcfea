use std::thread;
use std::time::Duration;

use multiprocess::{Pool, Result};

fn count_words(chapter: String) -> usize {
    thread::sleep(Duration::from_millis(10)); // stands for more work
    chapter.split_whitespace().count()
}

fn draw_cover() {
    thread::sleep(Duration::from_millis(700)); // stands for drawing
}

fn main() -> Result<()> {
    multiprocess::init();
    let book = include_str!("../text/alice.txt");
    let chapters = book.split("CHAPTER ").skip(1).map(String::from);
    let pool = Pool::new(2)?;
    let mut counts = pool.map_async(count_words, chapters);
    draw_cover();
    println!("front cover drawn, all counted: {}", counts.ready());

    let waiter = thread::spawn(move || counts.get());
    draw_cover();
    println!("back cover drawn, all counted: {}", waiter.is_finished());
    Ok(())
}
