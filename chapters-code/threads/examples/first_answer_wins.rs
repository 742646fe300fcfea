use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

static STOP: AtomicBool = AtomicBool::new(false);

fn main() {
    let (sender, answers) = channel();
    let threads = ["near", "far", "broken"].map(|server| {
        let sender = sender.clone();
        thread::spawn(move || {
            if server == "near" {
                sender.send(server).expect("main has the other end");
            } else {
                // These servers never answer.
                while !STOP.load(Relaxed) {
                    thread::sleep(Duration::from_millis(1));
                }
            }
        })
    });
    println!("first: {}", answers.recv().expect("one of them answers"));
    STOP.store(true, Relaxed);
    for thread in threads {
        thread.join().unwrap();
    }
    println!("all three threads have ended");
}
