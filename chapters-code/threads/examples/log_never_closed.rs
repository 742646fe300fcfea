use std::{sync::mpsc, thread};

struct Log;

impl Drop for Log {
    fn drop(&mut self) {
        println!("log closed");
    }
}

thread_local! {
    static LOG: Log = {
        println!("log opened");
        Log
    };
}

fn main() {
    let first = thread::spawn(|| LOG.with(|_log| ()));
    first.join().unwrap();
    println!("the first thread is joined");

    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        LOG.with(|_log| ());
        sender.send(()).unwrap();
        loop {
            thread::park()
        }
    });
    receiver.recv().unwrap();
    println!("main returns");
}
