use std::sync::mpsc;
use std::thread;

fn main() {
    let (sender, pages) = mpsc::sync_channel(2);
    let scanner = thread::spawn(move || {
        let mut page = vec![1_u8; 5_000_000];
        sender.send(page).expect("main receives");
        page[0] = 2;
    });
    for page in pages {
        println!("page {} has {} bytes", page[0], page.len());
    }
    scanner.join().expect("the scanner does not panic");
}
