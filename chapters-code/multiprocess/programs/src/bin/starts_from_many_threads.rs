//! Eight threads, fifty children each, started and joined at once.

use std::thread;

use multiprocess::{Process, Result};
use multiprocess_programs::proc;

fn main() -> Result<()> {
    multiprocess_programs::init();
    // The pipe by which children see that this process is alive is made for the first of them, and kept.
    Process::new(|| (), ()).start()?.join()?;
    let before = proc::descriptors();
    let joined = thread::scope(|scope| {
        let threads: Vec<_> = (0..8u64)
            .map(|thread| {
                scope.spawn(move || -> Result<u64> {
                    let mut sum = 0;
                    for n in 0..50 {
                        let expected = 1000 * thread + n;
                        let sent = Process::new(|n: u64| n, (expected,)).start()?.join()?;
                        assert_eq!(sent, expected);
                        sum += 1;
                    }
                    Ok(sum)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no thread panics")).sum::<Result<u64>>()
    })?;
    assert_eq!(proc::descriptors(), before);
    assert_eq!(proc::children(), []);
    println!("{joined} children answered");
    Ok(())
}
