use multiprocess::{Pool, Result};

const BOOK: &str = include_str!("../text/alice.txt");

fn words_for_each((name, chapter): (String, usize)) -> usize {
    let text = BOOK.split("CHAPTER ").nth(chapter).expect("a chapter");
    text.split_whitespace().count() / text.matches(&name).count()
}

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::new(1)?;
    let wanted = [("Cat", 6), ("Hatter", 7), ("Queen", 10), ("Turtle", 9)];
    let items = wanted.map(|(name, chapter)| (name.to_string(), chapter));
    let results = pool.map(words_for_each, items);
    for ((name, chapter), result) in wanted.into_iter().zip(results) {
        match result {
            Ok(words) => {
                println!("chapter {chapter}: {name}, every {words} words")
            }
            Err(error) => println!("chapter {chapter}: {name}, {error}"),
        }
    }
    Ok(())
}
