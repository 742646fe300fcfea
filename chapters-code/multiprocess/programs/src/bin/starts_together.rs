//! As many threads as the variation says, each of which starts a child when all are there, and joins it when all have
//! started theirs; several times.

use std::sync::Barrier;
use std::thread;

use multiprocess::{Process, Result};
use multiprocess_programs::{proc, repeats, variation};

fn main() -> Result<()> {
    multiprocess_programs::init();
    let threads: u32 = variation().parse().expect("a number of threads");
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    let repeats = repeats(1);
    for _ in 0..repeats {
        let barrier = Barrier::new(threads as usize);
        let sum = thread::scope(|scope| {
            let threads: Vec<_> = (0..threads)
                .map(|number| {
                    let barrier = &barrier;
                    scope.spawn(move || -> Result<u32> {
                        barrier.wait();
                        let child = Process::new(|number: u32| number, (number,)).start();
                        barrier.wait();
                        Ok(child?.join()?)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("no thread panics")).sum::<Result<u32>>()
        })?;
        assert_eq!(sum, (0..threads).sum::<u32>());
    }
    assert_eq!(proc::descriptors(), before);
    assert_eq!(proc::children(), []);
    println!("{} children answered", repeats * threads);
    Ok(())
}
