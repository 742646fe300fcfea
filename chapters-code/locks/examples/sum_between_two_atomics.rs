use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

static FREE: AtomicU32 = AtomicU32::new(100);
static SOLD: AtomicU32 = AtomicU32::new(0);
static PAUSE: Barrier = Barrier::new(2);

fn sell() {
    FREE.fetch_sub(1, SeqCst);
    PAUSE.wait(); // the unlucky moment begins
    PAUSE.wait(); // and ends
    SOLD.fetch_add(1, SeqCst);
}

fn show() {
    println!("{} free and {} sold", FREE.load(SeqCst), SOLD.load(SeqCst));
}

fn main() {
    let clerk = thread::spawn(sell);
    PAUSE.wait();
    show();
    PAUSE.wait();
    clerk.join().expect("it does not panic");
    show();
}
