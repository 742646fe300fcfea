use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

fn run_within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, RecvTimeoutError> {
    let (sender, receiver) = channel();
    thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(limit)
}

fn hang() -> i32 {
    loop {
        thread::park();
    }
}

fn main() {
    let long = Duration::from_secs(5);
    println!("{:?}", run_within(long, || 6 * 7));
    println!("{:?}", run_within(long, || "seven".parse::<i32>().unwrap()));
    println!("{:?}", run_within(Duration::from_millis(100), hang));
}
