use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

fn read_pages(pages: Receiver<u32>, done: Sender<u32>) {
    for page in pages {
        if page == 3 {
            thread::sleep(Duration::MAX); // stands for an endless job
        }
        done.send(page).expect("main receives");
    }
}

fn main() {
    let (scanned, pages) = bounded(2);
    let (done, finished) = bounded(2);
    for _ in 0..2 {
        let (pages, done) = (pages.clone(), done.clone());
        thread::spawn(move || read_pages(pages, done));
    }
    drop((pages, done)); // each reader has its own
    for page in 1..=4 {
        scanned.send(page).expect("a reader receives");
    }

    let mut read: Vec<u32> = finished.iter().take(3).collect();
    read.sort();
    println!("these pages are read: {read:?}");
    match finished.recv_timeout(Duration::from_millis(100)) {
        Ok(page) => println!("page {page} is read, too"),
        Err(_) => println!("one page is given up"),
    }
}
