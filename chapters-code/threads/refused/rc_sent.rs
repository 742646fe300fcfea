use std::rc::Rc;
use std::thread;

fn main() {
    let prices = Rc::new(vec![3, 5, 8]);
    let same = Rc::clone(&prices);
    let adder = thread::spawn(move || same.iter().sum::<i32>());
    let sum = adder.join().unwrap();
    println!("the sum of {prices:?} is {sum}");
}
