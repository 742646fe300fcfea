use multiprocess::{Process, wait};

fn square(n: u64) -> u64 {
    n * n
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut running = Vec::new();
    for n in 1..=3 {
        running.push((n, Process::new(square, (n,)).start()?));
    }
    while !running.is_empty() {
        let sentinels: Vec<_> =
            running.iter().map(|(_, child)| child.sentinel()).collect();
        wait(&sentinels, None)?;
        running.retain_mut(|(n, child)| {
            match child.try_join() {
                Ok(None) => return true, // It is still running.
                Ok(Some(square)) => println!("the square of {n} is {square}"),
                Err(error) => println!("no square of {n}: {error}"),
            }
            false
        });
    }
    println!("all are here");
    Ok(())
}
