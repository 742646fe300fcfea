//! Whether a claim about every run holds, by the record: what it printed, and what of that is promised.
//!
//! A line is written as in the record's text. About a line that no run prints, only `prints` can say anything: of any other
//! claim it is taken for a slip of the pen.
//!
//! Standard output and standard error are two pipes. A promise orders the lines within one of them, so *first* and *last*
//! are meant within a line's own output, and nothing can be claimed of two lines on different ones.
//!
//! A line that comes several times is before another if each of its copies is, first if one of its copies is.

use std::collections::BTreeSet;

use supervisor::end::End;
use supervisor::promise::Order;
use supervisor::record::{Record, written};

use crate::nearest::nearest;
use crate::predict::Finding;
use crate::predict::fact::Printed;

/// What the record says.
///
/// # Errors
///
/// A sentence for the author, when the record can neither confirm nor deny it.
pub fn judge(claim: &Printed, record: &Record) -> Result<Finding, String> {
    let outputs = Outputs::of(record);
    match claim {
        Printed::Prints(line, times) => Ok(outputs.prints(line, *times)),
        Printed::Lines(count) => {
            let all = outputs.stdout.lines.len() + outputs.stderr.lines.len();
            Ok(Finding { holds: all == *count, said: format!("it prints {}", lines(all)) })
        }
        Printed::First(line) => Ok(alone(&outputs.with(line)?.first(), line, "first")),
        Printed::Last(line) => Ok(alone(&outputs.with(line)?.last(), line, "last")),
        Printed::Before(a, b) => {
            let output = outputs.with_both(a, b)?;
            Ok(Finding { holds: output.is_before(a, b), said: output.order_of(a, b) })
        }
        Printed::Unordered(a, b) => {
            let output = outputs.with_both(a, b)?;
            Ok(Finding { holds: output.is_unordered(a, b), said: output.order_of(a, b) })
        }
        Printed::Ends(end) => Ok(ends(record, |all| all == [*end])),
        Printed::MayEnd(end) => Ok(ends(record, |all| all.contains(end))),
    }
}

fn ends(record: &Record, hold: impl Fn(&[End]) -> bool) -> Finding {
    let ends = &record.promise.ends;
    let words: Vec<String> = ends.iter().map(End::to_string).collect();
    Finding { holds: hold(ends), said: format!("its end is {}", words.join(" or ")) }
}

fn lines(count: usize) -> String {
    format!("{count} line{}", if count == 1 { "" } else { "s" })
}

/// The two outputs.
struct Outputs<'a> {
    stdout: Output<'a>,
    stderr: Output<'a>,
}

impl<'a> Outputs<'a> {
    fn of(record: &'a Record) -> Outputs<'a> {
        let (stdout, stderr) = (written(&record.stdout), written(&record.stderr));
        let (out, err) = match &record.promise.order {
            Order::Exact => (None, None),
            Order::Any { before } => {
                // A constraint is about the first output that has both lines, as in the test of the promise.
                let (out, err) = before.iter().partition(|(a, b)| stdout.contains(a) && stdout.contains(b));
                (Some(out), Some(err))
            }
        };
        Outputs {
            stdout: Output::new(&record.stdout, stdout, out),
            stderr: Output::new(&record.stderr, stderr, err),
        }
    }

    fn prints(&self, line: &str, times: Option<usize>) -> Finding {
        let count = self.stdout.count(line) + self.stderr.count(line);
        let said = match count {
            0 => format!("it never prints `{line}`{}", self.nearest(line)),
            1 => format!("it prints `{line}` once"),
            _ => format!("it prints `{line}` {count} times"),
        };
        Finding { holds: times.map_or(count > 0, |times| count == times), said }
    }

    /// The one output that has the line.
    fn with(&self, line: &str) -> Result<&Output<'a>, String> {
        match (self.stdout.count(line), self.stderr.count(line)) {
            (0, 0) => Err(format!("it never prints `{line}`{}", self.nearest(line))),
            (_, 0) => Ok(&self.stdout),
            (0, _) => Ok(&self.stderr),
            _ => Err(format!("it prints `{line}` both to stdout and to stderr, and its place is not one")),
        }
    }

    fn with_both(&self, a: &str, b: &str) -> Result<&Output<'a>, String> {
        if a == b {
            return Err(format!("`{a}` has no order with itself"));
        }
        let (of_a, of_b) = (self.with(a)?, self.with(b)?);
        if std::ptr::eq(of_a, of_b) {
            return Ok(of_a);
        }
        Err(format!(
            "`{a}` and `{b}` go to different outputs, and the promise says nothing of the order between those"
        ))
    }

    fn nearest(&self, line: &str) -> String {
        let all = self.stdout.lines.iter().chain(&self.stderr.lines).map(String::as_str);
        nearest(line, all).map(|near| format!("; the nearest line is `{near}`")).unwrap_or_default()
    }
}

/// One of the outputs.
struct Output<'a> {
    /// In the order of the recorded run.
    lines: Vec<String>,
    /// The pairs whose order is promised; `None` where all of it is.
    promised: Option<Vec<&'a (String, String)>>,
    /// A last line without a newline. Any line after it would change it, so it is last in every run.
    unended: bool,
}

impl<'a> Output<'a> {
    fn new(output: &[u8], lines: Vec<String>, promised: Option<Vec<&'a (String, String)>>) -> Output<'a> {
        Output { unended: !output.is_empty() && !output.ends_with(b"\n"), lines, promised }
    }

    fn count(&self, line: &str) -> usize {
        self.lines.iter().filter(|other| *other == line).count()
    }

    /// Whether each `a` comes before each `b`, in every run that the promise allows. They are different lines.
    fn is_before(&self, a: &str, b: &str) -> bool {
        let Some(promised) = &self.promised else {
            let last = self.lines.iter().rposition(|line| line == a);
            let first = self.lines.iter().position(|line| line == b);
            return last < first;
        };
        if self.unended && self.count(b) == 1 && self.lines.last().is_some_and(|last| last == b) {
            return true;
        }
        // Both lines of a pair are printed, so a chain of pairs holds from its one end to the other.
        let mut reached = vec![a];
        let mut at = 0;
        while let Some(&line) = reached.get(at) {
            for (first, second) in promised.iter().copied() {
                if first == line && !reached.contains(&second.as_str()) {
                    reached.push(second);
                }
            }
            at += 1;
        }
        reached[1..].contains(&b)
    }

    fn is_unordered(&self, a: &str, b: &str) -> bool {
        self.promised.is_some() && !self.is_before(a, b) && !self.is_before(b, a)
    }

    /// The lines that may come first: those that need not come after another one.
    fn first(&self) -> BTreeSet<&str> {
        match self.promised {
            None => self.lines.first().map(String::as_str).into_iter().collect(),
            Some(_) => self.lines_where(|line, other| !self.is_before(other, line)),
        }
    }

    /// The lines that may come last.
    fn last(&self) -> BTreeSet<&str> {
        match self.promised {
            Some(_) if !self.unended => self.lines_where(|line, other| !self.is_before(line, other)),
            _ => self.lines.last().map(String::as_str).into_iter().collect(),
        }
    }

    /// The lines that stand so to every other line.
    fn lines_where(&self, stands: impl Fn(&str, &str) -> bool) -> BTreeSet<&str> {
        let all = || self.lines.iter().map(String::as_str);
        all().filter(|line| all().all(|other| other == *line || stands(line, other))).collect()
    }

    fn order_of(&self, a: &str, b: &str) -> String {
        if self.is_before(a, b) {
            format!("`{a}` always comes before `{b}`")
        } else if self.is_before(b, a) {
            format!("`{b}` always comes before `{a}`")
        } else if self.is_unordered(a, b) {
            format!("either of `{a}` and `{b}` may come before the other")
        } else {
            format!("`{a}` and `{b}` alternate, in an order that is promised")
        }
    }
}

/// Whether this line alone may stand at a place.
fn alone(may: &BTreeSet<&str>, line: &str, place: &str) -> Finding {
    let quoted: Vec<String> = may.iter().map(|line| format!("`{line}`")).collect();
    let verb = if may.len() == 1 { "always comes" } else { "may come" };
    Finding { holds: *may == BTreeSet::from([line]), said: format!("{} {verb} {place}", quoted.join(" or ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predict::fact::{Claim, Fact};

    const EXACT: &str = "promise: exact\nended: exit code 0\n";

    /// A record whose standard output has these lines, under this head.
    fn record(head: &str, stdout: &[&str], stderr: &[&str]) -> Record {
        let lines = |lines: &[&str]| lines.iter().map(|line| format!("  | {line}\n")).collect::<String>();
        let text = format!("{head}stdout:\n{}stderr:\n{}", lines(stdout), lines(stderr));
        text.parse().unwrap_or_else(|e| panic!("{e} in {text}"))
    }

    /// Lines in any order that keeps these pairs.
    fn any(pairs: &[(&str, &str)]) -> String {
        let but = if pairs.is_empty() { "" } else { ", but" };
        let pairs: String = pairs.iter().map(|(a, b)| format!("  \"{a}\" before \"{b}\"\n")).collect();
        format!("promise: lines in any order{but}\n{pairs}ended: exit code 0\n")
    }

    fn find(record: &Record, fact: &str) -> Result<Finding, String> {
        match Fact::parse(fact).expect("a fact").claim {
            Claim::Printed(claim) => judge(&claim, record),
            Claim::Ran(_) => panic!("`{fact}` is for a timeline"),
        }
    }

    #[track_caller]
    fn holds(record: &Record, facts: &[&str]) {
        for fact in facts {
            let found = find(record, fact).unwrap_or_else(|e| panic!("{fact}: {e}"));
            assert!(found.holds, "{fact} should hold; {}", found.said);
        }
    }

    #[track_caller]
    fn fails(record: &Record, cases: &[(&str, &str)]) {
        for (fact, said) in cases {
            let found = find(record, fact).unwrap_or_else(|e| panic!("{fact}: {e}"));
            assert!(!found.holds, "{fact} should not hold");
            assert_eq!(found.said, *said, "{fact}");
        }
    }

    #[track_caller]
    fn untold(record: &Record, cases: &[(&str, &str)]) {
        for (fact, problem) in cases {
            assert_eq!(find(record, fact), Err((*problem).to_owned()), "{fact}");
        }
    }

    #[test]
    fn lines_are_counted_on_both_outputs() {
        let record = record(EXACT, &["a", "b", "a"], &["a", "oops"]);
        holds(&record, &["prints \"a\"", "prints \"a\" 3 times", "prints \"oops\" 1 time", "lines 5"]);
        fails(
            &record,
            &[
                ("prints \"a\" 2 times", "it prints `a` 3 times"),
                ("prints \"b\" 2 times", "it prints `b` once"),
                ("prints \"oop\"", "it never prints `oop`; the nearest line is `oops`"),
                ("lines 3", "it prints 5 lines"),
            ],
        );
        holds(&record, &["prints \"x\" 0 times"]);
    }

    #[test]
    fn nothing_printed_is_no_line_and_an_empty_line_is_one() {
        let silent = record(EXACT, &[], &[]);
        holds(&silent, &["lines 0"]);
        fails(&silent, &[("prints \"\"", "it never prints ``"), ("lines 1", "it prints 0 lines")]);
        holds(&record(EXACT, &[""], &[]), &["lines 1", "prints \"\"", "first \"\"", "last \"\""]);
    }

    #[test]
    fn lines_are_compared_as_the_record_writes_them() {
        let record = record(EXACT, &[r"the error \u{1b}", "say \"hi\"", r"C:\\users"], &[]);
        holds(&record, &[r#"first "the error \\u{1b}""#, r#"prints "say \"hi\"""#, r#"last "C:\\\\users""#]);
    }

    #[test]
    fn an_exact_promise_orders_all_lines_of_an_output() {
        let record = record(EXACT, &["a", "b", "c"], &[]);
        holds(&record, &["first \"a\"", "last \"c\"", "before \"a\" \"b\"", "before \"a\" \"c\""]);
        fails(
            &record,
            &[
                ("first \"b\"", "`a` always comes first"),
                ("last \"a\"", "`c` always comes last"),
                ("before \"c\" \"a\"", "`a` always comes before `c`"),
                ("unordered \"a\" \"b\"", "`a` always comes before `b`"),
                ("unordered \"b\" \"a\"", "`a` always comes before `b`"),
            ],
        );
    }

    #[test]
    fn copies_of_a_line_under_an_exact_promise() {
        let record = record(EXACT, &["a", "b", "a"], &[]);
        // Some `a` is first and some `a` is last, but not every one.
        holds(&record, &["first \"a\"", "last \"a\""]);
        let alternate = "`a` and `b` alternate, in an order that is promised";
        for pair in ["\"a\" \"b\"", "\"b\" \"a\""] {
            let alternate = alternate.replace("`a` and `b`", &pair.replace('"', "`").replace(' ', " and "));
            let facts = [format!("before {pair}"), format!("unordered {pair}")];
            fails(&record, &[(&facts[0], &alternate), (&facts[1], &alternate)]);
        }
        holds(&self::record(EXACT, &["a", "a", "b"], &[]), &["before \"a\" \"b\""]);
    }

    #[test]
    fn without_constraints_nothing_is_ordered() {
        let record = record(&any(&[]), &["a", "b"], &[]);
        holds(&record, &["unordered \"a\" \"b\"", "unordered \"b\" \"a\""]);
        fails(
            &record,
            &[
                ("first \"a\"", "`a` or `b` may come first"),
                ("last \"b\"", "`a` or `b` may come last"),
                ("before \"a\" \"b\"", "either of `a` and `b` may come before the other"),
            ],
        );
        // Alone, or all alike, a line is at both ends.
        holds(&self::record(&any(&[]), &["a"], &[]), &["first \"a\"", "last \"a\""]);
        holds(&self::record(&any(&[]), &["a", "a"], &[]), &["first \"a\"", "last \"a\""]);
    }

    #[test]
    fn constraints_hold_in_chains() {
        let record = record(&any(&[("a", "b"), ("b", "c"), ("x", "c")]), &["a", "x", "b", "c"], &[]);
        holds(
            &record,
            &["before \"a\" \"c\"", "last \"c\"", "unordered \"a\" \"x\"", "unordered \"x\" \"b\""],
        );
        fails(
            &record,
            &[
                ("before \"c\" \"a\"", "`a` always comes before `c`"),
                ("first \"a\"", "`a` or `x` may come first"),
                ("last \"b\"", "`c` always comes last"),
                ("unordered \"a\" \"c\"", "`a` always comes before `c`"),
            ],
        );
        // First by a chain alone: nobody wrote that `a` is before `c`.
        let chain = self::record(&any(&[("a", "b"), ("b", "c")]), &["a", "b", "c"], &[]);
        holds(&chain, &["first \"a\"", "last \"c\""]);
    }

    #[test]
    fn a_constraint_speaks_of_every_copy() {
        let record = record(&any(&[("a", "b")]), &["a", "a", "b", "c"], &[]);
        holds(&record, &["before \"a\" \"b\"", "unordered \"a\" \"c\"", "unordered \"c\" \"b\""]);
        fails(&record, &[("first \"a\"", "`a` or `c` may come first")]);
    }

    #[test]
    fn every_claim_of_order_agrees_with_all_allowed_runs() {
        let pairs = [("a", "b"), ("b", "d"), ("c", "d")];
        let lines = ["a", "b", "c", "c", "d"];
        let record = record(&any(&pairs), &lines, &[]);
        let runs: Vec<Vec<&str>> = permutations(&lines)
            .into_iter()
            .filter(|run| {
                let stdout = (run.join("\n") + "\n").into_bytes();
                record.promise.allows(&record, &Record { stdout, ..record.clone() }).is_ok()
            })
            .collect();
        assert!(runs.len() > 3, "{runs:?}");
        let every_copy_before = |run: &[&str], a: &str, b: &str| {
            run.iter().rposition(|line| *line == a) < run.iter().position(|line| *line == b)
        };
        for a in ["a", "b", "c", "d"] {
            for (fact, in_all) in
                [("first", runs.iter().all(|run| run[0] == a)), ("last", runs.iter().all(|run| run[4] == a))]
            {
                let found = find(&record, &format!("{fact} \"{a}\"")).expect("told");
                assert_eq!(found.holds, in_all, "{fact} {a}: {}", found.said);
            }
            for b in ["a", "b", "c", "d"].into_iter().filter(|b| *b != a) {
                let before = runs.iter().all(|run| every_copy_before(run, a, b));
                let after = runs.iter().all(|run| every_copy_before(run, b, a));
                let found = find(&record, &format!("before \"{a}\" \"{b}\"")).expect("told");
                assert_eq!(found.holds, before, "{a} before {b}: {}", found.said);
                let found = find(&record, &format!("unordered \"{a}\" \"{b}\"")).expect("told");
                assert_eq!(found.holds, !before && !after, "{a} and {b}: {}", found.said);
            }
        }
    }

    fn permutations<'a>(lines: &[&'a str]) -> Vec<Vec<&'a str>> {
        let Some(first) = lines.first() else { return vec![vec![]] };
        let rest = permutations(&lines[1..]);
        let insert = |run: &Vec<&'a str>, at: usize| [&run[..at], &[*first], &run[at..]].concat();
        rest.iter().flat_map(|run| (0..=run.len()).map(move |at| insert(run, at))).collect()
    }

    #[test]
    fn a_last_line_without_a_newline_is_last_in_any_order() {
        let mut record = record(&any(&[("a", "b")]), &["a", "b", "a", "c"], &[]);
        record.stdout.pop();
        holds(&record, &["last \"c\"", "before \"a\" \"c\"", "before \"b\" \"c\"", "lines 4"]);
        // The copy without a newline is last; of the other one nothing is promised.
        let mut copies = self::record(&any(&[]), &["c", "a", "c"], &[]);
        copies.stdout.pop();
        holds(&copies, &["last \"c\"", "unordered \"a\" \"c\""]);
    }

    #[test]
    fn outputs_are_ordered_each_by_itself() {
        let record = record(EXACT, &["a", "b"], &["c", "d"]);
        holds(&record, &["first \"a\"", "last \"b\"", "first \"c\"", "last \"d\"", "before \"c\" \"d\""]);
        let apart =
            "`a` and `d` go to different outputs, and the promise says nothing of the order between those";
        untold(&record, &[("before \"a\" \"d\"", apart), ("unordered \"a\" \"d\"", apart)]);
        let both = self::record(&any(&[("a", "b"), ("c", "d")]), &["a", "b"], &["c", "d"]);
        holds(&both, &["before \"a\" \"b\"", "last \"b\"", "before \"c\" \"d\"", "first \"c\""]);
    }

    #[test]
    fn what_has_no_place_is_not_judged() {
        let record = record(EXACT, &["a", "b"], &["a"]);
        let twice = "it prints `a` both to stdout and to stderr, and its place is not one";
        untold(
            &record,
            &[
                ("first \"a\"", twice),
                ("before \"a\" \"b\"", twice),
                ("last \"bb\"", "it never prints `bb`; the nearest line is `b`"),
                ("unordered \"b\" \"aa\"", "it never prints `aa`; the nearest line is `a`"),
                ("before \"b\" \"b\"", "`b` has no order with itself"),
            ],
        );
    }

    #[test]
    fn ends_are_those_of_the_promise_and_not_of_the_run() {
        let one = record("promise: exact\nended: signal SIGKILL\n", &[], &[]);
        holds(&one, &["ends SIGKILL", "may end SIGKILL"]);
        fails(
            &one,
            &[
                ("ends running", "its end is signal SIGKILL"),
                ("may end exit code 9", "its end is signal SIGKILL"),
            ],
        );
        let head =
            "promise: exact\nends promised: exit code 0, still running at the deadline\nended: exit code 0\n";
        let two = record(head, &[], &[]);
        holds(&two, &["may end exit code 0", "may end running"]);
        let said = "its end is exit code 0 or still running at the deadline";
        fails(&two, &[("ends exit code 0", said), ("ends running", said), ("may end SIGTERM", said)]);
    }
}
