use std::cell::Cell;
use std::sync::mpsc;
use std::thread;

const GUEST: &str = "guest";

thread_local! {
    static USER: Cell<&'static str> = const { Cell::new(GUEST) };
}

// ANCHOR: guard
struct Reset;

impl Drop for Reset {
    fn drop(&mut self) {
        USER.set(GUEST);
    }
}

fn greet(login: Option<&'static str>) {
    let _reset = Reset; // dropped when `greet` returns or panics
    if let Some(user) = login {
        USER.set(user);
    }
    println!("hello, {}", USER.get());
}
// ANCHOR_END: guard

fn main() {
    let (tasks, queue) = mpsc::channel();
    let worker = thread::spawn(move || {
        for login in queue {
            greet(login);
        }
    });
    for login in [Some("Ann"), None] {
        tasks.send(login).expect("the worker receives");
    }
    drop(tasks); // ends the worker's loop
    worker.join().expect("the worker did not panic");
}
