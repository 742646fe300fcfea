use std::sync::OnceLock;

use multiprocess::{Process, StartMethod, set_forkserver_preload};

static PRIMES: OnceLock<Vec<u32>> = OnceLock::new();

fn make_primes() {
    println!("the table is made");
    let is_prime = |n: &u32| (2..*n).all(|d| !n.is_multiple_of(d));
    PRIMES
        .set((2..1000).filter(is_prime).collect())
        .expect("the table is set once");
}

fn how_many() -> usize {
    PRIMES.get().expect("the server has made the table").len()
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    set_forkserver_preload(make_primes)?;
    for _ in 0..3 {
        let process = Process::new(how_many, ());
        let mut child =
            process.start_method(StartMethod::forkserver()).start()?;
        println!(
            "{} finds {} primes",
            child.name().to_owned(),
            child.join()?
        );
    }
    println!("main has a table: {}", PRIMES.get().is_some());
    Ok(())
}
