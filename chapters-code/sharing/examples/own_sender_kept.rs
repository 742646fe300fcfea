use multiprocess::queue::{Receiver, Sender, queue};
use multiprocess::{Process, Result};

fn shrink(photos: Receiver<u32>, results: Sender<String>) {
    for n in &photos {
        results.send(format!("photo {n} is shrunk")).expect("main receives");
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let (album, photos) = queue(10)?;
    let (results, shrunk) = queue(10)?;
    let mut worker =
        Process::new(shrink, (photos, results.clone())).start()?;
    for n in 1..=4 {
        album.send(n)?;
    }
    drop(album);
    for result in &shrunk {
        println!("{result}");
    }
    println!("all are shrunk");
    worker.join()?;
    Ok(())
}
