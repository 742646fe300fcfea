use std::thread;

fn main() {
    let this = thread::current();
    this.unpark();
    thread::park();
    println!("one unpark, one park");

    this.unpark();
    this.unpark();
    thread::park();
    println!("two unparks, one park");
    thread::park();
    println!("two unparks, two parks");
}
