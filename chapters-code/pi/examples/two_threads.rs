use pi::series::sum;
use std::thread;

const TERMS: u64 = 1_000_000;

fn main() {
    let (first, second) = thread::scope(|scope| {
        let first = scope.spawn(|| sum(0..TERMS / 2));
        let second = scope.spawn(|| sum(TERMS / 2..TERMS));
        (first.join(), second.join())
    });
    let (first, second) = (first.unwrap(), second.unwrap());
    println!("pi, about: {:.16}", 4.0 * (first + second));
}
