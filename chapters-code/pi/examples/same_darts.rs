use multiprocess::{Process, StartMethod};
use rand::RngExt;

fn hits(darts: u32) -> u32 {
    let mut rng = rand::rng();
    let mut inside = 0;
    for _ in 0..darts {
        let (x, y): (f64, f64) = (rng.random(), rng.random());
        inside += u32::from(x * x + y * y < 1.0);
    }
    inside
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    hits(1);
    // SAFETY: there is one thread. Its generator will exist more than once: that
    // is the lesson, and spoils numbers, not memory.
    let fork = unsafe { StartMethod::fork() };
    let mut children = Vec::new();
    for _ in 0..4 {
        let child = Process::new(hits, (1000,)).start_method(fork);
        children.push(child.start()?);
    }
    let mut results = Vec::new();
    for mut child in children {
        results.push(child.join()?);
    }
    results.dedup();
    println!("4 children, {} result", results.len());
    Ok(())
}
