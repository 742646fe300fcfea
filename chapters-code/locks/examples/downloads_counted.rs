use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

fn download(pages: &AtomicU64) {
    for _ in 0..100_000 {
        pages.fetch_add(1, Relaxed);
    }
}

fn main() {
    let pages = AtomicU64::new(0);
    thread::scope(|scope| {
        scope.spawn(|| download(&pages));
        scope.spawn(|| download(&pages));
    });
    println!("{} pages", pages.load(Relaxed));
}
