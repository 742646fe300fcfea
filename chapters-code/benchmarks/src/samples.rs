//! Samples of several cases, taken in turn.

use anyhow::Context;
use serde::Serialize;

use crate::unit::Unit;

/// One thing to measure.
pub(crate) struct Case {
    pub(crate) name: String,
    /// The case that the table compares it with.
    pub(crate) base: Option<String>,
    /// Takes one sample.
    once: Box<dyn FnMut() -> anyhow::Result<f64>>,
}

impl Case {
    pub(crate) fn new(name: impl Into<String>, once: impl FnMut() -> anyhow::Result<f64> + 'static) -> Case {
        Case { name: name.into(), base: None, once: Box::new(once) }
    }

    /// The same case, compared with the one of that name.
    pub(crate) fn over(self, base: impl Into<String>) -> Case {
        Case { base: Some(base.into()), ..self }
    }
}

/// What came out.
#[derive(Serialize)]
pub(crate) struct Measured {
    pub(crate) rounds: usize,
    pub(crate) unit: Unit,
    pub(crate) cases: Vec<Samples>,
}

#[derive(Serialize)]
pub(crate) struct Samples {
    pub(crate) name: String,
    #[serde(skip)]
    pub(crate) base: Option<String>,
    /// One a round, in the order of the rounds.
    pub(crate) samples: Vec<f64>,
}

/// Takes one sample of every case a round, in turn, forwards and backwards alternately: a machine that becomes slower or
/// faster does so for all cases. Before each sample the case runs once uncounted, because what a case leaves behind (cold
/// caches, another process still being cleared away, the CPU it woke up on) would be counted for the next one.
pub(crate) fn measure(cases: &mut [Case], unit: Unit, rounds: usize) -> anyhow::Result<Measured> {
    let mut samples: Vec<Samples> = cases
        .iter()
        .map(|case| Samples {
            name: case.name.clone(),
            base: case.base.clone(),
            samples: Vec::with_capacity(rounds),
        })
        .collect();
    for round in 0..rounds {
        for step in 0..cases.len() {
            let index = if round % 2 == 0 { step } else { cases.len() - 1 - step };
            let case = &mut cases[index];
            let sample = (case.once)().and_then(|_| (case.once)()).with_context(|| case.name.clone())?;
            // Nanoseconds are as much as the clock knows.
            samples[index].samples.push((sample * 1000.0).round() / 1000.0);
        }
    }
    Ok(Measured { rounds, unit, cases: samples })
}

impl Measured {
    /// The samples of the case of that name.
    pub(crate) fn of(&self, name: &str) -> anyhow::Result<&[f64]> {
        let found = self.cases.iter().find(|case| case.name == name);
        Ok(&found.with_context(|| format!("there is no case {name:?}"))?.samples)
    }

    /// One case by another, within each round, so that what slowed the round slows both.
    pub(crate) fn ratios(&self, of: &str, over: &str) -> anyhow::Result<Vec<f64>> {
        Ok(self.of(of)?.iter().zip(self.of(over)?).map(|(of, over)| of / over).collect())
    }
}

/// Lower quartile, median, upper quartile.
pub(crate) fn quartiles(samples: &[f64]) -> [f64; 3] {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| sorted[(sorted.len() - 1) * quarter / 4])
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn measured(cases: &[(&str, &[f64])]) -> Measured {
        let samples = |&(name, samples): &(&str, &[f64])| Samples {
            name: name.to_owned(),
            base: Some(cases[0].0.to_owned()),
            samples: samples.to_vec(),
        };
        let rounds = cases[0].1.len();
        Measured { rounds, unit: Unit::Microseconds, cases: cases.iter().map(samples).collect() }
    }

    #[test]
    fn quartiles_of_a_known_sequence() {
        assert_eq!(quartiles(&[5.0, 1.0, 3.0, 2.0, 4.0]), [2.0, 3.0, 4.0]);
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        let measured = measured(&[("one", &[1.0, 100.0, 1.0]), ("two", &[2.0, 200.0, 2.0])]);
        assert_eq!(measured.ratios("two", "one").expect("both are there"), [2.0, 2.0, 2.0]);
        assert!(measured.ratios("three", "one").is_err());
    }

    #[test]
    fn every_second_run_of_a_case_is_counted() {
        let mut calls = 0.0;
        let once = move || {
            calls += 1.0;
            Ok(calls)
        };
        let measured =
            measure(&mut [Case::new("one", once)], Unit::Microseconds, 3).expect("it does not fail");
        assert_eq!(measured.of("one").expect("it is there"), [2.0, 4.0, 6.0]);
    }
}
