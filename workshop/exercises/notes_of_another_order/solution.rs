use std::cell::RefCell;
use std::sync::Mutex;
use std::{env, panic, thread};

thread_local! {
    /// What has happened to the order that this thread works on.
    static NOTES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn note(text: impl Into<String>) {
    NOTES.with_borrow_mut(|notes| notes.push(text.into()));
}

/// What one piece costs if 1200 buys them all. Another team wrote this code, and it panics for 0 pieces.
fn price(pieces: u32) -> u32 {
    note("priced");
    1200 / pieces
}

/// Prints the notes of an order when it is dropped, and leaves none for the next one.
struct Printed;

impl Drop for Printed {
    fn drop(&mut self) {
        if thread::panicking() {
            note("failed");
        }
        println!("{}", NOTES.take().join(", "));
    }
}

fn handle(order: &str) {
    let _printed = Printed;
    note(format!("order {order}"));
    let Ok(pieces) = order.parse() else {
        note("refused");
        return;
    };
    note(format!("{} each", price(pieces)));
}

fn main() {
    let mut arguments = env::args().skip(1);
    let workers = arguments.next().and_then(|workers| workers.parse().ok()).unwrap_or(2);
    let orders: Vec<String> = arguments.collect();
    let orders = Mutex::new(orders.into_iter());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let Some(order) = orders.lock().expect("no worker panics here").next() else { break };
                    // A panic must not end the worker, because other orders are waiting.
                    let _ = panic::catch_unwind(|| handle(&order));
                }
            });
        }
    });
}
