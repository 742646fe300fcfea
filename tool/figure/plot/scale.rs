//! From values to places, linear or logarithmic, and the ticks of an axis.

/// One axis: the values at its two ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    log: bool,
}

impl Scale {
    /// An axis of whole decades, or one from zero to a round number, that has room for these values.
    pub fn upward(values: impl Iterator<Item = f64> + Clone, log: bool) -> Scale {
        let (low, high) = ends(values);
        if log {
            return Scale {
                low: 10f64.powf(low.log10().floor()),
                high: 10f64.powf(high.log10().ceil()),
                log,
            };
        }
        let step = step(high);
        Scale { low: 0.0, high: (high / step - 1e-9).ceil().max(1.0) * step, log }
    }

    /// An axis that ends at the first and the last of these values.
    pub fn rightward(values: impl Iterator<Item = f64> + Clone, log: bool) -> Scale {
        let (low, high) = ends(values);
        Scale { low, high, log }
    }

    /// Where a value lies: 0 at one end of the axis, 1 at the other.
    pub fn place(&self, value: f64) -> f64 {
        let of = |value: f64| if self.log { value.log10() } else { value };
        if self.high == self.low { 0.5 } else { (of(value) - of(self.low)) / (of(self.high) - of(self.low)) }
    }

    /// Round values on an axis; every decade of a logarithmic one, but no more than seven.
    pub fn ticks(&self) -> Vec<f64> {
        if !self.log {
            let step = step(self.high - self.low);
            let first = (self.low / step - 1e-9).ceil() as i64;
            return (first..)
                .map(|at| at as f64 * step)
                .take_while(|tick| *tick <= self.high * (1.0 + 1e-9))
                .collect();
        }
        let first = (self.low.log10() - 1e-9).ceil() as i32;
        let last = (self.high.log10() + 1e-9).floor() as i32;
        let every = usize::try_from((last - first) / 7 + 1).unwrap_or(1);
        (first..=last).step_by(every).map(|power| 10f64.powi(power)).collect()
    }

    /// Whether each decade is as long as another.
    pub fn is_log(&self) -> bool {
        self.log
    }
}

fn ends(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    (values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max))
}

/// A round step, so that four to eight of them reach that far.
fn step(length: f64) -> f64 {
    let rough = length / 4.0;
    let power = 10f64.powf(rough.log10().floor());
    let steps = [5.0, 2.5, 2.0, 1.0];
    power * steps.into_iter().find(|step| step * power <= rough * (1.0 + 1e-9)).unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_axis_begins_at_zero_and_ends_on_a_tick() {
        let scale = Scale::upward([0.4, 1.98].into_iter(), false);
        assert_eq!(scale.ticks(), [0.0, 0.5, 1.0, 1.5, 2.0]);
        assert_eq!((scale.place(0.0), scale.place(2.0)), (0.0, 1.0));
    }

    #[test]
    fn a_logarithmic_axis_has_its_decades() {
        let scale = Scale::upward([3.1, 4200.0].into_iter(), true);
        assert_eq!(scale.ticks(), [1.0, 10.0, 100.0, 1000.0, 10_000.0]);
        assert!((scale.place(100.0) - 0.5).abs() < 1e-12);
        assert!(Scale::upward([1e-3, 1e12].into_iter(), true).ticks().len() <= 8);
    }

    #[test]
    fn a_single_value_lies_in_the_middle() {
        let scale = Scale::rightward([3.0].into_iter(), false);
        assert_eq!(scale.place(3.0), 0.5);
    }

    #[test]
    fn there_are_four_to_nine_ticks() {
        for high in [0.03, 0.9, 1.0, 1.1, 2.0, 3.7, 4.0, 8.0, 99.0, 1234.0] {
            let ticks = Scale::upward([high].into_iter(), false).ticks();
            assert!((4..=9).contains(&ticks.len()), "{high}: {ticks:?}");
        }
    }
}
