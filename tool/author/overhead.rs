//! `book record --overhead`: how much longer a listing takes when it is traced, measured and written as a table.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use records::catalog::Listing;
use records::machine::machine;
use records::record::Record;
use supervisor::{End, Extras, Request, RunError, What, run_with};

use crate::run::built;
use crate::terminal::{self, stop::Stop};

/// The table, from the workspace's root. A page includes it.
const TABLE: &str = "chapters-code/benchmarks/results/tracing.md";
/// How often each listing runs in each way.
const ROUNDS: usize = 41;

/// The median times of one listing, in nanoseconds.
struct Times {
    id: String,
    untraced: u64,
    /// Births, programs and ends only, as tests do it.
    processes: u64,
    detailed: u64,
    /// With all that a listing can ask for.
    all: u64,
}

/// Measures these listings and writes the table. It leaves out those that may run until their deadline: they would measure that.
///
/// # Errors
///
/// When a listing cannot be built or run, or the table cannot be written.
pub fn measure(root: &Path, listings: &[Listing], stop: &Stop) -> Result<()> {
    let mut measured = vec![];
    for listing in listings {
        if lasts(root, listing)? {
            terminal::tell(format_args!("left out {}: it may run until its deadline", listing.id()));
            continue;
        }
        let times = times(listing, &built(root, listing, stop)?);
        measured.push(times.with_context(|| format!("`{}` cannot be measured", listing.id()))?);
        terminal::tell(format_args!("measured {}", listing.id()));
    }
    let table = table(&measured, &machine());
    fs::write(root.join(TABLE), table).with_context(|| format!("cannot write {TABLE}"))?;
    Ok(())
}

/// Whether runs of a listing may last until their deadline, as its record says.
fn lasts(root: &Path, listing: &Listing) -> Result<bool> {
    let path = root.join(listing.record());
    Ok(path.is_file() && Record::read(&path)?.promise.ends.contains(&End::Deadline))
}

/// The ways come one after the other in each round, so that the machine's moods reach all of them.
fn times(listing: &Listing, request: &Request) -> Result<Times, RunError> {
    let detailed = request.clone().detailed();
    let all = detailed.clone().telling(Extras::ALL);
    let ways = [request.clone().untraced(), request.clone(), detailed, all];
    let mut samples = [const { vec![] }; 4];
    for _ in 0..ROUNDS {
        for (way, samples) in ways.iter().zip(&mut samples) {
            samples.push(time(way)?);
        }
    }
    let [untraced, processes, detailed, all] = samples.map(median);
    Ok(Times { id: listing.id(), untraced, processes, detailed, all })
}

/// From the birth of the main process to its end.
fn time(request: &Request) -> Result<u64, RunError> {
    let (mut main, mut from, mut to) = (None, 0, 0);
    run_with(request, |event| match event.what {
        What::Started { pid, .. } if main.is_none() => (main, from) = (Some(pid), event.at),
        What::Ended { pid, .. } if main == Some(pid) => to = event.at,
        _ => {}
    })?;
    Ok(to.saturating_sub(from))
}

fn median(mut samples: Vec<u64>) -> u64 {
    samples.sort();
    samples[samples.len() / 2]
}

fn table(measured: &[Times], machine: &str) -> String {
    let mut text =
        "| Listing | untraced | births and ends | in detail | with all that can be asked for | in detail / untraced |\n"
            .to_owned();
    text += "|---|--:|--:|--:|--:|--:|\n";
    let millis = |nanos: u64| format!("{:.1} ms", nanos as f64 / 1e6);
    for Times { id, untraced, processes, detailed, all } in measured {
        let ratio = *detailed as f64 / (*untraced).max(1) as f64;
        let [untraced, processes, detailed, all] = [*untraced, *processes, *detailed, *all].map(millis);
        let line = writeln!(text, "| `{id}` | {untraced} | {processes} | {detailed} | {all} | {ratio:.1} |");
        line.expect("a String takes every write");
    }
    text + &format!(
        "\nMedians of {ROUNDS} rounds, from the birth of the main process to its end, on {machine}.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_how_many_times_as_long_a_traced_run_takes() {
        let times = Times {
            id: "a/b".into(),
            untraced: 2_000_000,
            processes: 2_540_000,
            detailed: 5_000_000,
            all: 5_500_000,
        };
        let table = table(&[times], "a machine");
        assert!(table.contains("| `a/b` | 2.0 ms | 2.5 ms | 5.0 ms | 5.5 ms | 2.5 |\n"), "{table}");
        assert!(table.ends_with("on a machine.\n"), "{table}");
    }

    #[test]
    fn the_median_is_a_sample() {
        assert_eq!(median(vec![9, 1, 5]), 5);
    }
}
