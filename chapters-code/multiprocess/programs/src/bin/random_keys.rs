//! How many different keys a number of children have for their hash maps.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};

use multiprocess::{Process, Result};
use multiprocess_programs::start_and_join;

fn hash() -> u64 {
    RandomState::new().hash_one(0)
}

fn main() -> Result<()> {
    multiprocess_programs::init();
    let hashes = (0..8).map(|_| start_and_join(Process::new(hash, ()))).collect::<Result<BTreeSet<u64>>>()?;
    println!("{} of 8", hashes.len());
    Ok(())
}
