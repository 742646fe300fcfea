use std::cell::Cell;
use std::sync::mpsc;
use std::thread;

thread_local! {
    static USER: Cell<&'static str> = const { Cell::new("guest") };
}

fn greet(login: Option<&'static str>) {
    if let Some(user) = login {
        USER.set(user);
    }
    println!("hello, {}", USER.get());
}

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
