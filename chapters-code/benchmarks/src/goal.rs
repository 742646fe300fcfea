//! What a case is to reach, beside another one or by itself, and what it has reached.

use serde::{Deserialize, Serialize};

use crate::samples::{Measured, quartiles};

/// What is wanted of a case.
pub(crate) struct Goal {
    of: String,
    over: Option<String>,
    bound: Bound,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

/// What has come of a goal.
#[derive(Serialize, Deserialize)]
pub(crate) struct Reached {
    what: String,
    bound: Bound,
    /// Lower quartile, median and upper quartile; of ratios within a round where two cases are compared.
    quartiles: [f64; 3],
}

impl Goal {
    /// One case divided by another.
    pub(crate) fn ratio(of: impl Into<String>, over: impl Into<String>, bound: Bound) -> Goal {
        Goal { of: of.into(), over: Some(over.into()), bound }
    }

    /// A case by itself, in its unit.
    pub(crate) fn value(of: impl Into<String>, bound: Bound) -> Goal {
        Goal { of: of.into(), over: None, bound }
    }

    /// The cases that it is about.
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        [&self.of].into_iter().chain(&self.over)
    }

    pub(crate) fn reached(&self, measured: &Measured) -> anyhow::Result<Reached> {
        let (what, samples) = match &self.over {
            Some(over) => (format!("{} ÷ {over}", self.of), measured.ratios(&self.of, over)?),
            None => (self.of.clone(), measured.of(&self.of)?.to_vec()),
        };
        Ok(Reached { what, bound: self.bound, quartiles: quartiles(&samples) })
    }
}

impl Reached {
    pub(crate) const HEAD: &str = "| What | goal | reached | middle half | met |\n|---|--:|--:|--:|---|\n";

    pub(crate) fn row(&self) -> String {
        let [low, median, high] = self.quartiles;
        let (goal, met) = match self.bound {
            Bound::AtMost(bound) => (format!("≤ {bound}"), median <= bound),
            Bound::AtLeast(bound) => (format!("≥ {bound}"), median >= bound),
        };
        let met = if met { "yes" } else { "**no**" };
        format!("| {} | {goal} | {median:.2} | {low:.2} to {high:.2} | {met} |\n", self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::tests::measured;

    fn row(bound: Bound) -> String {
        let measured = measured(&[("one", &[1.0, 100.0, 1.0]), ("two", &[2.0, 250.0, 3.0])]);
        Goal::ratio("two", "one", bound).reached(&measured).expect("both are there").row()
    }

    #[test]
    fn a_goal_is_held_against_the_median_of_the_ratios() {
        assert_eq!(row(Bound::AtMost(2.5)), "| two ÷ one | ≤ 2.5 | 2.50 | 2.00 to 2.50 | yes |\n");
        assert!(row(Bound::AtMost(2.4)).ends_with("| **no** |\n"));
        assert!(row(Bound::AtLeast(2.5)).ends_with("| yes |\n"));
        assert!(row(Bound::AtLeast(2.6)).ends_with("| **no** |\n"));
    }
}
