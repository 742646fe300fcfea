use std::thread;

fn main() {
    let mut prices = vec![3, 5, 8, 13];

    let (sum, highest) = thread::scope(|scope| {
        let adder = scope.spawn(|| prices.iter().sum::<i32>());
        let finder = scope.spawn(|| prices.iter().max());
        (adder.join().unwrap(), finder.join().unwrap())
    });
    println!("of {prices:?}, the sum is {sum} and the maximum {highest:?}");

    thread::scope(|scope| {
        for half in prices.chunks_mut(2) {
            scope.spawn(|| half.iter_mut().for_each(|price| *price *= 2));
        }
    });
    println!("doubled: {prices:?}");
}
