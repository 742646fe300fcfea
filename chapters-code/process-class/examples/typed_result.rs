use multiprocess::Process;
use serde::{Deserialize, Serialize};

// ANCHOR: summary
#[derive(Debug, Serialize, Deserialize)]
struct Summary {
    words: usize,
    longest: String,
}

fn summarize(text: String) -> Option<Summary> {
    let longest = text.split_whitespace().max_by_key(|word| word.len())?;
    Some(Summary {
        words: text.split_whitespace().count(),
        longest: longest.to_owned(),
    })
}
// ANCHOR_END: summary

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let text = "processes share nothing unless told to";
    let summary =
        Process::new(summarize, (text.to_owned(),)).start()?.join()?;
    println!("{summary:?}");
    let nothing =
        Process::new(summarize, (String::new(),)).start()?.join()?;
    println!("{nothing:?}");
    Ok(())
}
