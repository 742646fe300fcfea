//! Counts orders and ends over many runs.

use std::collections::HashMap;
use std::hash::Hash;

use records::record::{Record, shown};
use records::timeline::{Order, Seen};
use supervisor::End;

/// More orders than that are counted together: nobody reads on.
const LISTED: usize = 20;

/// What was seen so far.
#[derive(Default)]
pub struct Tally {
    times: u32,
    orders: HashMap<Vec<String>, u32>,
    ends: HashMap<End, u32>,
}

impl Tally {
    /// Counts one run.
    pub fn add(&mut self, run: &Record) {
        self.times += 1;
        *self.orders.entry(order(run)).or_default() += 1;
        *self.ends.entry(run.ended).or_default() += 1;
    }

    /// How many of what, the most frequent first.
    pub fn seen(&self) -> Seen {
        let mut orders: Vec<Order> = by_frequency(&self.orders, |lines| lines.clone())
            .into_iter()
            .map(|(lines, count)| Order { count, lines, run: None })
            .collect();
        let others = orders.split_off(LISTED.min(orders.len())).iter().map(|order| order.count).sum();
        Seen { times: self.times, orders, others, ends: by_frequency(&self.ends, End::to_string) }
    }
}

/// The order of a run's lines. Of two outputs nobody knows how their lines were ordered against each other, so it is that of
/// standard output, and behind it that of standard error.
pub fn order(run: &Record) -> Vec<String> {
    [shown(&run.stdout), shown(&run.stderr)].concat()
}

/// What comes as often as another stands in the order of `key`, so that two tables of the same runs are equal.
fn by_frequency<T: Clone + Hash + Eq, K: Ord>(
    counts: &HashMap<T, u32>,
    key: impl Fn(&T) -> K,
) -> Vec<(T, u32)> {
    let mut all: Vec<(T, u32)> = counts.iter().map(|(what, &count)| (what.clone(), count)).collect();
    all.sort_by_key(|(what, count)| (std::cmp::Reverse(*count), key(what)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_comes_first_and_the_rest_is_counted_together() {
        let run = |line: &str, ended: &str| -> Record {
            format!("promise: exact\nended: {ended}\nstdout:\n  | {line}\nstderr:\n  | {line}!\n")
                .parse()
                .expect("a record")
        };
        let mut tally = Tally::default();
        for line in 0..LISTED + 5 {
            tally.add(&run(&format!("{line:02}"), "exit code 0"));
        }
        for _ in 0..3 {
            tally.add(&run("24", "signal SIGKILL"));
        }
        let seen = tally.seen();
        assert_eq!((seen.times, seen.orders.len(), seen.others), (28, LISTED, 5));
        assert_eq!(
            (seen.orders[0].count, &*seen.orders[0].lines),
            (4, &["24".to_owned(), "24!".to_owned()][..])
        );
        assert_eq!(seen.orders[1].lines[0], "00");
        assert_eq!(seen.ends, [(End::Exit(0), 25), (End::Signal(9), 3)]);
    }
}
