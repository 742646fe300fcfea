use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

static MADE: AtomicU32 = AtomicU32::new(0);

static SQUARES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    MADE.fetch_add(1, Relaxed);
    thread::sleep(Duration::from_millis(50)); // stands for work
    (0..10).map(|n| n * n).collect()
});

fn main() {
    println!("tables made: {}", MADE.load(Relaxed));
    thread::scope(|scope| {
        let three = scope.spawn(|| SQUARES[3]);
        let four = scope.spawn(|| SQUARES[4]);
        let (three, four) = (three.join().unwrap(), four.join().unwrap());
        println!("3 squared is {three}, and 4 squared is {four}");
    });
    println!("tables made: {}", MADE.load(Relaxed));
}
