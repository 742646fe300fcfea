use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

static SQUARES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    println!("making the table");
    thread::sleep(Duration::from_millis(50)); // stands for work
    (0..10).map(|n| n * n).collect()
});

fn main() {
    println!("main starts two threads");
    thread::scope(|scope| {
        let three = scope.spawn(|| println!("3 squared: {}", SQUARES[3]));
        let four = scope.spawn(|| println!("4 squared: {}", SQUARES[4]));
        three.join().and(four.join()).expect("neither panics");
    });
}
