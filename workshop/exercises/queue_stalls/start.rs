use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

#[expect(dead_code, reason = "`push` does not use it yet")]
const BOUND: usize = 2;
const DISHES: u32 = 6;

/// Dishes that are ready and have not been served.
struct Counter {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    dishes: VecDeque<String>,
    closed: bool,
}

impl Counter {
    /// Puts a dish on the counter. Waits while there are as many as the counter can hold.
    fn push(&self, dish: String) {
        let mut state = self.state.lock().expect("no thread panics");
        state.dishes.push_back(dish);
        self.changed.notify_one();
    }

    /// Takes a dish. Waits while there is none, and returns `None` when none will come.
    fn pop(&self) -> Option<String> {
        let mut state = self.state.lock().expect("no thread panics");
        if state.dishes.is_empty() && !state.closed {
            state = self.changed.wait(state).expect("no thread panics");
        }
        state.dishes.pop_front()
    }

    /// Says that no further dish will come.
    fn close(&self) {
        self.state.lock().expect("no thread panics").closed = true;
    }
}

fn cook(counter: &Counter, cook: u32) {
    for n in 1..=DISHES {
        counter.push(format!("{cook}.{n}"));
        println!("dish {cook}.{n} is ready");
    }
}

fn waiter(counter: &Counter, waiter: u32) {
    loop {
        println!("waiter {waiter} is free");
        let Some(dish) = counter.pop() else { return };
        println!("waiter {waiter} serves dish {dish}");
        thread::sleep(Duration::from_millis(2)); // stands for the way to the table
    }
}

fn main() {
    let state = State { dishes: VecDeque::new(), closed: false };
    let counter = &Counter { state: Mutex::new(state), changed: Condvar::new() };
    thread::scope(|scope| {
        let cooks = [1, 2].map(|n| scope.spawn(move || cook(counter, n)));
        for n in [1, 2] {
            scope.spawn(move || waiter(counter, n));
        }
        for cook in cooks {
            cook.join().expect("no thread panics");
        }
        counter.close();
    });
    println!("the kitchen is closed");
}
