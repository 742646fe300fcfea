use std::thread;

fn main() {
    let words = vec!["a", "few", "words"];
    let counter = thread::spawn(|| words.len());
    let count = counter.join().expect("the thread did not panic");
    println!("{count} words");
}
