use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::thread;

static READY: AtomicU32 = AtomicU32::new(0);

fn main() {
    let mut workers = Vec::new();
    for _ in 0..2 {
        let main = thread::current();
        workers.push(thread::spawn(move || {
            READY.fetch_add(1, Release);
            main.unpark();
        }));
    }
    while READY.load(Acquire) < 2 {
        thread::park();
    }
    println!("both are ready");
    for worker in workers {
        worker.join().unwrap();
    }
}
