//! A promise and an ending in words, the same on a page, in a terminal and beside a figure.

use records::promise::{Order, Promise};
use records::record::{Record, shown};
use supervisor::End;

use crate::text::html::escape;
use crate::text::order::{clauses, sentence};

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

/// What the words of [`promise_in_short`] leave out besides [`kept_order`], in sentences: why the promise is not guaranteed, and
/// an end other than success.
pub(crate) fn rest_of_the_promise(record: &Record) -> Vec<String> {
    let Promise { ends, .. } = &record.promise;
    let all = |wanted: &End| record.ended == *wanted && ends.iter().all(|end| end == wanted);
    let is_said = all(&End::Exit(0)) || all(&End::Deadline);
    why_not_guaranteed(record).into_iter().chain((!is_said).then(|| ending_in_words(record))).collect()
}

/// Which lines of an output keep an order: how sure that is, and the clauses.
pub(crate) fn kept_order(record: &Record) -> Option<(&'static str, Vec<String>)> {
    order_of(record, str::to_owned)
}

/// The same, with other names for the lines.
fn order_of(record: &Record, name: impl Fn(&str) -> String) -> Option<(&'static str, Vec<String>)> {
    let Order::Any { before } = &record.promise.order else { return None };
    let before: Vec<_> = before.iter().map(|(first, second)| (name(first), name(second))).collect();
    let lines: Vec<String> = shown(&record.stdout).iter().map(|line| name(line)).collect();
    (!before.is_empty()).then(|| (sureness(record), clauses(&before, &lines)))
}

fn sureness(record: &Record) -> &'static str {
    if record.promise.not_guaranteed.is_none() { "Guaranteed" } else { "In all our runs" }
}

/// Why another run could do otherwise, where nothing guarantees the promise.
fn why_not_guaranteed(record: &Record) -> Option<String> {
    record.promise.not_guaranteed.as_ref().map(|reason| format!("Not guaranteed: {reason}."))
}

/// Such a sentence in HTML, where a line of the output looks like the output.
pub(crate) fn with_lines(sentence: &str) -> String {
    escape(sentence).replace('“', "<samp>").replace('”', "</samp>")
}

/// The promise in sentences.
pub(crate) fn guaranteed(record: &Record) -> String {
    let others = kept_order(record).map(|_| "Otherwise, these lines may come in any order.".to_owned());
    let order = promised_order(record, str::to_owned);
    std::iter::once(order).chain(others).chain(why_not_guaranteed(record)).collect::<Vec<_>>().join(" ")
}

/// The promise beside bars that show the orders, with these names for the lines.
pub(crate) fn guaranteed_beside_orders(record: &Record, name: impl Fn(&str) -> String) -> String {
    let order = promised_order(record, name);
    std::iter::once(order).chain(why_not_guaranteed(record)).collect::<Vec<_>>().join(" ")
}

fn promised_order(record: &Record, name: impl Fn(&str) -> String) -> String {
    let sure = sureness(record);
    match (&record.promise.order, order_of(record, name)) {
        _ if record.stdout.is_empty() && record.stderr.is_empty() => format!("{sure}: it prints nothing."),
        (Order::Exact, _) => format!("{sure}: exactly these lines, in this order."),
        (_, None) => format!("{sure}: these lines, in any order."),
        (_, Some((_, clauses))) => format!("{sure}: {}.", sentence(&clauses)),
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
    fn a_promise_is_a_few_words_and_sentences_say_the_rest() {
        let words = |head: &str| {
            let record = record(&format!("{head}stdout:\n  | a\n  | b\n  | c\nstderr:\n"));
            let order = kept_order(&record).map(|(_, clauses)| clauses.concat());
            (promise_in_short(&record), order, rest_of_the_promise(&record).join(" "))
        };
        let said = |short: &str, order: Option<&str>, rest: &str| {
            (short.to_owned(), order.map(str::to_owned), rest.to_owned())
        };
        let exact = "promise: exact\nended: exit code";
        let any = "promise: lines in any order";
        let deadline = End::Deadline;
        assert_eq!(words(&format!("{exact} 0\n")), said("✓ always prints this", None, ""));
        assert_eq!(words(&format!("{any}\nended: exit code 0\n")), said("lines in any order", None, ""));
        assert_eq!(
            words(&format!("{any}, but\n  \"a\" before \"b\"\nended: exit code 0\n")),
            said("some lines in any order", Some("“a” comes before “b”"), "")
        );
        assert_eq!(
            words(&format!("{exact} 101\n")),
            said("✗ always fails like this", None, "Ended with exit code 101.")
        );
        assert_eq!(
            words("promise: exact\nends promised: exit code 0, exit code 101\nended: exit code 101\n").0,
            "✓ always prints this",
            "it may succeed"
        );
        assert_eq!(
            words(&format!("promise: exact\nended: {deadline}\n")),
            said("✓ always prints this, never ends", None, ""),
            "once is enough"
        );
        let (short, _, rest) =
            words(&format!("promise: exact\nends promised: exit code 0, {deadline}\nended: {deadline}\n"));
        assert_eq!(short, "✓ always prints this, may hang");
        assert!(rest.starts_with("Ended only when it was stopped"), "{rest}");
    }

    #[test]
    fn what_is_not_guaranteed_is_never_called_so() {
        let words = |head: &str, lines: &str| {
            let record = record(&format!("{head}stdout:\n{lines}stderr:\n"));
            (promise_in_short(&record), rest_of_the_promise(&record).join(" "), guaranteed(&record))
        };
        let open = "not guaranteed: a thread may be woken late\n";
        let why = "Not guaranteed: a thread may be woken late.";
        let one = "  | a\n";
        let (short, rest, sentence) = words(&format!("promise: exact\n{open}ended: exit code 0\n"), one);
        assert_eq!((short.as_str(), rest.as_str()), ("printed this in all our runs", why));
        assert_eq!(sentence, format!("In all our runs: exactly these lines, in this order. {why}"));
        let (short, ..) = words(&format!("promise: exact\n{open}ended: exit code 0\n"), "");
        assert_eq!(short, "printed nothing in all our runs");
        let (short, rest, _) = words(&format!("promise: exact\n{open}ended: signal SIGTERM\n"), one);
        assert_eq!(short, "✗ failed like this in all our runs");
        assert_eq!(rest, format!("{why} Ended by signal SIGTERM."));
        let deadline = End::Deadline;
        let (short, rest, _) = words(&format!("promise: exact\n{open}ended: {deadline}\n"), one);
        assert_eq!((short.as_str(), rest.as_str()), ("printed this in all our runs, never ended", why));
        let ordered =
            format!("promise: lines in any order, but\n  \"a\" before \"b\"\n{open}ended: exit code 0\n");
        let (short, rest, sentence) = words(&ordered, "  | a\n  | b\n");
        assert_eq!((short.as_str(), rest.as_str()), ("some lines in any order", why));
        assert!(sentence.starts_with("In all our runs: “a” comes before “b”. Otherwise, "), "{sentence}");
        assert!(sentence.ends_with(why) && !sentence.contains("Guaranteed"), "{sentence}");
    }

    #[test]
    fn a_promise_is_a_sentence() {
        let words = |head: &str| {
            let record = record(&format!("{head}stdout:\n  | a\n  | b\nstderr:\n"));
            (guaranteed(&record), ending_in_words(&record))
        };
        let (promise, ending) = words("promise: lines in any order\nended: exit code 0\n");
        assert_eq!(promise, "Guaranteed: these lines, in any order.");
        assert_eq!(ending, "Ended with exit code 0.");
        let (promise, ending) = words(
            "promise: lines in any order, but\n  \"a\" before \"b\"\nends promised: exit code 0, signal SIGTERM\nended: signal SIGTERM\n",
        );
        assert_eq!(
            promise,
            "Guaranteed: “a” comes before “b”. Otherwise, these lines may come in any order."
        );
        assert_eq!(ending, "Ended by signal SIGTERM; it may end with exit code 0 as well.");
    }
}
