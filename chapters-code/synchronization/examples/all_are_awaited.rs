use std::thread;
use std::time::Duration;

/// Asks a shop for its price. The sleep stands for the network.
fn ask(milliseconds: u64, price: u64) -> u64 {
    thread::sleep(Duration::from_millis(milliseconds));
    price
}

fn main() {
    let harbor = thread::spawn(|| ask(60, 42));
    let mill = thread::spawn(|| ask(20, 38));
    let station = thread::spawn(|| ask(40, 45));
    println!("Harbor: {}", harbor.join().expect("it does not panic"));
    println!("Mill: {}", mill.join().expect("it does not panic"));
    println!("Station: {}", station.join().expect("it does not panic"));
}
