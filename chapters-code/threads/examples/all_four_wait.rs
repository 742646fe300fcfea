use std::sync::Barrier;
use std::thread;

fn main() {
    let four_are_here = Barrier::new(4);
    thread::scope(|scope| {
        let threads = [(); 4].map(|()| scope.spawn(|| four_are_here.wait()));
        for thread in threads {
            thread.join().unwrap();
        }
    });
    println!("all four have waited, and gone on");
}
