use std::thread;

const LIMIT: u64 = 20_000;

fn steps(mut n: u64) -> u32 {
    let mut count = 0;
    while n != 1 {
        n = if n.is_multiple_of(2) { n / 2 } else { 3 * n + 1 };
        count += 1;
    }
    count
}

fn main() {
    let (lower, upper) = thread::scope(|scope| {
        let lower = scope.spawn(|| (1..LIMIT / 2).map(steps).max());
        let upper = scope.spawn(|| (LIMIT / 2..LIMIT).map(steps).max());
        (lower.join().unwrap(), upper.join().unwrap())
    });
    println!("the longest way takes {} steps", lower.max(upper).unwrap());
}
