use std::fs::{DirEntry, read_dir, read_to_string};
use std::sync::{Condvar, Mutex};
use std::thread;

/// Waits until the kernel shows that so many threads sleep.
fn until_asleep(count: usize) {
    let is_asleep = |task: &DirEntry| {
        let stat = read_to_string(task.path().join("stat"));
        stat.is_ok_and(|stat| stat.contains(") S "))
    };
    let tasks = || read_dir("/proc/self/task").expect("it can be read");
    while tasks().flatten().filter(is_asleep).count() < count {
        thread::yield_now();
    }
}

// ANCHOR: shop
static SHOWN: Mutex<u32> = Mutex::new(0);
static CHANGED: Condvar = Condvar::new();

fn customer(ticket: u32) {
    let shown = SHOWN.lock().expect("no holder has panicked");
    let waited = CHANGED.wait_while(shown, |shown| *shown != ticket);
    let mut shown = waited.expect("no holder has panicked");
    println!("ticket {ticket} is served");
    *shown += 1;
    CHANGED.notify_all();
}

fn main() {
    thread::scope(|scope| {
        for (before, ticket) in [2, 1, 3].into_iter().enumerate() {
            scope.spawn(move || customer(ticket));
            until_asleep(before + 1);
        }
        println!("three customers wait");
        *SHOWN.lock().expect("no holder has panicked") = 1;
        CHANGED.notify_all();
    });
    println!("the shop closes");
}
// ANCHOR_END: shop
