use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

/// Tries a number at the safe. The sleep stands for turning the dial.
fn opens(pin: u64) -> bool {
    thread::sleep(Duration::from_micros(200));
    pin == 107
}

// ANCHOR: search
fn search(worker: u64, stop: &AtomicBool, found: Sender<(u64, u64)>) {
    for pin in (worker..).step_by(3) {
        if stop.load(Relaxed) {
            return;
        }
        if opens(pin) {
            found.send((worker, pin)).expect("`main` receives it");
            return;
        }
    }
}

fn main() {
    let stop = &AtomicBool::new(false);
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        for worker in 0..3 {
            let sender = sender.clone();
            scope.spawn(move || search(worker, stop, sender));
        }
        drop(sender);
        let (worker, pin) = receiver.recv().expect("a worker finds it");
        stop.store(true, Relaxed);
        println!("worker {worker} has found it: {pin}");
    });
    println!("all three workers have ended");
}
// ANCHOR_END: search
