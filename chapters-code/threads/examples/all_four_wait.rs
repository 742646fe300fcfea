use std::sync::Barrier;
use std::thread;

fn main() {
    let four_are_here = Barrier::new(4);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| four_are_here.wait());
        }
    });
    println!("all four have waited, and gone on");
}
