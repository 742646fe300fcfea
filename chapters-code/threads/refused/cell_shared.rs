use std::cell::Cell;
use std::thread;

fn main() {
    let sold = Cell::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| sold.set(sold.get() + 1));
        }
    });
    println!("sold: {}", sold.get());
}
