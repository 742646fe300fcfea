use std::thread;

fn count_words(text: &str) -> usize {
    text.split_whitespace().count()
}

fn main() {
    let text = String::from("threads share the memory of their process");
    let counter = thread::spawn(move || count_words(&text));
    println!("the thread is started");
    let words = counter.join().expect("the thread did not panic");
    println!("{words} words");
}
