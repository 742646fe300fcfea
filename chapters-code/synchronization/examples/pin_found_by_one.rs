use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// Tries a number at the safe. The sleep stands for turning the dial.
fn opens(pin: u64) -> bool {
    thread::sleep(Duration::from_micros(200));
    pin == 107
}

fn main() {
    let stop = &AtomicBool::new(false);
    thread::scope(|scope| {
        let (sender, found) = channel();
        for worker in 0..3 {
            let sender = sender.clone();
            scope.spawn(move || {
                let mut pins =
                    (worker..).step_by(3).take_while(|_| !stop.load(Relaxed));
                if let Some(pin) = pins.find(|&pin| opens(pin)) {
                    sender.send((worker, pin)).expect("`main` receives it");
                }
            });
        }
        drop(sender);
        let (worker, pin) = found.recv().expect("a worker finds it");
        stop.store(true, Relaxed);
        println!("worker {worker} has found it: {pin}");
    });
    println!("all three workers have ended");
}
