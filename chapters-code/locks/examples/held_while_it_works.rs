use std::collections::VecDeque;
use std::sync::Mutex;

static QUEUE: Mutex<VecDeque<&str>> = Mutex::new(VecDeque::new());

fn work(place: &str) {
    let held = QUEUE.try_lock().is_err();
    println!("{place}: {}", if held { "held" } else { "free" });
}

fn main() {
    QUEUE.lock().expect("no panic").extend(["pack", "print", "send"]);
    while let Some(task) = QUEUE.lock().expect("no panic").pop_front() {
        work(&format!("while let, {task}"));
    }
    match QUEUE.lock().expect("no panic").pop_front() {
        Some(task) => work(task),
        None => work("match"),
    }
    if let Some(task) = QUEUE.lock().expect("no panic").pop_front() {
        work(task);
    } else {
        work("else");
    }
    let task = QUEUE.lock().expect("no panic").pop_front();
    if task.is_none() {
        work("let, then if");
    }
}
