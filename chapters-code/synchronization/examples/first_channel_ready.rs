use std::thread;

use crossbeam_channel::{bounded, select};

fn main() {
    let (flatbed, photos) = bounded(2);
    let (feeder, letters) = bounded(2);
    thread::scope(|scope| {
        scope.spawn(|| flatbed.send("Paris").expect("main receives"));
        scope.spawn(|| feeder.send("Dear Ann").expect("main receives"));
        for _ in 0..2 {
            select! {
                recv(photos) -> photo => {
                    println!("photo: {}", photo.expect("a sender is left"));
                }
                recv(letters) -> letter => {
                    println!("letter: {}", letter.expect("a sender is left"));
                }
            }
        }
    });
}
