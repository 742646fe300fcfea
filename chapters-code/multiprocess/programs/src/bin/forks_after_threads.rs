//! Starts, over and over, right after threads have been joined, which the kernel still lists then for a moment.

use std::thread;
use std::time::Instant;

use multiprocess::{Process, Result};
use multiprocess_programs::{proc, repeats};

fn main() -> Result<()> {
    multiprocess_programs::init();
    let (repeats, begun) = (repeats(1000), Instant::now());
    for n in 0..repeats {
        let sum: u32 = thread::scope(|scope| {
            let threads = [scope.spawn(|| n), scope.spawn(|| 1)];
            threads.into_iter().map(|thread| thread.join().expect("it does not panic")).sum()
        });
        assert_eq!(Process::new(|n: u32| n + 1, (n,)).start()?.join()?, sum);
    }
    assert_eq!(proc::children(), []);
    eprintln!("{repeats} repeats took {:?}", begun.elapsed());
    println!("every start worked");
    Ok(())
}
