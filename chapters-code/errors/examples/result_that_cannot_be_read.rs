use multiprocess::{Process, Result};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
struct Found {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    text: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Repaired {
    line: Option<u32>,
    text: String,
}

fn main() -> Result<()> {
    multiprocess::init();
    let search = || Repaired { line: None, text: "needle".to_owned() };
    println!("{:?}", Process::new(search, ()).start()?.join()?);
    let search = || Found { line: None, text: "needle".to_owned() };
    println!("{:?}", Process::new(search, ()).start()?.join()?);
    Ok(())
}
