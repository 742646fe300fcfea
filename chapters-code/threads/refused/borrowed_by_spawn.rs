use std::thread;

fn main() {
    let prices = vec![3, 5, 8];
    let adder = thread::spawn(|| prices.iter().sum::<i32>());
    println!("sum: {}", adder.join().unwrap());
}
