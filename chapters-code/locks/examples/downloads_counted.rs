use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

static PAGES: AtomicU64 = AtomicU64::new(0);

fn download() {
    for _ in 0..100_000 {
        PAGES.fetch_add(1, Relaxed);
    }
}

fn main() {
    thread::scope(|scope| {
        scope.spawn(download);
        scope.spawn(download);
    });
    println!("{} pages", PAGES.load(Relaxed));
}
