//! Samples of several cases, taken in turn.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;

/// One thing to measure.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// Does it once and says how long it took.
    pub(crate) once: Box<dyn FnMut() -> anyhow::Result<Duration>>,
}

/// What came out.
#[derive(Serialize)]
pub(crate) struct Measured {
    rounds: usize,
    cases: Vec<Samples>,
}

#[derive(Serialize)]
struct Samples {
    name: &'static str,
    /// One a round, in the order of the rounds.
    microseconds: Vec<f64>,
}

/// Takes one sample of every case a round, in turn, forwards and backwards alternately: a machine that becomes slower or
/// faster does so for all cases. Before each sample the case runs once uncounted, because what a case leaves behind (cold
/// caches, another process still being cleared away, the CPU it woke up on) would be counted for the next one.
pub(crate) fn measure(cases: &mut [Case], rounds: usize) -> anyhow::Result<Measured> {
    let mut samples: Vec<Samples> = cases
        .iter()
        .map(|case| Samples { name: case.name, microseconds: Vec::with_capacity(rounds) })
        .collect();
    for round in 0..rounds {
        for step in 0..cases.len() {
            let index = if round % 2 == 0 { step } else { cases.len() - 1 - step };
            (cases[index].once)()?;
            let took = (cases[index].once)()?;
            samples[index].microseconds.push(took.as_secs_f64() * 1e6);
        }
    }
    Ok(Measured { rounds, cases: samples })
}

impl Measured {
    /// Writes all samples as JSON, and the medians as a table for a page.
    pub(crate) fn write(&self, folder: &Path, name: &str, machine: &str) -> anyhow::Result<()> {
        #[derive(Serialize)]
        struct File<'a> {
            machine: &'a str,
            #[serde(flatten)]
            measured: &'a Measured,
        }
        fs::create_dir_all(folder)?;
        let json = serde_json::to_string(&File { machine, measured: self })?;
        fs::write(folder.join(format!("{name}.json")), json + "\n")?;
        fs::write(folder.join(format!("{name}.md")), self.table(machine))?;
        Ok(())
    }

    fn table(&self, machine: &str) -> String {
        let base = &self.cases[0];
        let mut text =
            format!("| Start and join | median | middle half | times {} |\n|---|--:|--:|--:|\n", base.name);
        for case in &self.cases {
            let [low, median, high] = quartiles(&case.microseconds);
            // The ratio of two samples of one round, so that what slowed the round slows both.
            let ratios: Vec<f64> =
                case.microseconds.iter().zip(&base.microseconds).map(|(case, base)| case / base).collect();
            let [_, ratio, _] = quartiles(&ratios);
            text += &format!(
                "| {} | {} | {} to {} | {} |\n",
                case.name,
                time(median),
                time(low),
                time(high),
                figures(ratio)
            );
        }
        text + &format!(
            "\nMedians of {} rounds, one sample of each case a round, in turn; the last column is the median of the \
             ratios within a round. Machine: {machine}. To repeat it: `cargo run --release -p benchmarks`.\n",
            self.rounds
        )
    }
}

/// Lower quartile, median, upper quartile.
fn quartiles(samples: &[f64]) -> [f64; 3] {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| sorted[(sorted.len() - 1) * quarter / 4])
}

/// Microseconds as a reader likes them.
fn time(microseconds: f64) -> String {
    if microseconds < 1000.0 {
        format!("{} µs", figures(microseconds))
    } else {
        format!("{} ms", figures(microseconds / 1000.0))
    }
}

/// About two significant figures: more would pretend that the machine is quieter than it is.
fn figures(value: f64) -> String {
    if value < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_of_a_known_sequence() {
        assert_eq!(quartiles(&[5.0, 1.0, 3.0, 2.0, 4.0]), [2.0, 3.0, 4.0]);
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        let samples = |name, microseconds: &[f64]| Samples { name, microseconds: microseconds.to_vec() };
        let cases = vec![samples("one", &[1.0, 100.0, 1.0]), samples("two", &[2.0, 200.0, 2.0])];
        let table = Measured { rounds: 3, cases }.table("here");
        assert!(table.contains("| two | 2.0 µs | 2.0 µs to 2.0 µs | 2.0 |"), "{table}");
    }

    #[test]
    fn every_second_run_of_a_case_is_counted() {
        let mut calls = 0;
        let once = Box::new(move || {
            calls += 1;
            Ok(Duration::from_micros(calls))
        });
        let measured = measure(&mut [Case { name: "one", once }], 3).expect("it does not fail");
        assert_eq!(measured.cases[0].microseconds, [2.0, 4.0, 6.0]);
    }
}
