use std::thread;
use std::time::Duration;

use crossbeam_channel::{after, never, select, unbounded};

fn main() {
    // ANCHOR: readers
    let (scanned, pages) = unbounded();
    let (read, texts) = unbounded();
    for _ in 0..2 {
        let (pages, read) = (pages.clone(), read.clone());
        thread::spawn(move || {
            for page in pages {
                if page == 3 {
                    thread::sleep(Duration::MAX); // stands for a page that takes forever
                }
                read.send(page).expect("main receives");
            }
        });
    }
    for page in 1..=4 {
        scanned.send(page).expect("the readers receive");
    }
    // ANCHOR_END: readers
    // ANCHOR: collect
    let mut last_call = never();
    for missing in (0..4).rev() {
        select! {
            recv(texts) -> page => {
                let page = page.expect("a reader lives");
                println!("page {page} is read");
            }
            recv(last_call) -> _ => println!("one page is given up"),
        }
        if missing == 1 {
            last_call = after(Duration::from_millis(100));
        }
    }
    // ANCHOR_END: collect
}
