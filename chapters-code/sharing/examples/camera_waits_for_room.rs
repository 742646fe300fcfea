// TIMELINE: messages
use std::thread;
use std::time::Duration;

use multiprocess::queue::{Sender, queue};
use multiprocess::{Process, Result};

fn camera(photos: Sender<u32>) {
    for n in 1..=3 {
        photos.send(n).expect("main receives");
        println!("photo {n} is in the queue");
    }
}

fn main() -> Result<()> {
    multiprocess::init();
    let (sender, photos) = queue(2)?;
    let camera = Process::new(camera, (sender,)).name("camera");
    let mut camera = camera.start()?;
    for n in 1..=3 {
        thread::sleep(Duration::from_millis(20)); // stands for other work
        println!("main takes photo {n}");
        photos.recv()?;
    }
    camera.join()?;
    Ok(())
}
