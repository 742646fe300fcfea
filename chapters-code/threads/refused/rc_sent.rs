use std::rc::Rc;
use std::thread;

fn main() {
    let words = Rc::new(vec!["a", "few", "words"]);
    let same = Rc::clone(&words);
    let counter = thread::spawn(move || same.len());
    let count = counter.join().expect("the thread did not panic");
    println!("{count} words: {words:?}");
}
