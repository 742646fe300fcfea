//! The orders that many runs showed, beside what is promised: what is guaranteed stays, what merely happened moves.

use std::collections::BTreeMap;
use std::fmt::Write;

use records::promise::Order as Promised;
use records::record::Record;
use records::timeline::Seen;

use crate::text::html::escape;
use crate::text::words::guaranteed;

/// The table, beside the promise that the record of the output holds.
pub fn table(seen: &Seen, record: &Record) -> String {
    let promised = &record.promise.order;
    let letters = Letters::of(seen);
    let fixed = letters.fixed(seen, promised);
    let mut html = format!(
        "<div class=\"seen\"><p class=\"seen-title\">Orders seen in {} runs</p><p class=\"promise\">{}</p><ul class=\"letters\">",
        seen.times,
        escape(&guaranteed(record))
    );
    for (letter, line) in letters.named() {
        let _ = write!(html, "<li><b>{letter}</b> <samp>{}</samp></li>", escape(line));
    }
    let columns = seen.orders.iter().map(|order| order.lines.len()).max().unwrap_or(0).max(1);
    let _ = write!(
        html,
        "</ul><div class=\"table-wrapper\"><table><thead><tr><th scope=\"col\">Runs</th><th scope=\"colgroup\" colspan=\"{columns}\">Order of the lines</th><th scope=\"col\">Drawn</th></tr></thead><tbody>"
    );
    for order in &seen.orders {
        let _ = write!(html, "<tr><td class=\"count\">{}</td>", order.count);
        for at in 0..columns {
            let letter = order.lines.get(at).map(|line| letters.letter(line)).unwrap_or_default();
            let class = if fixed.get(at) == Some(&true) { " class=\"fixed\"" } else { "" };
            let _ = write!(html, "<td{class}><span>{letter}</span></td>");
        }
        let drawn = order.run.map(|run| format!("run {}", run + 1)).unwrap_or_default();
        let _ = write!(html, "<td>{drawn}</td></tr>");
    }
    if seen.others > 0 {
        let _ = write!(
            html,
            "<tr><td class=\"count\">{}</td><td colspan=\"{columns}\">other orders</td><td></td></tr>",
            seen.others
        );
    }
    html += "</tbody></table></div>";
    let mut notes = notes(seen, &letters, promised, fixed.contains(&true));
    // Pids of others are known of traced runs only, so where they are printed those were counted.
    if !record.names_others() {
        notes.push("These runs were not traced.".to_owned());
    }
    for note in notes {
        let _ = write!(html, "<p class=\"note\">{}</p>", escape(&note));
    }
    html + "</div>\n"
}

/// What the table cannot say by itself.
fn notes(seen: &Seen, letters: &Letters<'_>, promised: &Promised, framed: bool) -> Vec<String> {
    let mut notes = vec![];
    if framed {
        notes.push(
            "A framed letter stands where the promise puts it; the others merely came in that order."
                .to_owned(),
        );
    }
    let kept = letters.kept_unpromised(seen, promised);
    if !kept.is_empty() {
        notes.push(format!(
            "{} in all {} runs, which nothing guarantees.",
            kept.iter().map(|(a, b)| format!("{a} before {b}")).collect::<Vec<_>>().join(", "),
            seen.times
        ));
    }
    let ends: Vec<String> = seen.ends.iter().map(|(end, count)| format!("{end} {count} times")).collect();
    notes.push(match seen.ends.as_slice() {
        [(end, _)] => format!("Every run ended with {end}."),
        _ => format!("The runs ended with {}.", ends.join(", ")),
    });
    notes
}

/// A letter for each line.
struct Letters<'a>(BTreeMap<&'a str, char>);

impl<'a> Letters<'a> {
    /// In the order in which the most frequent order has them.
    fn of(seen: &'a Seen) -> Letters<'a> {
        let mut letters = BTreeMap::new();
        for line in seen.orders.iter().flat_map(|order| &order.lines) {
            let next = ('A'..='Z').chain('a'..='z').nth(letters.len()).unwrap_or('?');
            letters.entry(line.as_str()).or_insert(next);
        }
        Letters(letters)
    }

    fn letter(&self, line: &str) -> String {
        self.0[line].to_string()
    }

    fn named(&self) -> Vec<(char, &str)> {
        let mut named: Vec<(char, &str)> = self.0.iter().map(|(line, letter)| (*letter, *line)).collect();
        named.sort_by_key(|(letter, _)| (letter.is_lowercase(), *letter));
        named
    }

    /// Whether no line comes twice, so that a line can be asked for its place.
    fn once(&self, seen: &Seen) -> bool {
        seen.orders.iter().all(|order| order.lines.len() == self.0.len())
    }

    /// At which places the promise leaves no choice.
    fn fixed(&self, seen: &Seen, promised: &Promised) -> Vec<bool> {
        let mut fixed = vec![*promised == Promised::Exact; self.0.len()];
        if *promised == Promised::Exact || !self.once(seen) {
            return fixed;
        }
        for line in self.0.keys() {
            let others = || self.0.keys().filter(|other| *other != line);
            let before = others().filter(|other| precedes(promised, other, line)).count();
            let after = others().filter(|other| precedes(promised, line, other)).count();
            if before + after + 1 == self.0.len() {
                fixed[before] = true;
            }
        }
        fixed
    }

    /// Pairs that came in one order in every run, though the promise allows the other.
    fn kept_unpromised(&self, seen: &Seen, promised: &Promised) -> Vec<(char, char)> {
        if seen.others > 0 || *promised == Promised::Exact || !self.once(seen) {
            return vec![];
        }
        let named = self.named();
        let pairs = named.iter().flat_map(|one| named.iter().map(move |other| (one, other)));
        pairs
            .filter(|((_, a), (_, b))| {
                let place = |order: &[String], line: &str| order.iter().position(|other| other == line);
                let always = seen.orders.iter().all(|order| place(&order.lines, a) < place(&order.lines, b));
                always && !precedes(promised, a, b)
            })
            .map(|((a, _), (b, _))| (*a, *b))
            .collect()
    }
}

/// Whether the promise says, directly or through others, that one line comes before the other.
fn precedes(promised: &Promised, first: &str, second: &str) -> bool {
    let Promised::Any { before } = promised else { return *promised == Promised::Exact && first != second };
    let mut reached = vec![first];
    let mut at = 0;
    while at < reached.len() {
        let from = reached[at];
        for (_, next) in before.iter().filter(|(first, _)| first == from) {
            if !reached.contains(&next.as_str()) {
                reached.push(next);
            }
        }
        at += 1;
    }
    first != second && reached.contains(&second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::timeline::Order;
    use supervisor::end::End;

    fn seen(orders: &[(&str, u32)], others: u32) -> Seen {
        let order = |(lines, count): &(&str, u32)| Order {
            count: *count,
            lines: lines.chars().map(|line| format!("line {line}")).collect(),
            run: (*count > 50).then_some(0),
        };
        Seen {
            times: 100,
            orders: orders.iter().map(order).collect(),
            others,
            ends: vec![(End::Exit(0), 100)],
        }
    }

    fn any(before: &[(&str, &str)]) -> Promised {
        let before = before.iter().map(|(a, b)| (format!("line {a}"), format!("line {b}"))).collect();
        Promised::Any { before }
    }

    /// A record that promises this, and whose output is that.
    fn record(promised: &Promised, output: &str) -> Record {
        let text = format!("promise: exact\nended: exit code 0\nstdout:\n  | {output}\nstderr:\n");
        let mut record: Record = text.parse().expect("a record");
        record.promise.order = promised.clone();
        record
    }

    #[test]
    fn what_is_guaranteed_is_framed() {
        let seen = seen(&[("xyz", 60), ("yxz", 40)], 0);
        let promised = any(&[("x", "z"), ("y", "z")]);
        let letters = Letters::of(&seen);
        assert_eq!(letters.fixed(&seen, &promised), [false, false, true]);
        assert_eq!(letters.kept_unpromised(&seen, &promised), []);
        let html = table(&seen, &record(&promised, "line x"));
        assert_eq!(html.matches("class=\"fixed\"><span>C").count(), 2, "{html}");
        assert!(
            html.contains(">60</td>")
                && html.contains("run 1")
                && html.contains("Guaranteed: these lines, “line x” before")
        );
        assert!(html.contains("Every run ended with exit code 0."));
    }

    #[test]
    fn what_always_happened_and_is_not_promised_is_said() {
        let runs = seen(&[("xyz", 60), ("xzy", 40)], 0);
        let letters = Letters::of(&runs);
        assert_eq!(letters.kept_unpromised(&runs, &any(&[("x", "z")])), [('A', 'B')]);
        assert!(table(&runs, &record(&any(&[]), "")).contains("A before B, A before C in all 100 runs"));
        // What the runs that are not listed did is not known.
        let some = seen(&[("xyz", 60)], 40);
        assert_eq!(Letters::of(&some).kept_unpromised(&some, &any(&[])), []);
        assert!(table(&some, &record(&any(&[]), "")).contains("other orders"));
    }

    #[test]
    fn it_is_said_whether_the_counted_runs_were_traced() {
        let seen = seen(&[("xyz", 100)], 0);
        assert!(table(&seen, &record(&any(&[]), "plain")).contains("not traced"));
        assert!(!table(&seen, &record(&any(&[]), "<pid of Process-1>")).contains("not traced"));
    }

    #[test]
    fn a_promise_reaches_through_others() {
        let promised = any(&[("x", "y"), ("y", "z")]);
        assert!(precedes(&promised, "line x", "line z") && !precedes(&promised, "line z", "line x"));
    }
}
