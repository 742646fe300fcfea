//! A program that calls `init` and says when it comes back from it.

fn main() {
    multiprocess::init();
    println!("this is the first process");
}
