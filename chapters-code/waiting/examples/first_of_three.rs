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
    for place in ["the cellar", "the attic", "the garden"] {
        children.push(Process::new(search, (place.to_owned(),)).start()?);
    }
    let sentinels: Vec<_> = children.iter().map(|c| c.sentinel()).collect();
    let ready = wait(&sentinels, None)?;
    println!("ready: {ready:?}");
    println!("{}", children.remove(ready[0]).join()?);

    for mut loser in children {
        loser.terminate()?;
        println!("{}", loser.join().unwrap_err());
    }
    Ok(())
}
