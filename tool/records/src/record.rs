//! What one real run of a listing printed, how it ended, and what of it is promised.
//!
//! A record is text, so that a person can review a change to it:
//!
//! ```text
//! promise: exact
//! ended: exit code 0
//! stdout:
//!   | Hello Process World
//! stderr:
//! ```
//!
//! Where nothing guarantees the promise, `not guaranteed: ` and the reason follow it.
//!
//! Each line of output follows `  | ` (an empty line is `  |` alone), written as in [`mod@crate::escape`]; a last
//! line without a newline is followed by `  \ no newline at the end`. Numbers that were pids in the run are
//! replaced by their roles, such as `<pid of main>`; see [`crate::roles`].

use std::{fmt, fs, io, path::Path, str::FromStr};

use supervisor::{End, Request};

use crate::{
    escape::{escape, unescape},
    promise::{Order, Promise},
};

const NOT_GUARANTEED: &str = "not guaranteed: ";
const NO_NEWLINE: &str = "  \\ no newline at the end";

/// The record of one listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What every run of the listing keeps to.
    pub promise: Promise,
    /// How this run ended.
    pub ended: End,
    /// What it wrote to standard output, pids replaced by roles.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error, pids replaced by roles.
    pub stderr: Vec<u8>,
}

impl Record {
    /// Reads the record kept in a `.snap` file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds no record; the error names the file, and the line in it.
    pub fn read(path: &Path) -> io::Result<Record> {
        read(path)
    }

    /// Asks for one more run of what is recorded. A program that is promised to run until its deadline is ended as
    /// soon as it is stuck, because a check of it waits for nothing else.
    pub fn again(&self, request: Request) -> Request {
        if self.promise.ends == [End::Deadline] { request.ended_when_stuck() } else { request }
    }

    /// Whether a pid other than the main process's, or a thread, is named in the output: only a traced run can replace
    /// those.
    pub fn names_others(&self) -> bool {
        [&self.stdout, &self.stderr].into_iter().any(|output| {
            let text = String::from_utf8_lossy(output);
            text.replace("<pid of main>", "").contains("<pid of ") || text.contains("<thread of ")
        })
    }
}

/// Reads what is kept in a `.snap` file.
pub(crate) fn read<T: FromStr<Err = RecordError>>(path: &Path) -> io::Result<T> {
    let named = |kind, problem: String| io::Error::new(kind, format!("{}: {problem}", path.display()));
    let text = fs::read_to_string(path).map_err(|e| named(e.kind(), e.to_string()))?;
    let (head, body) = split_metadata(&text).map_err(|e| named(io::ErrorKind::InvalidData, e.to_string()))?;
    body.parse().map_err(|mut e: RecordError| {
        e.line += head.lines().count();
        named(io::ErrorKind::InvalidData, e.to_string())
    })
}

/// What Git does where `core.autocrlf` is set and no `.gitattributes` says otherwise.
const WINDOWS: &str = "its line endings are those of Windows (CR LF), and a record has line feeds alone: delete the file, and \
                       have `git checkout` write it again";

/// Splits a `.snap` file into insta's metadata, with the `---` lines around it, and the record's text.
///
/// # Errors
///
/// When the metadata does not open or close with `---`.
pub fn split_metadata(snap: &str) -> Result<(&str, &str), RecordError> {
    let inner = snap.strip_prefix("---\n").ok_or_else(|| match snap.starts_with("---\r\n") {
        true => RecordError::new(1, WINDOWS),
        false => RecordError::new(1, "expected `---`, which opens the metadata"),
    })?;
    let close = inner
        .find("\n---\n")
        .ok_or_else(|| RecordError::new(1, "the metadata that `---` opens is not closed by another `---`"))?;
    Ok(snap.split_at("---\n".len() + close + "\n---\n".len()))
}

/// The lines of an output as the record's text has them, so that each can be told from every other.
pub fn written(output: &[u8]) -> Vec<String> {
    lines(output).0.into_iter().map(escape).collect()
}

/// The lines of an output as a page shows them: control characters and stray bytes made visible, pids by role.
///
/// Unlike in a record's text a backslash is never doubled and blanks at the end of a line stay blanks, because
/// a page is read by people and not read back.
pub fn shown(output: &[u8]) -> Vec<String> {
    lines(output)
        .0
        .into_iter()
        .map(|line| line.split(|&b| b == b'\\').map(visible).collect::<Vec<_>>().join("\\"))
        .collect()
}

/// [`escape`] doubles a backslash and hides a trailing blank; the piece given here has no backslash.
fn visible(piece: &[u8]) -> String {
    let blanks = piece.iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let (text, blanks) = piece.split_at(piece.len() - blanks);
    escape(text) + &String::from_utf8_lossy(blanks)
}

/// The lines of an output without their newlines, and whether the last one had its newline.
pub(crate) fn lines(output: &[u8]) -> (Vec<&[u8]>, bool) {
    match output.strip_suffix(b"\n") {
        Some(all) => (all.split(|&b| b == b'\n').collect(), true),
        None if output.is_empty() => (vec![], true),
        None => (output.split(|&b| b == b'\n').collect(), false),
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "promise: {}", self.promise.order)?;
        if let Some(reason) = &self.promise.not_guaranteed {
            writeln!(f, "{NOT_GUARANTEED}{reason}")?;
        }
        if let [_, _, ..] = self.promise.ends[..] {
            let ends: Vec<String> = self.promise.ends.iter().map(End::to_string).collect();
            writeln!(f, "ends promised: {}", ends.join(", "))?;
        }
        writeln!(f, "ended: {}", self.ended)?;
        write_output(f, "stdout:", &self.stdout)?;
        write_output(f, "stderr:", &self.stderr)
    }
}

/// Writes an output so that [`Reader::output`] reads it.
pub(crate) fn write_output(f: &mut fmt::Formatter<'_>, heading: &str, output: &[u8]) -> fmt::Result {
    writeln!(f, "{heading}")?;
    let (lines, newline) = lines(output);
    for line in lines {
        writeln!(f, "{}", format!("  | {}", escape(line)).trim_end())?;
    }
    if newline { Ok(()) } else { writeln!(f, "{NO_NEWLINE}") }
}

/// Why a text is no record, and at which of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordError {
    /// The line, counted from 1.
    pub line: usize,
    /// What was expected there and what was found.
    pub problem: String,
}

impl RecordError {
    pub(crate) fn new(line: usize, problem: impl Into<String>) -> Self {
        RecordError { line, problem: problem.into() }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for RecordError {}

impl FromStr for Record {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        let mut reader = Reader::new(text);
        let order = reader.promise()?;
        let not_guaranteed = reader.field(NOT_GUARANTEED).map(str::to_owned);
        let promised = reader.field("ends promised: ");
        let promised_at = reader.at;
        let ended_at = reader.at + 1;
        let ended = reader
            .field("ended: ")
            .ok_or_else(|| reader.expected("`ended: `"))?
            .parse()
            .map_err(|problem| RecordError::new(ended_at, problem))?;
        let ends = match promised {
            Some(list) => list
                .split(", ")
                .map(str::parse)
                .collect::<Result<_, _>>()
                .map_err(|problem: String| RecordError::new(promised_at, problem))?,
            None => vec![ended],
        };
        let stdout = reader.output("stdout:")?;
        let stderr = reader.output("stderr:")?;
        reader.end()?;
        let promise = Promise { order, ends, not_guaranteed };
        Ok(Record { promise, ended, stdout, stderr })
    }
}

/// A record's text while it is read.
pub(crate) struct Reader<'a> {
    lines: Vec<&'a str>,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Reader<'a> {
        Reader { lines: text.lines().collect(), at: 0 }
    }

    /// Nothing follows.
    pub(crate) fn end(&self) -> Result<(), RecordError> {
        match self.lines[self.at..].iter().all(|line| line.is_empty()) {
            true => Ok(()),
            false => Err(self.expected("the end of the record, or `  | ` and a line of output")),
        }
    }

    /// What follows `key` on this line, which is then behind us; `None`, and no step, if the line begins otherwise.
    pub(crate) fn field(&mut self, key: &str) -> Option<&'a str> {
        let value = self.lines.get(self.at)?.strip_prefix(key)?;
        self.at += 1;
        Some(value)
    }

    pub(crate) fn expected(&self, what: &str) -> RecordError {
        let found = self.lines.get(self.at).map_or("the end".into(), |line| format!("`{line}`"));
        RecordError::new(self.at + 1, format!("expected {what}, found {found}"))
    }

    fn promise(&mut self) -> Result<Order, RecordError> {
        let words = self.field("promise: ").ok_or_else(|| self.expected("`promise: `"))?;
        let mut constraints = vec![];
        while let Some(line) = self.field("  ") {
            constraints.push(line);
        }
        Order::parse(words, &constraints).map_err(|problem| RecordError::new(1, problem))
    }

    pub(crate) fn output(&mut self, heading: &str) -> Result<Vec<u8>, RecordError> {
        match self.field(heading) {
            Some("") => {}
            _ => return Err(self.expected(&format!("`{heading}`"))),
        }
        let mut output = vec![];
        while let Some(line) = self.lines.get(self.at).and_then(|line| line.strip_prefix("  |")) {
            self.at += 1;
            let text = line.strip_prefix(' ').unwrap_or(line);
            output.extend(unescape(text).map_err(|problem| RecordError::new(self.at, problem))?);
            output.push(b'\n');
        }
        if self.field(NO_NEWLINE).is_some() && output.pop().is_none() {
            return Err(RecordError::new(self.at, "an empty output has no last line"));
        }
        Ok(output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(stdout: &[u8], stderr: &[u8]) -> Record {
        let promise = Promise { order: Order::Exact, ends: vec![End::Exit(0)], not_guaranteed: None };
        Record { promise, ended: End::Exit(0), stdout: stdout.into(), stderr: stderr.into() }
    }

    #[test]
    fn a_record_looks_as_documented() {
        let text = "promise: exact\nended: exit code 0\nstdout:\n  | Hello Process World\nstderr:\n";
        assert_eq!(record(b"Hello Process World\n", b"").to_string(), text);
    }

    #[test]
    fn who_is_named_decides_whether_a_run_has_to_be_traced() {
        for plain in ["", "no pids", "<pid of main> of <reaper>"] {
            assert!(!record(plain.as_bytes(), b"").names_others(), "{plain}");
        }
        for traced in ["<pid of main> and <pid of Process-1>", "<thread of main>"] {
            assert!(record(b"", traced.as_bytes()).names_others(), "{traced}");
        }
    }

    #[test]
    fn every_output_reads_back() {
        let outputs: [&[u8]; 9] = [
            b"",
            b"\n",
            b"\n\n",
            b"a",
            b"a\n",
            b"\na",
            b"a\n\n",
            b"stderr:\n  | x\n",
            b"  \\ no newline at the end\n \n",
        ];
        for stdout in outputs {
            for stderr in outputs {
                let record = record(stdout, stderr);
                assert_eq!(record.to_string().parse(), Ok(record.clone()), "{record}");
                // insta compares without white space at the end
                assert_eq!(record.to_string().trim_end().parse(), Ok(record));
            }
        }
    }

    #[test]
    fn every_promise_reads_back() {
        let before =
            vec![("a \"quoted\" \\ line".to_owned(), "b".to_owned()), ("c".to_owned(), "é".to_owned())];
        for order in [Order::Exact, Order::Any { before: vec![] }, Order::Any { before }] {
            for ends in [vec![End::Deadline], vec![End::Exit(3), End::Signal(9), End::Deadline]] {
                let mut record = record(b"x\n", b"");
                record.ended = ends[0];
                for not_guaranteed in [None, Some("a thread may be woken late".to_owned())] {
                    record.promise = Promise { order: order.clone(), ends: ends.clone(), not_guaranteed };
                    assert_eq!(record.to_string().parse(), Ok(record.clone()), "{record}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_record_is_refused_with_its_line() {
        let good = record(b"a\nb", b"c\n").to_string();
        let cases = [
            ("promise: exact", "promise: roughly", 1),
            ("promise: exact", "", 1),
            ("ended: exit code 0", "ended: somehow", 2),
            ("ended: exit code 0", "ends promised: exit code 0, never\nended: exit code 0", 2),
            ("stdout:", "output:", 3),
            ("  | b", "  | \\xg0", 5),
            ("  | c", "c", 8),
        ];
        for (old, new, line) in cases {
            let error = good.replace(old, new).parse::<Record>().expect_err(new);
            assert_eq!(error.line, line, "{error}");
        }
    }

    #[test]
    fn metadata_is_split_from_the_record() {
        let body = record(b"---\n", b"").to_string();
        let snap = format!("---\nsource: a.rs\n---\n{body}");
        assert_eq!(split_metadata(&snap), Ok(("---\nsource: a.rs\n---\n", &*body)));
        assert!(split_metadata(&body).is_err());
        assert!(split_metadata("---\nsource: a.rs\n").is_err());
    }

    #[test]
    fn a_page_shows_what_people_read() {
        assert_eq!(shown(b"C:\\users \n\x1b[1m\xff\\\\r  \n"), [r"C:\users ", r"\u{1b}[1m\xff\\r  "]);
        assert!(shown(b"").is_empty());
    }
}
