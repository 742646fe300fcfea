use std::thread;
use std::time::Duration;

use crossbeam_channel::bounded;

fn main() {
    // ANCHOR: readers
    let (scanned, pages) = bounded(2);
    let (done, finished) = bounded(2);
    for _ in 0..2 {
        let (pages, done) = (pages.clone(), done.clone());
        thread::spawn(move || {
            for page in pages {
                if page == 3 {
                    thread::sleep(Duration::MAX); // stands for an endless job
                }
                done.send(page).expect("main receives");
            }
        });
    }
    drop((pages, done)); // each reader has its own
    for page in 1..=4 {
        scanned.send(page).expect("a reader receives");
    }
    for _ in 0..3 {
        let page = finished.recv().expect("a reader is running");
        println!("page {page} is read");
    }
    // ANCHOR_END: readers
    // ANCHOR: last
    match finished.recv_timeout(Duration::from_millis(100)) {
        Ok(page) => println!("page {page} is read"),
        Err(_) => println!("one page is given up"),
    }
    // ANCHOR_END: last
}
