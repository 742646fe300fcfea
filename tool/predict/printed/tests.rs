//! Every claim about every run, both ways.

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
        Claim::Ran(_) | Claim::Refused(_) => panic!("`{fact}` is not for a record of output"),
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
fn what_is_not_guaranteed_is_promised_all_the_same() {
    let open = "promise: exact\nnot guaranteed: a thread may be late\nended: exit code 0\n";
    let open = record(open, &["a", "b"], &[]);
    holds(&open, &["before \"a\" \"b\"", "ends exit code 0"]);
    fails(&open, &[("guaranteed", "it is not guaranteed: a thread may be late")]);
    holds(&record(EXACT, &["a"], &[]), &["guaranteed"]);
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
    holds(&record, &["before \"a\" \"c\"", "last \"c\"", "unordered \"a\" \"x\"", "unordered \"x\" \"b\""]);
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
