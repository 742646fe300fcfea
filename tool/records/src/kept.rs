//! Which runs a promise allows.

use std::collections::HashMap;

use supervisor::End;

use crate::{
    promise::{Order, Promise},
    record::{Record, written},
};

impl Promise {
    /// Whether `run`, taken alone, keeps this promise.
    ///
    /// # Errors
    ///
    /// A sentence that says which part it breaks.
    pub fn kept_by(&self, run: &Record) -> Result<(), String> {
        if !self.ends.contains(&run.ended) {
            let ends: Vec<String> = self.ends.iter().map(End::to_string).collect();
            return Err(format!("promised to end by {}, it ended: {}", ends.join(" or "), run.ended));
        }
        let Order::Any { before } = &self.order else { return Ok(()) };
        before.iter().try_for_each(|(first, second)| comes_before(run, first, second))
    }

    /// Whether `run` is one more run of the program that `recorded` is a run of.
    ///
    /// # Errors
    ///
    /// A sentence that says what sets them apart.
    pub fn allows(&self, recorded: &Record, run: &Record) -> Result<(), String> {
        self.kept_by(recorded).map_err(|e| format!("the record breaks the promise: {e}"))?;
        self.kept_by(run)?;
        for (name, old, new) in
            [("stdout", &recorded.stdout, &run.stdout), ("stderr", &recorded.stderr, &run.stderr)]
        {
            let same = match self.order {
                Order::Exact => old == new,
                Order::Any { .. } => counted(old) == counted(new),
            };
            if !same {
                return Err(format!("{name} differs from the record"));
            }
        }
        Ok(())
    }
}

fn comes_before(run: &Record, first: &str, second: &str) -> Result<(), String> {
    for output in [&run.stdout, &run.stderr] {
        let lines = written(output);
        let last_first = lines.iter().rposition(|line| line == first);
        let first_second = lines.iter().position(|line| line == second);
        match (last_first, first_second) {
            (Some(a), Some(b)) if a < b => return Ok(()),
            (Some(_), Some(_)) => return Err(format!("promised {first:?} before {second:?}, it came after")),
            _ => {}
        }
    }
    // A constraint on a line that never comes would hold for every run.
    Err(format!("promised {first:?} before {second:?}, but no output has both lines"))
}

/// How often each line comes. The last line without a newline is another line than the same one with it.
fn counted(output: &[u8]) -> HashMap<&[u8], usize> {
    let mut counts = HashMap::new();
    for line in output.split_inclusive(|&b| b == b'\n') {
        *counts.entry(line).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDS: [End; 2] = [End::Exit(0), End::Signal(libc::SIGTERM)];

    fn run(stdout: &str) -> Record {
        let promise = exact();
        Record { promise, ended: End::Exit(0), stdout: stdout.into(), stderr: vec![] }
    }

    fn any(before: &[(&str, &str)]) -> Promise {
        let before = before.iter().map(|&(a, b)| (a.to_owned(), b.to_owned())).collect();
        Promise { order: Order::Any { before }, ..exact() }
    }

    fn exact() -> Promise {
        Promise { order: Order::Exact, ends: ENDS.into(), not_guaranteed: None }
    }

    #[test]
    fn the_same_run_is_allowed_by_every_promise() {
        for promise in [exact(), any(&[]), any(&[("a", "b"), ("b", "c")])] {
            promise.allows(&run("a\nb\nc\n"), &run("a\nb\nc\n")).expect("the same run");
        }
    }

    #[test]
    fn only_an_exact_promise_minds_the_order() {
        let (recorded, other) = (run("a\nb\nc\n"), run("c\nb\na\n"));
        exact().allows(&recorded, &other).expect_err("another order");
        any(&[]).allows(&recorded, &other).expect("any order");
    }

    #[test]
    fn what_is_not_guaranteed_is_still_compared() {
        let promise = Promise { not_guaranteed: Some("a thread may be late".to_owned()), ..exact() };
        promise.allows(&run("a\n"), &run("a\n")).expect("the same run");
        promise.allows(&run("a\n"), &run("b\n")).expect_err("another run");
    }

    #[test]
    fn a_partial_order_allows_what_keeps_it() {
        let promise = any(&[("a", "b")]);
        let recorded = run("a\nb\nc\n");
        for allowed in ["a\nb\nc\n", "a\nc\nb\n", "c\na\nb\n"] {
            promise.allows(&recorded, &run(allowed)).expect(allowed);
        }
        for broken in ["b\na\nc\n", "c\nb\na\n", "b\nc\na\n"] {
            promise.allows(&recorded, &run(broken)).expect_err(broken);
        }
        // each `a` before each `b`
        promise.allows(&run("a\na\nb\n"), &run("a\nb\na\n")).expect_err("one of them after");
    }

    #[test]
    fn no_promise_allows_a_lost_a_doubled_or_a_changed_line() {
        let recorded = run("a\nb\nc\n");
        for promise in [exact(), any(&[]), any(&[("a", "c")])] {
            for mutant in ["a\nc\n", "a\nb\nb\nc\n", "a\nB\nc\n", "a\nb\nc\n\n", "a\nb\nc", ""] {
                promise.allows(&recorded, &run(mutant)).expect_err(mutant);
            }
            let on_stderr = Record { stdout: vec![], stderr: recorded.stdout.clone(), ..recorded.clone() };
            promise.allows(&recorded, &on_stderr).expect_err("the other stream");
        }
    }

    #[test]
    fn only_a_promised_end_is_allowed() {
        let recorded = run("a\n");
        for promise in [exact(), any(&[])] {
            let ended = |ended| Record { ended, ..recorded.clone() };
            promise.allows(&recorded, &ended(End::Signal(libc::SIGTERM))).expect("a promised end");
            for end in [End::Exit(1), End::Signal(libc::SIGKILL), End::Deadline] {
                promise.allows(&recorded, &ended(end)).expect_err("no promised end");
                promise.allows(&ended(end), &recorded).expect_err("a record that breaks the promise");
            }
        }
    }

    #[test]
    fn a_constraint_on_a_line_that_never_comes_is_refused() {
        for promise in [any(&[("a", "x")]), any(&[("x", "a")])] {
            promise.kept_by(&run("a\nb\n")).expect_err("a constraint that every run keeps");
        }
    }
}
