//! The documentation of every error says what happened, how to see it, and how to mend it.

use std::fs;
use std::path::Path;

use crate::scratch::Scratch;
use crate::{assert_none, assert_one, this_book};

const ERRORS: &str = "chapters-code/multiprocess/src/error.rs";
/// `ExitStatus`, which stands beside them, is no error.
const ENUMS: [&str; 3] = ["Error", "InitRefusal", "Refusal"];
const PARTS: [&str; 3] = ["What happened", "see it", "mend it"];

/// The name that stands at the beginning of a line.
fn name(line: &str) -> &str {
    line.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

fn unexplained(root: &Path) -> Vec<String> {
    let text = fs::read_to_string(root.join(ERRORS)).expect("the library's errors");
    let mut problems = vec![];
    let (mut within, mut documentation, mut variants) = (None, String::new(), 0);
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("pub enum ") {
            within = ENUMS.into_iter().find(|&known| known == name(rest));
        } else if line == "}" {
            within = None;
        }
        let Some(within) = within else { continue };
        let Some(line) = line.strip_prefix("    ") else { continue };
        if let Some(doc) = line.strip_prefix("///") {
            documentation += doc;
        } else if line.starts_with(|c: char| c.is_ascii_uppercase()) {
            variants += 1;
            for part in PARTS.iter().filter(|part| !documentation.contains(*part)) {
                problems.push(format!("`{within}::{}` does not say: {part}", name(line)));
            }
            documentation.clear();
        }
    }
    if variants == 0 {
        problems.push(format!("{ERRORS} has no errors"));
    }
    problems
}

#[test]
fn every_error_is_explained() {
    assert_none(&unexplained(this_book()));
}

#[test]
fn an_error_that_is_not_explained_is_found() {
    let scratch = Scratch::new();
    let explained = "    /// *What happened:* this. *To\n    /// see it:* look. *To mend it:* do.\n    #[error(\"no\")]\n";
    scratch.write(ERRORS, &format!("pub enum Error {{\n{explained}    One,\n}}\n"));
    assert_none(&unexplained(scratch.root()));
    let bare = "    /// It failed. *What happened:* that. *To see it:* look.\n    Two {\n        /// A.\n        a: u32,\n    },\n";
    scratch
        .append(ERRORS, &format!("pub enum Refusal {{\n{bare}}}\npub enum ExitStatus {{\n    Code,\n}}\n"));
    assert_one(&unexplained(scratch.root()), &["`Refusal::Two`", "mend it"]);
    scratch.write(ERRORS, "pub enum ExitStatus {\n    Code,\n}\n");
    assert_one(&unexplained(scratch.root()), &["no errors"]);
}
