//! Measures, and writes down what came out.
//!
//! ```sh
//! cargo run --release -p benchmarks
//! ```
//!
//! runs every case of [`start`] interleaved with the others and writes `results/start_and_join.json` (every sample)
//! and `results/start_and_join.md` (the table that the book shows). A measurement is a measurement: no test looks at
//! how fast anything was.
//!
//! - [`harness`] takes the samples, in an order that spreads the machine's moods over all cases.
//! - [`start`] has the cases: starting and joining one process or thread.
//! - [`machine`] says where it ran.

mod harness;
mod machine;
mod start;

use std::path::Path;

use anyhow::Context;

fn main() -> anyhow::Result<()> {
    // The limit's child is this program with nothing to do.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == start::NOTHING) {
        return Ok(());
    }
    multiprocess::init();
    procspawn::init();
    let rounds = match std::env::args().nth(1) {
        Some(rounds) => rounds.parse().context("the only argument is the number of rounds, such as 100")?,
        None => 200,
    };
    let measured = harness::measure(&mut start::cases()?, rounds)?;
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    measured.write(&results, "start_and_join", &machine::describe()?)?;
    print!("{}", std::fs::read_to_string(results.join("start_and_join.md"))?);
    Ok(())
}
