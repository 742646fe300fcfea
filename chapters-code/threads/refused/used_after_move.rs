use std::thread;

fn main() {
    let prices = vec![3, 5, 8];
    let adder = thread::spawn(move || prices.iter().sum::<i32>());
    let sum = adder.join().unwrap();
    println!("the sum of {prices:?} is {sum}");
}
