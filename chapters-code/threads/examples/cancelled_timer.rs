// ANCHOR: timer
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

struct Timer {
    cancel: Sender<()>,
    thread: JoinHandle<bool>,
}

impl Timer {
    fn start(delay: Duration, act: impl FnOnce() + Send + 'static) -> Timer {
        let (cancel, cancelled) = channel();
        let thread = thread::spawn(move || {
            let end = cancelled.recv_timeout(delay);
            let fires = end == Err(RecvTimeoutError::Timeout);
            if fires {
                act();
            }
            fires
        });
        Timer { cancel, thread }
    }

    /// Returns whether the timer fired before it could be cancelled.
    fn cancel(self) -> bool {
        drop(self.cancel);
        self.thread.join().unwrap()
    }
}
// ANCHOR_END: timer

// ANCHOR: main
fn main() {
    let egg =
        Timer::start(Duration::from_millis(50), || println!("egg: done"));
    println!("egg fired: {}", egg.thread.join().unwrap());
    let cake =
        Timer::start(Duration::from_secs(60), || println!("cake: done"));
    println!("cake fired: {}", cake.cancel());
}
// ANCHOR_END: main
