use std::sync::Mutex;

static QUEUE: Mutex<Vec<&str>> = Mutex::new(Vec::new());

fn work(place: &str) {
    let held = QUEUE.try_lock().is_err();
    println!("{place}: {}", if held { "held" } else { "free" });
}

fn main() {
    QUEUE.lock().unwrap().extend(["pack", "print", "send"]);
    while let Some(task) = QUEUE.lock().unwrap().pop() {
        work(&format!("while let, {task}"));
    }
    match QUEUE.lock().unwrap().pop() {
        Some(task) => work(task),
        None => work("match"),
    }
    if let Some(task) = QUEUE.lock().unwrap().pop() {
        work(task);
    } else {
        work("else");
    }
    let task = QUEUE.lock().unwrap().pop();
    if task.is_none() {
        work("let, then if");
    }
}
