//! What the compiler says of a program that must not compile.
//!
//! The record of such a listing is text, too:
//!
//! ```text
//! promise: refused with E0373 at line 5
//! compiler: rustc 1.95.0
//! message:
//!   | error[E0373]: closure may outlive the current function
//! ```
//!
//! Every compiler keeps the promise: these errors, in this order, each on its line. The words of the message are those of one
//! compiler. [`mod@crate::compiler`] says how they are made the same on all machines.

use std::{fmt, io, path::Path, str::FromStr};

use crate::record::{Reader, RecordError, read, write_output};

/// The record of a program that must not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong with the program; at least one error.
    pub errors: Vec<Fault>,
    /// The compiler whose words these are: `rustc 1.95.0`.
    pub compiler: String,
    /// What it says.
    pub message: Vec<u8>,
}

/// One error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its code, such as `E0373`. Some errors have none.
    pub code: Option<String>,
    /// The line of the program where the compiler says that it is. Some errors are nowhere.
    pub line: Option<usize>,
}

/// In place of the code of an error that has none.
pub const NO_CODE: &str = "no code";
const PROMISE: &str = "refused with ";
const AT: &str = " at line ";

impl Refusal {
    /// Reads the record kept in a `.snap` file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is not such a record; the error names the file, and the line in it.
    pub fn read(path: &Path) -> io::Result<Refusal> {
        read(path)
    }

    /// The codes of the errors.
    pub fn codes(&self) -> Vec<&str> {
        self.errors.iter().map(Fault::code).collect()
    }

    /// The promise: `refused with E0373 at line 5`.
    pub fn promise(&self) -> String {
        let errors: Vec<String> = self.errors.iter().map(Fault::to_string).collect();
        format!("{PROMISE}{}", errors.join(", "))
    }
}

impl Fault {
    /// The code, or [`NO_CODE`].
    pub fn code(&self) -> &str {
        self.code.as_deref().unwrap_or(NO_CODE)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())?;
        self.line.map_or(Ok(()), |line| write!(f, "{AT}{line}"))
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Fault, String> {
        let (code, line) = match text.split_once(AT) {
            Some((code, line)) => {
                let line = line.parse().map_err(|_| format!("`{line}` is not the number of a line"))?;
                (code, Some(line))
            }
            None => (text, None),
        };
        let is_code =
            code.len() > 1 && code[1..].bytes().all(|b| b.is_ascii_digit()) && code.starts_with('E');
        match is_code || code == NO_CODE {
            true => Ok(Fault { code: is_code.then(|| code.to_owned()), line }),
            false => Err(format!("expected an error such as `E0373{AT}5`, found `{text}`")),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "promise: {}", self.promise())?;
        writeln!(f, "compiler: {}", self.compiler)?;
        write_output(f, "message:", &self.message)
    }
}

impl FromStr for Refusal {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        let mut reader = Reader::new(text);
        let promise = reader.field("promise: ").and_then(|promise| promise.strip_prefix(PROMISE));
        let promise = promise.ok_or_else(|| RecordError::new(1, format!("expected `promise: {PROMISE}`")))?;
        let errors = promise.split(", ").map(str::parse).collect::<Result<_, _>>();
        let errors = errors.map_err(|problem: String| RecordError::new(1, problem))?;
        let compiler = reader.field("compiler: ").ok_or_else(|| reader.expected("`compiler: `"))?.to_owned();
        let message = reader.output("message:")?;
        reader.end()?;
        Ok(Refusal { errors, compiler, message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(code: Option<&str>, line: Option<usize>) -> Fault {
        Fault { code: code.map(str::to_owned), line }
    }

    #[test]
    fn every_refusal_reads_back() {
        for errors in [
            vec![fault(Some("E0373"), Some(5))],
            vec![fault(None, Some(2)), fault(Some("E0601"), None), fault(None, None)],
        ] {
            let message = b"error: no\n\n  |\n5 | a \\\n".to_vec();
            let refusal = Refusal { errors, compiler: "rustc 1.95.0".into(), message };
            assert_eq!(refusal.to_string().parse(), Ok(refusal.clone()), "{refusal}");
            // insta compares without white space at the end
            assert_eq!(refusal.to_string().trim_end().parse(), Ok(refusal));
        }
    }

    #[test]
    fn a_refusal_looks_as_documented() {
        let text =
            "promise: refused with E0373 at line 5, no code\ncompiler: rustc 1.95.0\nmessage:\n  | error\n";
        let refusal: Refusal = text.parse().expect("a record");
        assert_eq!(refusal.codes(), ["E0373", NO_CODE]);
        assert_eq!(refusal.errors[0].line, Some(5));
        assert_eq!(refusal.to_string(), text);
    }

    #[test]
    fn what_is_no_refusal_is_refused_with_its_line() {
        let good = "promise: refused with E0373 at line 5\ncompiler: rustc 1.95.0\nmessage:\n  | error\n";
        for (old, new, line) in [
            ("refused with E0373 at line 5", "exact", 1),
            ("E0373", "0373", 1),
            ("E0373", "E", 1),
            ("line 5", "line five", 1),
            ("compiler: rustc 1.95.0\n", "", 2),
            ("message:", "stdout:", 3),
            ("  | error", "error", 4),
        ] {
            let error = good.replace(old, new).parse::<Refusal>().expect_err(new);
            assert_eq!(error.line, line, "{error}");
        }
    }
}
