//! Which of many runs are recorded.

use records::timeline::{Run, Seen, Timeline};
use supervisor::End;

/// So many orders are shown at most.
const SHOWN: usize = 4;

/// A run that may be recorded.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The order of its lines.
    pub lines: Vec<String>,
    /// How it ended.
    pub end: End,
    /// What it did.
    pub run: Run,
}

/// The run of middle length: neither what a busy machine made of it nor a lucky one.
///
/// # Panics
///
/// When there is none.
pub fn middle(mut candidates: Vec<Candidate>) -> Candidate {
    candidates.sort_by_key(|candidate| candidate.run.over);
    candidates.swap_remove(candidates.len() / 2)
}

/// Whether there is a run of each order that is shown, and of each end that was seen.
pub fn has_all(candidates: &[Candidate], seen: &Seen) -> bool {
    let mut orders = seen.orders.iter().take(SHOWN);
    let mut ends = seen.ends.iter();
    orders.all(|order| candidates.iter().any(|candidate| candidate.lines == order.lines))
        && ends.all(|(end, _)| candidates.iter().any(|candidate| candidate.end == *end))
}

/// A run of each order that was seen most, as far as there is one, and of each end; and what was seen, which says of an
/// order which run has it. If none of these was traced, one that was traced.
///
/// # Panics
///
/// When there is no candidate.
pub fn choose(candidates: Vec<Candidate>, mut seen: Seen) -> (Vec<Run>, Seen) {
    let mut chosen: Vec<Candidate> = vec![];
    let of = |wanted: &dyn Fn(&Candidate) -> bool| {
        let same: Vec<Candidate> = candidates.iter().filter(|candidate| wanted(candidate)).cloned().collect();
        (!same.is_empty()).then(|| middle(same))
    };
    for order in seen.orders.iter_mut().take(SHOWN) {
        if let Some(run) = of(&|candidate| candidate.lines == order.lines) {
            order.run = Some(chosen.len());
            chosen.push(run);
        }
    }
    for (end, _) in &seen.ends {
        if !chosen.iter().any(|candidate| candidate.end == *end) {
            chosen.extend(of(&|candidate| candidate.end == *end));
        }
    }
    if chosen.is_empty() {
        chosen.push(middle(candidates));
    }
    (chosen.into_iter().map(|candidate| candidate.run).collect(), seen)
}

/// Does without the last run.
pub fn drop_last(timeline: &mut Timeline) {
    timeline.runs.pop();
    let left = timeline.runs.len();
    for order in timeline.seen.iter_mut().flat_map(|seen| &mut seen.orders) {
        order.run = order.run.filter(|&run| run < left);
    }
}

#[cfg(test)]
mod tests {
    use records::timeline::Order;

    use super::*;

    fn candidate(lines: &[&str], end: End, over: u64) -> Candidate {
        let run = Run { over, processes: vec![], events: vec![] };
        Candidate { lines: lines.iter().map(|line| line.to_string()).collect(), end, run }
    }

    fn seen(orders: &[&[&str]], ends: &[End]) -> Seen {
        let order = |lines: &&[&str]| Order {
            count: 1,
            lines: lines.iter().map(|line| line.to_string()).collect(),
            run: None,
        };
        let ends = ends.iter().map(|&end| (end, 1)).collect();
        Seen { times: 10, orders: orders.iter().map(order).collect(), others: 0, ends }
    }

    const OK: End = End::Exit(0);
    const KILLED: End = End::Signal(9);

    #[test]
    fn the_run_in_the_middle_is_taken() {
        let candidates = [50, 10, 900, 20, 30].map(|over| candidate(&[], OK, over));
        assert_eq!(middle(candidates.into()).run.over, 30);
    }

    #[test]
    fn each_order_that_was_seen_most_has_a_run_if_one_was_traced() {
        let seen = seen(&[&["a", "b"], &["b", "a"], &["c"]], &[OK]);
        let candidates =
            vec![candidate(&["c"], OK, 1), candidate(&["a", "b"], OK, 2), candidate(&["x"], OK, 3)];
        assert!(!has_all(&candidates, &seen));
        let (runs, seen) = choose(candidates, seen);
        assert_eq!(runs.iter().map(|run| run.over).collect::<Vec<_>>(), [2, 1]);
        let runs: Vec<_> = seen.orders.into_iter().map(|order| order.run).collect();
        assert_eq!(runs, [Some(0), None, Some(1)]);
    }

    #[test]
    fn no_more_orders_are_shown_than_a_handful() {
        let orders: Vec<[&str; 1]> = ["a", "b", "c", "d", "e"].map(|line| [line]).into();
        let all: Vec<&[&str]> = orders.iter().map(|order| &order[..]).collect();
        let candidates: Vec<Candidate> = all[..4].iter().map(|lines| candidate(lines, OK, 1)).collect();
        let seen = seen(&all, &[OK]);
        assert!(has_all(&candidates, &seen));
        assert_eq!(choose(candidates, seen).0.len(), SHOWN);
    }

    #[test]
    fn each_end_has_a_run() {
        let seen = seen(&[&["a"]], &[OK, KILLED]);
        let candidates = vec![candidate(&["a"], OK, 1), candidate(&["b"], KILLED, 2)];
        assert!(!has_all(&candidates[..1], &seen) && has_all(&candidates, &seen));
        assert_eq!(choose(candidates, seen).0.len(), 2);
    }

    #[test]
    fn some_run_is_shown_even_if_tracing_changes_every_order() {
        let (runs, seen) = choose(vec![candidate(&["b"], OK, 7)], seen(&[&["a"]], &[KILLED]));
        assert_eq!((runs[0].over, seen.orders[0].run), (7, None));
    }

    #[test]
    fn what_is_dropped_is_shown_by_no_order() {
        let (runs, seen) =
            choose(vec![candidate(&["a"], OK, 1), candidate(&["b"], OK, 2)], seen(&[&["a"], &["b"]], &[OK]));
        let seen = Some(seen);
        let mut timeline = Timeline { schema: 1, listing: String::new(), machine: String::new(), runs, seen };
        drop_last(&mut timeline);
        let orders = timeline.seen.expect("counted").orders;
        assert_eq!((orders[0].run, orders[1].run, timeline.runs.len()), (Some(0), None, 1));
    }
}
