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

use records::promise::Order;
use records::record::{Record, written};
use supervisor::end::End;

use crate::predict::Finding;
use crate::predict::fact::Printed;
use crate::text::nearest::nearest;

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
        Printed::Guaranteed => Ok(guaranteed(record)),
    }
}

fn ends(record: &Record, hold: impl Fn(&[End]) -> bool) -> Finding {
    let ends = &record.promise.ends;
    let words: Vec<String> = ends.iter().map(End::to_string).collect();
    Finding { holds: hold(ends), said: format!("its end is {}", words.join(" or ")) }
}

fn guaranteed(record: &Record) -> Finding {
    let open = record.promise.not_guaranteed.as_ref();
    let said = open.map_or("it is guaranteed".to_owned(), |why| format!("it is not guaranteed: {why}"));
    Finding { holds: open.is_none(), said }
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
mod tests;
