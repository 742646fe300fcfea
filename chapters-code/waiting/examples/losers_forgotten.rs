use multiprocess::{Process, wait};

fn search(place: String) -> String {
    if place != "the attic" {
        // It searches forever.
        loop {
            std::thread::park();
        }
    }
    format!("found it in {place}")
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut children = Vec::new();
    for place in ["the cellar", "the attic"] {
        children.push(Process::new(search, (place.to_owned(),)).start()?);
    }
    let sentinels: Vec<_> = children.iter().map(|c| c.sentinel()).collect();
    let first = wait(&sentinels, None)?[0];
    println!("{}", children[first].join()?);
    Ok(())
}
