use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

fn main() {
    let (free, sold) = (AtomicU32::new(100), AtomicU32::new(0));
    let pause = Barrier::new(2);
    let show = || {
        println!("{} free and {} sold", free.load(SeqCst), sold.load(SeqCst));
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            free.fetch_sub(1, SeqCst);
            pause.wait(); // the unlucky moment begins
            pause.wait(); // and ends
            sold.fetch_add(1, SeqCst);
        });
        pause.wait();
        show();
        pause.wait();
    });
    show();
}
