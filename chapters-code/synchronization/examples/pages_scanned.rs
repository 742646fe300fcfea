use std::sync::mpsc;
use std::thread;

fn main() {
    let (sender, pages) = mpsc::sync_channel(2);
    let scanner = thread::spawn(move || {
        for n in 1..=3_u8 {
            let page = vec![n; 5_000_000];
            sender.send(page).expect("main receives");
        }
    });
    for page in pages {
        println!("page {} has {} bytes", page[0], page.len());
    }
    println!("that was the last page");
    scanner.join().expect("the scanner does not panic");
}
