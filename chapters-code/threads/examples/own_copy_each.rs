use std::cell::Cell;
use std::thread;

thread_local! {
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

fn calls_so_far() -> u32 {
    CALLS.set(CALLS.get() + 1);
    CALLS.get()
}

fn main() {
    calls_so_far();
    calls_so_far();
    let in_a_thread = thread::spawn(calls_so_far).join().unwrap();
    println!("in the new thread: {in_a_thread}");
    println!("in main: {}", calls_so_far());
}
