use multiprocess::{Process, Result};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Line(u32),
}

#[derive(Debug, Serialize, Deserialize)]
enum Found {
    Line(u32),
}

fn main() -> Result<()> {
    multiprocess::init();
    let search = || Found::Line(7);
    println!("{:?}", Process::new(search, ()).start()?.join()?);
    let search = || Untagged::Line(7);
    println!("{:?}", Process::new(search, ()).start()?.join()?);
    Ok(())
}
