//! What many runs showed, beside what is promised: what is guaranteed stays, what merely happened moves.

use records::promise::Order as Promised;
use records::record::{Record, shown};
use records::timeline::{Order, Seen};

use crate::terminal::ink::{self, Ink, Span};
use crate::terminal::wrap::wrap;
use crate::text::order::clauses;

/// Longer than that, a bar says nothing more.
const BAR: usize = 24;
/// On a pipe lines are as long as they have to be; an order of many lines is broken all the same.
const USUAL_WIDTH: usize = 80;

/// How many runs did what.
pub struct Counted<'a> {
    /// The orders and the ends.
    pub seen: &'a Seen,
    /// What is promised, where something is.
    pub recorded: Option<&'a Record>,
    /// How many runs kept the promise.
    pub kept: u32,
}

impl Counted<'_> {
    /// The whole table. Each line of output has a short name in it, so that an order can be read as a word.
    pub fn table(&self, width: Option<usize>, colored: bool) -> String {
        let width = width.unwrap_or(USUAL_WIDTH);
        let lines = self.lines();
        let names = names(lines.len());
        let mut table = Table { text: String::new(), width, colored };
        self.promise(&mut table, &lines, &names);
        if !lines.is_empty() {
            table.heading("the lines");
            for (name, line) in names.iter().zip(&lines) {
                table.row(&[Span::new(Ink::Plain, format!("  {name}  "))], &[Span::new(Ink::Stdout, line)]);
            }
        }
        self.orders(&mut table, &lines, &names);
        self.ends(&mut table);
        self.verdict(&mut table);
        table.text
    }

    /// Every line that any run wrote, once; first as the record has them.
    fn lines(&self) -> Vec<String> {
        let recorded =
            self.recorded.map(|recorded| [shown(&recorded.stdout), shown(&recorded.stderr)].concat());
        let seen = self.seen.orders.iter().flat_map(|order| order.lines.clone());
        let mut lines: Vec<String> = vec![];
        for line in recorded.unwrap_or_default().into_iter().chain(seen) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }

    fn promise(&self, table: &mut Table, lines: &[String], names: &[String]) {
        let Some(recorded) = self.recorded else { return };
        let open = &recorded.promise.not_guaranteed;
        table.heading(if open.is_none() { "guaranteed" } else { "in all our runs, but not guaranteed" });
        let name = |line: &String| {
            let at = lines.iter().position(|other| other == line);
            at.map_or_else(|| line.clone(), |at| names[at].clone())
        };
        let order = match &recorded.promise.order {
            Promised::Exact => "exactly these lines, in this order".to_owned(),
            Promised::Any { before } if before.is_empty() => "these lines, in any order".to_owned(),
            Promised::Any { before } => {
                let before: Vec<_> =
                    before.iter().map(|(first, second)| (name(first), name(second))).collect();
                let lines: Vec<String> = shown(&recorded.stdout).iter().map(name).collect();
                format!("these lines: {}, otherwise in any order", clauses(&before, &lines).join(", "))
            }
        };
        let ends: Vec<String> = recorded.promise.ends.iter().map(ToString::to_string).collect();
        let reason = open.as_ref().map(|reason| format!("why not: {reason}"));
        for words in [order, format!("the end: {}", ends.join(", or "))].into_iter().chain(reason) {
            table.row(&[Span::new(Ink::Plain, "  ")], &[Span::new(Ink::Plain, words)]);
        }
    }

    fn orders(&self, table: &mut Table, lines: &[String], names: &[String]) {
        let Seen { times, orders, others, .. } = self.seen;
        table.heading(&format!("what happened in {times} runs: {}", counted(orders.len(), "order")));
        let name = |line: &String| lines.iter().position(|other| other == line).map_or("?", |at| &names[at]);
        for Order { count, lines, .. } in orders {
            let order: Vec<&str> = lines.iter().map(name).collect();
            let order = if order.is_empty() { "nothing".to_owned() } else { order.join(" ") };
            table.count(*count, *times, &order);
        }
        if *others > 0 {
            table.count(*others, *times, "orders that are not listed");
        }
    }

    fn ends(&self, table: &mut Table) {
        table.heading(&counted(self.seen.ends.len(), "end"));
        for (end, count) in &self.seen.ends {
            table.count(*count, self.seen.times, &end.to_string());
        }
    }

    fn verdict(&self, table: &mut Table) {
        let Seen { times, .. } = self.seen;
        let broken = times - self.kept;
        let (ink, words) = match (self.recorded, broken) {
            (None, _) => (Ink::Plain, "Nothing is promised of it.".to_owned()),
            (Some(recorded), _) if recorded.promise.not_guaranteed.is_some() => match broken {
                0 => (Ink::Good, format!("All {times} runs did the same.")),
                _ => (Ink::Bad, format!("{broken} of {times} runs did otherwise, which is possible.")),
            },
            (Some(_), 0) => (Ink::Good, format!("All {times} runs kept the promise.")),
            (Some(_), broken) => (Ink::Bad, format!("{broken} of {times} runs broke the promise.")),
        };
        table.text.push('\n');
        table.row(&[], &[Span::new(ink, words)]);
    }
}

struct Table {
    text: String,
    width: usize,
    colored: bool,
}

impl Table {
    fn heading(&mut self, words: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.row(&[], &[Span::new(Ink::Heading, words)]);
    }

    /// The words behind `head`, and below each other where they do not fit.
    fn row(&mut self, head: &[Span], words: &[Span]) {
        let taken: usize = head.iter().map(Span::width).sum();
        let room = self.width.saturating_sub(taken).max(8);
        for (at, line) in wrap(words, room, room).into_iter().enumerate() {
            let blank = [Span::new(Ink::Plain, " ".repeat(taken))];
            let head = if at == 0 { head } else { &blank };
            self.text += &(ink::line(&[head, &line].concat(), self.colored) + "\n");
        }
    }

    fn count(&mut self, count: u32, of: u32, what: &str) {
        let share = f64::from(count) / f64::from(of.max(1));
        // What happened at all has a bar.
        let length = ((share * BAR as f64).round() as usize).max(1);
        let numbers = format!("  {count:>6}  {:>5.1} %  ", share * 100.0);
        let bar = format!("{}{}  ", "█".repeat(length), " ".repeat(BAR - length));
        let head = [Span::new(Ink::Plain, numbers), Span::new(Ink::Faint, bar)];
        // On a narrow terminal the bar is what can be done without.
        let head = if self.width < USUAL_WIDTH { &head[..1] } else { &head[..] };
        self.row(head, &[Span::new(Ink::Plain, what)]);
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Letters while there are enough of them, numbers else.
fn names(count: usize) -> Vec<String> {
    let letter = |at: usize| char::from(b'a' + at as u8).to_string();
    if count <= 26 {
        (0..count).map(letter).collect()
    } else {
        (1..=count).map(|at| at.to_string()).collect()
    }
}

#[cfg(test)]
mod tests {
    use supervisor::End;

    use super::*;

    fn seen(orders: &[(u32, &str)], others: u32, ends: &[(End, u32)]) -> Seen {
        let order = |&(count, text): &(u32, &str)| Order {
            count,
            lines: text.split_terminator(' ').map(str::to_owned).collect(),
            run: None,
        };
        let times = orders.iter().map(|(count, _)| count).sum::<u32>() + others;
        Seen { times, orders: orders.iter().map(order).collect(), others, ends: ends.into() }
    }

    fn record(text: &str) -> Record {
        text.parse().expect("a record")
    }

    #[test]
    fn what_happened_stands_beside_what_is_guaranteed() {
        let recorded = record(
            "promise: lines in any order, but\n  \"one\" before \"three\"\n  \"two\" before \"three\"\n\
             ended: exit code 0\nstdout:\n  | one\n  | two\n  | three\nstderr:\n",
        );
        let seen = seen(&[(990, "one two three"), (9, "two one three")], 1, &[(End::Exit(0), 1000)]);
        let counted = Counted { seen: &seen, recorded: Some(&recorded), kept: 1000 };
        insta::assert_snapshot!(counted.table(None, false), @r"
        guaranteed
          these lines: “c” comes last, otherwise in any order
          the end: exit code 0

        the lines
          a  one
          b  two
          c  three

        what happened in 1000 runs: 2 orders
             990   99.0 %  ████████████████████████  a b c
               9    0.9 %  █                         b a c
               1    0.1 %  █                         orders that are not listed

        1 end
            1000  100.0 %  ████████████████████████  exit code 0

        All 1000 runs kept the promise.
        ");
    }

    #[test]
    fn a_broken_promise_is_said() {
        let recorded = record("promise: exact\nended: exit code 0\nstdout:\n  | one\nstderr:\n");
        let seen = seen(&[(3, "one"), (1, "")], 0, &[(End::Exit(0), 3), (End::Signal(9), 1)]);
        let counted = Counted { seen: &seen, recorded: Some(&recorded), kept: 3 };
        insta::assert_snapshot!(counted.table(Some(40), false), @r"
        guaranteed
          exactly these lines, in this order
          the end: exit code 0

        the lines
          a  one

        what happened in 4 runs: 2 orders
               3   75.0 %  a
               1   25.0 %  nothing

        2 ends
               3   75.0 %  exit code 0
               1   25.0 %  signal SIGKILL

        1 of 4 runs broke the promise.
        ");
    }

    #[test]
    fn what_is_not_guaranteed_is_called_so() {
        let recorded = record(
            "promise: exact\nnot guaranteed: a thread may be late\nended: exit code 0\nstdout:\n  | one\nstderr:\n",
        );
        let table = |kept| {
            let seen = seen(&[(4, "one")], 0, &[(End::Exit(0), 4)]);
            Counted { seen: &seen, recorded: Some(&recorded), kept }.table(None, false)
        };
        assert!(table(4).starts_with(
            "in all our runs, but not guaranteed\n  exactly these lines, in this order\n  the end: exit code 0\n  why not: a thread may be late\n"
        ));
        assert!(table(4).ends_with("\nAll 4 runs did the same.\n"));
        assert!(table(3).ends_with("\n1 of 4 runs did otherwise, which is possible.\n"));
    }

    #[test]
    fn many_lines_are_numbered_and_fit() {
        let lines: Vec<String> = (1..=60).map(|at| format!("line{at}")).collect();
        let seen = seen(&[(1, &lines.join(" "))], 0, &[(End::Exit(0), 1)]);
        let table = Counted { seen: &seen, recorded: None, kept: 0 }.table(Some(80), false);
        assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
        assert!(table.contains("\n  60  line60\n") && table.contains("Nothing is promised"), "{table}");
    }
}
