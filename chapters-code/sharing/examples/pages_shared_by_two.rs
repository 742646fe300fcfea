use std::thread;

use crossbeam_channel::{Receiver, bounded};

fn read_pages(pages: Receiver<u32>) {
    for page in pages {
        println!("page {page} is read");
    }
}

fn main() {
    let (scanned, pages) = bounded(2);
    thread::scope(|scope| {
        for _ in 0..2 {
            let pages = pages.clone();
            scope.spawn(move || read_pages(pages));
        }
        for page in 1..=4 {
            scanned.send(page).expect("a reader receives");
        }
        drop(scanned); // otherwise, the readers would wait for more
    });
}
