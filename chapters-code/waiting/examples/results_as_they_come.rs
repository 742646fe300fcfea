use multiprocess::{Child, Process, wait};

fn square(n: u32) -> u32 {
    n * n
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut running: Vec<Child<u32>> = Vec::new();
    for n in 1..=3 {
        running.push(Process::new(square, (n,)).start()?);
    }
    while !running.is_empty() {
        let sentinels: Vec<_> =
            running.iter().map(|c| c.sentinel()).collect();
        // Last place first, so that removing one does not shift the others.
        for place in wait(&sentinels, None)?.into_iter().rev() {
            let mut child = running.remove(place);
            match child.join() {
                Ok(result) => println!("{} returned {result}", child.name()),
                Err(error) => println!("{error}"),
            }
        }
    }
    println!("all are here");
    Ok(())
}
