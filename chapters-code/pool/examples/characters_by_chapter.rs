use multiprocess::{Pool, Result};

const BOOK: &str = include_str!("../text/alice.txt");

fn count_name((name, chapter): (String, usize)) -> usize {
    let text = BOOK.split("CHAPTER ").nth(chapter).expect("a chapter");
    text.matches(&name).count()
}

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::builder().start()?;
    let wanted = [("Cat", 6), ("Hatter", 7), ("Queen", 8), ("Turtle", 9)];
    let items = wanted.map(|(name, chapter)| (name.to_string(), chapter));
    let counts = pool.map(count_name, items);
    for ((name, chapter), count) in wanted.into_iter().zip(counts) {
        println!("chapter {chapter}: {name}, {} times", count?);
    }
    Ok(())
}
