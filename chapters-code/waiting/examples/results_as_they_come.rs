use multiprocess::{Child, Process, wait};

fn square(n: u64) -> String {
    format!("the square of {n} is {}", n * n)
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut running: Vec<Child<String>> = Vec::new();
    for n in 1..=3 {
        running.push(Process::new(square, (n,)).start()?);
    }
    while !running.is_empty() {
        let sentinels: Vec<_> =
            running.iter().map(|c| c.sentinel()).collect();
        // Last index first, so that removing one does not shift the others.
        for index in wait(&sentinels, None)?.into_iter().rev() {
            match running.remove(index).join() {
                Ok(result) => println!("{result}"),
                Err(error) => println!("{error}"),
            }
        }
    }
    println!("all are here");
    Ok(())
}
