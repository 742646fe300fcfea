use std::sync::mpsc;
use std::thread;

fn main() {
    let (scanned, pages) = mpsc::sync_channel(2);
    let scanner = thread::spawn(move || {
        for n in 1..=3_u8 {
            let page = vec![n; 5_000_000];
            let address = page.as_ptr().addr();
            scanned.send((address, page)).expect("main receives");
        }
    });
    for (address, page) in pages {
        let same = page.as_ptr().addr() == address;
        println!("page {} is at the same address: {same}", page[0]);
    }
    println!("no further page will come");
    scanner.join().expect("the scanner does not panic");
}
