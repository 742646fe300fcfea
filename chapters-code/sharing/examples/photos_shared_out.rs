use multiprocess::queue::{Receiver, queue};
use multiprocess::{Process, Result};

fn shrink(photos: Receiver<u32>) -> Vec<String> {
    let mut shrunk = vec![];
    for n in &photos {
        shrunk.push(format!("photo {n} is shrunk"));
    }
    shrunk
}

fn main() -> Result<()> {
    multiprocess::init();
    let (album, photos) = queue(10)?;
    let mut one = Process::new(shrink, (photos.clone(),)).start()?;
    let mut other = Process::new(shrink, (photos,)).start()?;
    for n in 1..=4 {
        album.send(n)?;
    }
    drop(album);
    let mut shrunk = [one.join()?, other.join()?].concat();
    shrunk.sort();
    println!("{}", shrunk.join("\n"));
    Ok(())
}
