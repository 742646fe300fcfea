use std::thread::sleep;
use std::time::Duration;

use multiprocess::{Process, wait};

fn square(n: u64) -> String {
    // Stands in for real work.
    sleep(Duration::from_millis(100 * n));
    format!("the square of {n} is {}", n * n)
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut children = Vec::new();
    for n in [3, 1, 2] {
        children.push(Process::new(square, (n,)).start()?);
    }
    let sentinels: Vec<_> = children.iter().map(|c| c.sentinel()).collect();
    let ready = wait(&sentinels, None)?;
    println!("{}", children.remove(ready[0]).join()?);

    for child in &mut children {
        println!("{}", child.join()?);
    }
    Ok(())
}
