use std::thread;
use std::time::Duration;

use multiprocess::{Pool, Result};

const PHOTOS: u32 = 400;

/// Looks at a photo, and returns its number if the cat is in it.
fn look(photo: u32) -> Option<u32> {
    println!("photo {photo}");
    let millis = if photo == 20 { 60 } else { 2 }; // photo 20 is much larger than the others
    thread::sleep(Duration::from_millis(millis)); // stands for recognizing what is in the photo
    [20, 22, 25, 150].contains(&photo).then_some(photo)
}

fn main() -> Result<()> {
    multiprocess::init();
    let pool = Pool::new(2)?;
    for result in pool.imap(look, 1..=PHOTOS) {
        if let Some(photo) = result? {
            println!("the cat is first seen in photo {photo}");
            break;
        }
    }
    Ok(())
}
