use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

struct TemporaryFile;

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        println!("thread: temporary file removed");
    }
}

fn write_report(halfway: Sender<()>) {
    let _file = TemporaryFile;
    println!("thread: first half written");
    halfway.send(()).expect("main waits for it");
    thread::sleep(Duration::from_secs(60)); // stands for more work
    println!("thread: second half written");
}

fn main() {
    let (sender, halfway) = channel();
    thread::spawn(move || write_report(sender));
    halfway.recv().expect("the thread gets halfway");
    println!("main returns");
}
