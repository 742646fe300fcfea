use multiprocess::{Process, Result};
use std::{env, fs};

/// How many words a file has.
fn count(path: String) -> usize {
    let text = fs::read_to_string(&path).expect("the file can be read");
    text.split_whitespace().count()
}

fn main() -> Result<()> {
    multiprocess::init();
    for path in env::args().skip(1) {
        let mut child = Process::new(count, (path.clone(),)).start()?;
        println!("{path}: {}", child.join()?);
    }
    Ok(())
}
