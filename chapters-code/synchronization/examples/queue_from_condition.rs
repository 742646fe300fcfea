use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

// ANCHOR: queue
pub struct Queue<T> {
    bound: usize,
    items: Mutex<VecDeque<T>>,
    changed: Condvar,
}

impl<T> Queue<T> {
    pub fn new(bound: usize) -> Queue<T> {
        assert!(bound > 0, "a queue needs room for one value");
        Queue { bound, items: Mutex::default(), changed: Condvar::new() }
    }

    pub fn push(&self, item: T) {
        let items = self.items.lock().expect("no panic");
        let full = |items: &mut VecDeque<T>| items.len() == self.bound;
        let mut items =
            self.changed.wait_while(items, full).expect("no panic");
        items.push_back(item);
        self.changed.notify_all();
    }

    pub fn pop(&self) -> T {
        let items = self.items.lock().expect("no panic");
        let empty = |items: &mut VecDeque<T>| items.is_empty();
        let mut items =
            self.changed.wait_while(items, empty).expect("no panic");
        let item = items.pop_front().expect("it is not empty");
        self.changed.notify_all();
        item
    }
}
// ANCHOR_END: queue

// ANCHOR: main
fn main() {
    let queue = Queue::new(2);
    thread::scope(|scope| {
        scope.spawn(|| (1..=100).for_each(|n| queue.push(n)));
        scope.spawn(|| (1..=100).for_each(|n| queue.push(n)));
        let taker = || (0..100).map(|_| queue.pop()).sum::<u32>();
        let takers = [scope.spawn(taker), scope.spawn(taker)];
        let sums = takers.map(|taker| taker.join().expect("no panic"));
        println!("taken in all: {}", sums.iter().sum::<u32>());
    });
}
// ANCHOR_END: main
