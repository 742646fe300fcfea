//! The orders that many runs showed, as bars beside what is promised: what is guaranteed stays, what merely happened moves.

use std::collections::BTreeMap;
use std::fmt::Write;

use records::promise::Order as Promised;
use records::record::Record;
use records::timeline::{Order, Run, Seen};

use crate::figure::timeline::lines::lines;
use crate::text::html::escape;
use crate::text::words::{guaranteed_beside_orders, with_lines};

/// So many orders are shown at once. A fold has the rest, unless that is only one.
const SHOWN: usize = 3;
/// So many looks the style sheet has for the processes that wrote the lines.
const LOOKS: usize = 6;

/// The orders as bars, beside the promise that the record of the output holds. `runs` are those that are drawn: they say who
/// wrote which line.
pub fn bars(seen: &Seen, runs: &[Run], record: &Record) -> String {
    let promised = &record.promise.order;
    let letters = Letters::of(seen);
    let writers = Writers::of(runs);
    let fixed = letters.fixed(seen, promised);
    let mut html = format!(
        "<div class=\"seen\"><p><span class=\"seen-title\">Orders seen in {} runs</span> <span class=\"promise\">{}</span></p><ul class=\"letters\">",
        seen.times,
        with_lines(&guaranteed_beside_orders(record, |line| letters.name(line)))
    );
    for (letter, line) in letters.named() {
        let by =
            writers.of_line(line).map(|(_, name)| format!(" <span class=\"by\">{}</span>", escape(name)));
        let sign = sign(&letter.to_string(), writers.look(line));
        let _ = write!(html, "<li>{sign} <samp>{}</samp>{}</li>", escape(line), by.unwrap_or_default());
    }
    html += "</ul><ol class=\"orders\">";
    let most = seen.orders.iter().map(|order| order.count).max().unwrap_or(1).max(1);
    let bar = |order: &Order| {
        let sign = |(at, line): (usize, &String)| {
            let fixed = if fixed.get(at) == Some(&true) { " fixed" } else { "" };
            sign(&letters.letter(line), format!("{}{fixed}", writers.look(line)))
        };
        let signs: Vec<String> = order.lines.iter().enumerate().map(sign).collect();
        let share = f64::from(order.count) / f64::from(most) * 100.0;
        let drawn = order.run.map(|run| format!("<span class=\"note\">run {}</span>", run + 1));
        format!(
            "<li><span class=\"count\">{}×</span> <span class=\"order\">{}</span> <span class=\"often\"><span style=\"width:{share:.1}%\"></span></span>{}</li>",
            order.count,
            signs.join(" "),
            drawn.unwrap_or_default()
        )
    };
    let shown = if seen.orders.len() <= SHOWN + 1 { seen.orders.len() } else { SHOWN };
    let (often, rare) = seen.orders.split_at(shown);
    html.extend(often.iter().map(bar));
    html += "</ol>";
    let others = match seen.others {
        0 => String::new(),
        others => format!("<p class=\"note\">{others} runs had other orders.</p>"),
    };
    if rare.is_empty() {
        html += &others;
    } else {
        let rows: String = rare.iter().map(bar).collect();
        let _ = write!(
            html,
            "<details><summary>{} more</summary><ol class=\"orders\">{rows}</ol>{others}</details>",
            rare.len()
        );
    }
    let mut notes = notes(seen, &letters, promised, fixed.contains(&true));
    // Pids of others are known of traced runs only, so where they are printed those were counted.
    if !record.names_others() {
        notes.push("These runs were not traced.".to_owned());
    }
    let _ = write!(html, "<p class=\"note\">{}</p>", escape(&notes.join(" ")));
    html + "</div>\n"
}

/// A line's letter, in the look of who wrote it.
fn sign(letter: &str, look: String) -> String {
    format!("<b class=\"sign{look}\">{letter}</b>")
}

/// Who wrote a line: its number among those who wrote anything, and its name.
struct Writers(BTreeMap<String, Option<(usize, String)>>);

impl Writers {
    /// As the drawn runs tell it. Of a line that several wrote, nothing is said.
    fn of(runs: &[Run]) -> Writers {
        let mut names: Vec<String> = vec![];
        let mut writers: BTreeMap<String, Option<(usize, String)>> = BTreeMap::new();
        for run in runs {
            for line in lines(run) {
                let name = &run.processes[run.events[line.events[0]].process].name;
                let number = names.iter().position(|other| other == name).unwrap_or_else(|| {
                    names.push(name.clone());
                    names.len() - 1
                });
                let by = Some((number, name.clone()));
                writers
                    .entry(line.text)
                    .and_modify(|other| {
                        if *other != by {
                            *other = None;
                        }
                    })
                    .or_insert(by);
            }
        }
        Writers(writers)
    }

    fn of_line(&self, line: &str) -> Option<(usize, &str)> {
        self.0.get(line)?.as_ref().map(|(number, name)| (*number, name.as_str()))
    }

    /// The class of a look, after a blank.
    fn look(&self, line: &str) -> String {
        self.of_line(line).map(|(number, _)| format!(" who-{}", number % LOOKS)).unwrap_or_default()
    }
}

/// What the bars cannot say by themselves.
fn notes(seen: &Seen, letters: &Letters<'_>, promised: &Promised, framed: bool) -> Vec<String> {
    let mut notes = vec![];
    if framed {
        notes.push(
            "A framed letter is where the promise puts it. The order of the others merely happened."
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

    /// The letter of a line, or the line itself if no run printed it.
    fn name(&self, line: &str) -> String {
        self.0.get(line).map_or_else(|| line.to_owned(), ToString::to_string)
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
    use crate::figure::timeline::cases;
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
        let html = bars(&seen, &[], &record(&promised, "line x"));
        assert_eq!(html.matches("class=\"sign fixed\">C").count(), 2, "{html}");
        assert!(
            html.contains(">60×<")
                && html.contains("run 1")
                && html.contains("Guaranteed: <samp>A</samp> and <samp>B</samp> come before <samp>C</samp>.")
        );
        assert!(html.contains("Every run ended with exit code 0."));
    }

    #[test]
    fn what_always_happened_and_is_not_promised_is_said() {
        let runs = seen(&[("xyz", 60), ("xzy", 40)], 0);
        let letters = Letters::of(&runs);
        assert_eq!(letters.kept_unpromised(&runs, &any(&[("x", "z")])), [('A', 'B')]);
        assert!(bars(&runs, &[], &record(&any(&[]), "")).contains("A before B, A before C in all 100 runs"));
        // What the runs that are not listed did is not known.
        let some = seen(&[("xyz", 60)], 40);
        assert_eq!(Letters::of(&some).kept_unpromised(&some, &any(&[])), []);
        assert!(bars(&some, &[], &record(&any(&[]), "")).contains("other orders"));
    }

    #[test]
    fn it_is_said_whether_the_counted_runs_were_traced() {
        let seen = seen(&[("xyz", 100)], 0);
        assert!(bars(&seen, &[], &record(&any(&[]), "plain")).contains("not traced"));
        assert!(!bars(&seen, &[], &record(&any(&[]), "<pid of Process-1>")).contains("not traced"));
    }

    #[test]
    fn a_bar_is_as_long_as_its_order_is_frequent_and_rare_ones_are_folded() {
        let orders: Vec<&str> = vec!["xyz", "yxz", "zxy", "zyx", "xzy"];
        let seen = seen(&orders.into_iter().zip([40, 30, 10, 10, 10]).collect::<Vec<_>>(), 0);
        let html = bars(&seen, &[], &record(&any(&[]), ""));
        let (often, rare) = html.split_once("<details><summary>2 more</summary>").expect("a fold");
        assert_eq!((often.matches("×").count(), rare.matches("×").count()), (3, 2), "{html}");
        assert!(often.contains("width:100.0%") && often.contains("width:75.0%"), "{html}");
        let four = Seen { orders: seen.orders[..4].to_vec(), ..seen };
        assert!(
            !bars(&four, &[], &record(&any(&[]), "")).contains("<details>"),
            "a fold with one order in it"
        );
    }

    #[test]
    fn a_line_has_the_look_of_its_writer() {
        let race = cases::race();
        let seen = race.seen.as_ref().expect("orders");
        let html = bars(seen, &race.runs, &record(&any(&[]), ""));
        let look = |line: &str| {
            let item = html.split("<li>").find(|item| item.contains(&format!("<samp>{line}</samp>")));
            item.and_then(|item| item.split('"').nth(1)).map(str::to_owned)
        };
        let lines = &seen.orders[0].lines;
        let looks: std::collections::BTreeSet<_> = lines.iter().map(|line| look(line)).collect();
        assert!(looks.len() > 1 && !looks.contains(&Some("sign".to_owned())), "{looks:?} in {html}");
        // A line that two processes wrote belongs to neither.
        let mut both = race.runs.clone();
        for run in &mut both[1..] {
            run.processes.iter_mut().for_each(|process| process.name += "'");
        }
        assert!(!bars(seen, &both, &record(&any(&[]), "")).contains("who-"));
    }

    #[test]
    fn a_promise_reaches_through_others() {
        let promised = any(&[("x", "y"), ("y", "z")]);
        assert!(precedes(&promised, "line x", "line z") && !precedes(&promised, "line z", "line x"));
    }
}
