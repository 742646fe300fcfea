//! A promise and an ending in words, the same on a page, in a terminal and beside a figure.

use records::promise::Order;
use records::record::{Record, shown};
use supervisor::End;

use crate::text::html::escape;

/// The promise, as a reader needs it beside the output.
pub(crate) fn promise_in_words(record: &Record) -> String {
    let promise = guaranteed(record);
    match record.promise.order {
        Order::Any { .. } if !(record.stdout.is_empty() && record.stderr.is_empty()) => {
            format!("{promise} This is one run.")
        }
        _ => promise,
    }
}

/// The promise in a few words, beside the output.
pub(crate) fn promise_in_short(record: &Record) -> String {
    let fails = always_fails(record);
    let open = record.promise.not_guaranteed.is_some();
    let order = match &record.promise.order {
        _ if record.stdout.is_empty() && record.stderr.is_empty() => {
            if open {
                "printed nothing in all our runs"
            } else {
                "✓ prints nothing"
            }
        }
        Order::Exact if fails && open => return "✗ failed like this in all our runs".to_owned(),
        Order::Exact if fails => return "✗ always fails like this".to_owned(),
        Order::Exact if open => "printed this in all our runs",
        Order::Exact => "✓ always prints this",
        Order::Any { before } if before.is_empty() => "lines in any order",
        Order::Any { .. } => "some lines in any order",
    };
    let ends = &record.promise.ends;
    match ends.contains(&End::Deadline) || record.ended == End::Deadline {
        false if fails => format!("{order}, always fails"),
        false => order.to_owned(),
        true if open && ends.iter().all(|end| *end == End::Deadline) => format!("{order}, never ended"),
        true if ends.iter().all(|end| *end == End::Deadline) => format!("{order}, never ends"),
        true => format!("{order}, may hang"),
    }
}

/// Whether each of its runs ends by itself, and none ends with exit code 0.
pub(crate) fn always_fails(record: &Record) -> bool {
    let is_failure = |end: &End| !matches!(end, End::Exit(0) | End::Deadline);
    is_failure(&record.ended) && record.promise.ends.iter().all(is_failure)
}

/// What the words of [`promise_in_short`] leave out: which lines keep an order, why that is not guaranteed, and an end other
/// than success. Nothing, where they say all.
pub(crate) fn rest_of_the_promise(record: &Record) -> Option<String> {
    let ordered = matches!(&record.promise.order, Order::Any { before } if !before.is_empty());
    let succeeds = record.ended == End::Exit(0) && record.promise.ends.iter().all(|end| *end == End::Exit(0));
    let order = ordered.then(|| promise_in_words(record));
    let end = (!succeeds).then(|| ending_in_words(record));
    let open = if ordered { None } else { why_not_guaranteed(record) };
    let words: Vec<String> = order.into_iter().chain(open).chain(end).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Why another run could do otherwise, where nothing guarantees the promise.
fn why_not_guaranteed(record: &Record) -> Option<String> {
    record.promise.not_guaranteed.as_ref().map(|reason| format!("Not guaranteed: {reason}."))
}

/// Such a sentence in HTML, where a line of the output looks like the output.
pub(crate) fn with_lines(sentence: &str) -> String {
    escape(sentence).replace('“', "<samp>").replace('”', "</samp>")
}

/// The promise, as a reader needs it beside many runs.
pub(crate) fn guaranteed(record: &Record) -> String {
    let what = match &record.promise.order {
        _ if record.stdout.is_empty() && record.stderr.is_empty() => "it prints nothing.".to_owned(),
        Order::Exact => "exactly these lines, in this order.".to_owned(),
        Order::Any { before } if before.is_empty() => "these lines, in any order.".to_owned(),
        Order::Any { before } => format!(
            "these lines, and that {}. Otherwise, they may come in any order.",
            clauses(&constraints_in_words(before, &shown(&record.stdout)))
        ),
    };
    match why_not_guaranteed(record) {
        None => format!("Guaranteed: {what}"),
        Some(why) => format!("In all our runs: {what} {why}"),
    }
}

/// What has to come before what, in as few words as say it: lines that precede the same others are named together, and a line
/// that all others precede is the last one.
pub(crate) fn constraints_in_words(before: &[(String, String)], lines: &[String]) -> Vec<String> {
    let is_last = |last: &str| {
        let precedes = |line: &String| before.iter().any(|(first, second)| first == line && second == last);
        lines.len() > 2 && lines.iter().all(|line| line == last || precedes(line))
    };
    let mut words = vec![];
    // Lines, with what each of them precedes.
    let mut groups: Vec<(Vec<&str>, Vec<&str>)> = vec![];
    for (first, second) in before {
        if is_last(second) {
            let word = format!("“{second}” comes last");
            if !words.contains(&word) {
                words.push(word);
            }
        } else {
            match groups.iter_mut().find(|(firsts, _)| firsts == &[first.as_str()]) {
                Some((_, seconds)) if seconds.contains(&second.as_str()) => {}
                Some((_, seconds)) => seconds.push(second),
                None => groups.push((vec![first], vec![second])),
            }
        }
    }
    let mut merged: Vec<(Vec<&str>, Vec<&str>)> = vec![];
    for (firsts, seconds) in groups {
        let same = |others: &[&str]| {
            others.len() == seconds.len() && seconds.iter().all(|second| others.contains(second))
        };
        match merged.iter_mut().find(|(_, others)| same(others)) {
            Some((all, _)) => all.extend(firsts),
            None => merged.push((firsts, seconds)),
        }
    }
    let quoted = |lines: &[&str]| and(&lines.iter().map(|line| format!("“{line}”")).collect::<Vec<_>>());
    for (firsts, seconds) in &merged {
        let comes = if firsts.len() == 1 { "comes" } else { "come" };
        let named = |line: &String| firsts.contains(&line.as_str()) || seconds.contains(&line.as_str());
        let printed = |second: &&str| lines.iter().any(|line| line == second);
        let all = lines.iter().all(named) && seconds.iter().all(printed);
        let seconds = match all && seconds.len() > 1 {
            true => "all other lines".to_owned(),
            false => quoted(seconds),
        };
        words.push(format!("{} {comes} before {seconds}", quoted(firsts)));
    }
    words
}

/// Clauses of a sentence, with *and* before the last one.
fn clauses(clauses: &[String]) -> String {
    match clauses {
        [first @ .., last] if !first.is_empty() => format!("{}, and {last}", first.join(", ")),
        _ => clauses.concat(),
    }
}

/// A list in a sentence, with *and* before its last item.
fn and(items: &[String]) -> String {
    match items {
        [first @ .., last, end] if !first.is_empty() => format!("{}, {last}, and {end}", first.join(", ")),
        _ => items.join(" and "),
    }
}

/// How the run ended, and how else it may.
pub(crate) fn ending_in_words(record: &Record) -> String {
    let one = |end: &End| match end {
        End::Exit(_) => format!("with {end}"),
        End::Signal(_) => format!("by {end}"),
        End::Deadline => "only when it was stopped: it was still running at its deadline".to_owned(),
    };
    let others: Vec<String> =
        record.promise.ends.iter().filter(|end| **end != record.ended).map(one).collect();
    let ended = one(&record.ended);
    if others.is_empty() {
        format!("Ended {ended}.")
    } else {
        format!("Ended {ended}; it may end {} as well.", others.join(" or "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(text: &str) -> Record {
        text.parse().expect("a record")
    }

    #[test]
    fn a_line_that_comes_after_all_others_is_last() {
        let lines = ["a", "b", "z"].map(str::to_owned);
        let before = |pairs: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
            constraints_in_words(&pairs, &lines)
        };
        assert_eq!(before(&[("a", "z"), ("b", "z")]), ["“z” comes last"]);
        assert_eq!(before(&[("a", "z")]), ["“a” comes before “z”"]);
        assert_eq!(before(&[("a", "z"), ("b", "z"), ("a", "b")]), ["“z” comes last", "“a” comes before “b”"]);
    }

    #[test]
    fn lines_that_precede_the_same_ones_are_named_together() {
        let lines = ["a", "b", "x", "y", "z"].map(str::to_owned);
        let before = |firsts: &[&str], seconds: &[&str]| {
            let pair = |first: &&str, second: &&str| ((*first).to_owned(), (*second).to_owned());
            let pairs = firsts.iter().flat_map(|first| seconds.iter().map(move |second| pair(first, second)));
            constraints_in_words(&pairs.collect::<Vec<_>>(), &lines)
        };
        assert_eq!(before(&["a", "b"], &["x", "y", "z"]), ["“a” and “b” come before all other lines"]);
        assert_eq!(before(&["a", "b"], &["x", "y"]), ["“a” and “b” come before “x” and “y”"]);
        assert_eq!(before(&["a"], &["b", "x", "y", "z"]), ["“a” comes before all other lines"]);
    }

    #[test]
    fn a_promise_is_a_few_words_and_a_sentence_says_the_rest() {
        let words = |head: &str| {
            let record = record(&format!("{head}stdout:\n  | a\n  | b\nstderr:\n"));
            (promise_in_short(&record), rest_of_the_promise(&record))
        };
        assert_eq!(words("promise: exact\nended: exit code 0\n"), ("✓ always prints this".into(), None));
        assert_eq!(
            words("promise: lines in any order\nended: exit code 0\n"),
            ("lines in any order".into(), None)
        );
        let (short, rest) =
            words("promise: lines in any order, but\n  \"a\" before \"b\"\nended: exit code 0\n");
        assert_eq!(short, "some lines in any order");
        assert!(rest.expect("which lines").contains("“a” comes before “b”"));
        let (short, rest) = words("promise: exact\nended: exit code 101\n");
        assert_eq!(
            (short.as_str(), rest.as_deref()),
            ("✗ always fails like this", Some("Ended with exit code 101."))
        );
        let (short, _) =
            words("promise: exact\nends promised: exit code 0, exit code 101\nended: exit code 101\n");
        assert_eq!(short, "✓ always prints this", "it may succeed");
    }

    #[test]
    fn what_is_not_guaranteed_is_never_called_so() {
        let words = |head: &str, lines: &str| {
            let record = record(&format!("{head}stdout:\n{lines}stderr:\n"));
            (promise_in_short(&record), rest_of_the_promise(&record), promise_in_words(&record))
        };
        let open = "not guaranteed: a thread may be woken late\n";
        let why = "Not guaranteed: a thread may be woken late.";
        let one = "  | a\n";
        let (short, rest, sentence) = words(&format!("promise: exact\n{open}ended: exit code 0\n"), one);
        assert_eq!((short.as_str(), rest.as_deref()), ("printed this in all our runs", Some(why)));
        assert_eq!(sentence, format!("In all our runs: exactly these lines, in this order. {why}"));
        let (short, ..) = words(&format!("promise: exact\n{open}ended: exit code 0\n"), "");
        assert_eq!(short, "printed nothing in all our runs");
        let (short, rest, _) = words(&format!("promise: exact\n{open}ended: signal SIGTERM\n"), one);
        assert_eq!(short, "✗ failed like this in all our runs");
        assert_eq!(rest, Some(format!("{why} Ended by signal SIGTERM.")));
        let deadline = End::Deadline;
        let (short, ..) = words(&format!("promise: exact\n{open}ended: {deadline}\n"), one);
        assert_eq!(short, "printed this in all our runs, never ended");
        let ordered =
            format!("promise: lines in any order, but\n  \"a\" before \"b\"\n{open}ended: exit code 0\n");
        let (short, rest, _) = words(&ordered, "  | a\n  | b\n");
        assert_eq!(short, "some lines in any order");
        let rest = rest.expect("which lines");
        assert!(rest.starts_with("In all our runs: these lines, and that “a” comes before “b”."), "{rest}");
        assert!(rest.contains(why) && !rest.contains("Guaranteed"), "{rest}");
    }

    #[test]
    fn a_promise_is_a_sentence() {
        let words = |head: &str| {
            let record = record(&format!("{head}stdout:\n  | a\n  | b\nstderr:\n"));
            (promise_in_words(&record), ending_in_words(&record))
        };
        let (promise, ending) = words("promise: lines in any order\nended: exit code 0\n");
        assert_eq!(promise, "Guaranteed: these lines, in any order. This is one run.");
        assert_eq!(ending, "Ended with exit code 0.");
        let (promise, ending) = words(
            "promise: lines in any order, but\n  \"a\" before \"b\"\nends promised: exit code 0, signal SIGTERM\nended: signal SIGTERM\n",
        );
        assert_eq!(
            promise,
            "Guaranteed: these lines, and that “a” comes before “b”. Otherwise, they may come in any order. This is one run."
        );
        let (promise, _) = words(
            "promise: lines in any order, but\n  \"a\" before \"b\"\n  \"a\" before \"c\"\n  \"b\" before \"d\"\nended: exit code 0\n",
        );
        let list = "“a” comes before “b” and “c”, and “b” comes before “d”.";
        assert!(promise.contains(list), "{promise}");
        assert_eq!(ending, "Ended by signal SIGTERM; it may end with exit code 0 as well.");
    }
}
