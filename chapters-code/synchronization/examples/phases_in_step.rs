use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

static TEMPERATURES: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];
static ALL_HAVE_MEASURED: Barrier = Barrier::new(3);

fn station(number: usize) -> bool {
    TEMPERATURES[number].store(10 + 5 * number as u64, Relaxed);
    println!("station {number} has measured");
    let result = ALL_HAVE_MEASURED.wait();
    let sum: u64 = TEMPERATURES.iter().map(|t| t.load(Relaxed)).sum();
    println!("station {number} knows the average: {}", sum / 3);
    result.is_leader()
}

fn main() {
    let leaders = thread::scope(|scope| {
        let start = |number| scope.spawn(move || station(number));
        let stations = [0, 1, 2].map(start);
        let is_leader = stations.map(|station| station.join().unwrap());
        is_leader.into_iter().filter(|&it_is| it_is).count()
    });
    println!("leaders: {leaders}");
}
