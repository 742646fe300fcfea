use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

fn main() {
    let stop = AtomicBool::new(false);
    let (sender, answers) = channel();
    thread::scope(|scope| {
        for server in ["near", "far", "broken"] {
            let (sender, stop) = (sender.clone(), &stop);
            scope.spawn(move || {
                // Only one of the servers ever answers.
                while server != "near" {
                    if stop.load(Relaxed) {
                        return;
                    }
                    thread::sleep(Duration::from_millis(1));
                }
                sender.send(server).expect("main has the other end");
            });
        }
        println!("first: {}", answers.recv().expect("one answers"));
        stop.store(true, Relaxed);
    });
    println!("all three threads have ended");
}
