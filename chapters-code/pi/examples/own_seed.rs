use multiprocess::Process;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

const DARTS: u32 = 25_000;

fn hits(seed: u64) -> u32 {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut inside = 0;
    for _ in 0..DARTS {
        let (x, y): (f64, f64) = (rng.random(), rng.random());
        inside += u32::from(x * x + y * y < 1.0);
    }
    inside
}

// ANCHOR: main
fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let mut children = Vec::new();
    for seed in 1..5 {
        children.push(Process::new(hits, (seed,)).start()?);
    }
    let mut all = 0;
    for mut child in children {
        let inside = child.join()?;
        println!("{inside} of {DARTS}");
        all += inside;
    }
    println!("pi, about: {:.4}", 4.0 * f64::from(all) / f64::from(4 * DARTS));
    Ok(())
}
// ANCHOR_END: main
