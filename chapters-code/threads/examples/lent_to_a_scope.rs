use std::thread;

fn main() {
    let mut words = vec!["a", "few", "words"];

    let (count, letters) = thread::scope(|scope| {
        let counter = scope.spawn(|| words.len());
        let measurer = scope.spawn(|| words.concat().len());
        (counter.join().unwrap(), measurer.join().unwrap())
    });
    println!("{count} words and {letters} letters: {words:?}");

    thread::scope(|scope| {
        scope.spawn(|| words.push("more")).join().unwrap();
    });
    println!("{} words: {words:?}", words.len());
}
