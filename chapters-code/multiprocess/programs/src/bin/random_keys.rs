//! How many different keys a number of children have for their hash maps; with `beside a forkserver`, of a parent that has
//! one, which takes this crate some hash maps.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};

use multiprocess::{Process, Result, StartMethod};
use multiprocess_programs::{run, variation};

fn hash() -> u64 {
    RandomState::new().hash_one(0)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    if variation() == "beside a forkserver" {
        run(&Process::new(|| (), ()).start_method(StartMethod::forkserver()))?;
    }
    let hashes = (0..8).map(|_| run(&Process::new(hash, ()))).collect::<Result<BTreeSet<u64>>>()?;
    println!("{} of 8", hashes.len());
    Ok(())
}
