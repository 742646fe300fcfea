use std::ops::Range;

use multiprocess::{Process, Result};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

const BLOCKS: u64 = 24;
const POINTS: u64 = 500;

/// The mean height of a quarter circle of radius 4, from random places: about pi.
fn mean(block: u64, rng: &mut Xoshiro256PlusPlus) -> f64 {
    let height = |x: f64| 4.0 * (1.0 - x * x).sqrt();
    let mean = (0..POINTS).map(|_| height(rng.random())).sum::<f64>() / POINTS as f64;
    println!("block {block}: {mean}");
    mean
}

/// The means of these blocks.
fn blocks(blocks: Range<u64>) -> Vec<f64> {
    // Each block has a seed of its own, so that none repeats what another one does.
    blocks.map(|block| mean(block, &mut Xoshiro256PlusPlus::seed_from_u64(block))).collect()
}

fn main() -> Result<()> {
    multiprocess::init();
    let processes: u64 = std::env::args().nth(1).map_or(2, |count| count.parse().expect("a number"));
    let cut = |process: u64| BLOCKS * process / processes;
    let mut children = Vec::new();
    for process in 0..processes {
        children.push(Process::new(blocks, (cut(process)..cut(process + 1),)).start()?);
    }
    let mut sum = 0.0;
    for child in &mut children {
        for mean in child.join()? {
            sum += mean;
        }
    }
    println!("pi, about: {}", sum / BLOCKS as f64);
    Ok(())
}
