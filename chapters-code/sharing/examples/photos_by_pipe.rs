// TIMELINE: messages
use multiprocess::pipe::Receiver;
use multiprocess::{Process, Result, pipe};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Photo {
    name: String,
    width: u32,
    height: u32,
}

fn shrink(photos: Receiver<Photo>) {
    for photo in photos {
        let photo = photo.expect("each photo arrives whole");
        let height = 120 * photo.height / photo.width;
        println!("helper: {} becomes 120 x {height}", photo.name);
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, receiver) = pipe()?;
    let mut helper =
        Process::new(shrink, (receiver,)).name("helper").start()?;
    let photos = [("beach", 4000, 3000), ("tower", 3000, 4000)];
    for (name, width, height) in photos {
        sender.send(Photo { name: name.to_owned(), width, height })?;
    }
    drop(sender);
    helper.join()?;
    println!("main: all photos are done");
    Ok(())
}
