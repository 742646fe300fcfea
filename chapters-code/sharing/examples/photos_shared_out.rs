use multiprocess::queue::{Receiver, queue};
use multiprocess::{Process, Result};

fn shrink(photos: Receiver<String>) -> u32 {
    let mut count = 0;
    for photo in &photos {
        println!("{photo} is shrunk");
        count += 1;
    }
    count
}

fn main() -> Result<()> {
    multiprocess::init();
    let (album, photos) = queue(10)?;
    let mut one = Process::new(shrink, (photos.clone(),)).start()?;
    let mut other = Process::new(shrink, (photos,)).start()?;
    for n in 1..=4 {
        album.send(format!("photo {n}"))?;
    }
    drop(album);
    println!("{} photos in all", one.join()? + other.join()?);
    Ok(())
}
