//! Which line of a program's text printed a line of its output.
//!
//! That is known where exactly one line of the text has a literal that fits: `println!("{} does task {task}", name)` fits
//! `Process-1 does task 1`. Where two lines have one, or none, nothing is said.

use std::collections::BTreeMap;

/// So much of a literal has to be fixed. Anything would fit `{}`.
const LEAST: usize = 3;

/// The lines of the text, counted from 0, that printed these lines.
pub fn sources<'a>(text: &str, printed: impl IntoIterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let lines: Vec<Vec<Template>> = text.lines().map(templates).collect();
    let source = |line: &str| {
        let fits = |templates: &[Template]| templates.iter().any(|template| template.fits(line));
        let mut found = lines.iter().zip(0..).filter(|(templates, _)| fits(templates)).map(|(_, at)| at);
        found.next().filter(|_| found.next().is_none())
    };
    printed.into_iter().filter_map(|line| source(line).map(|at| (line, at))).collect()
}

/// A line that a literal prints: its fixed parts, between which the values are.
#[derive(Debug, PartialEq, Eq)]
struct Template(Vec<String>);

impl Template {
    fn fits(&self, line: &str) -> bool {
        let [first, between @ .., last] = &self.0[..] else { return self.0[0] == line };
        let Some(rest) = line.strip_prefix(first.as_str()) else { return false };
        let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
        between.iter().all(|part| {
            let found = rest.find(part.as_str());
            rest = found.map_or("", |at| &rest[at + part.len()..]);
            found.is_some()
        })
    }
}

/// What the literals of one line print.
fn templates(line: &str) -> Vec<Template> {
    literals(line)
        .iter()
        .flat_map(|literal| literal.split('\n'))
        .map(|literal| Template(parts(literal)))
        .filter(|template| template.0.iter().any(|part| part.trim().chars().count() >= LEAST))
        .collect()
}

/// The literals that begin and end on this line, unescaped.
fn literals(line: &str) -> Vec<String> {
    let mut literals = vec![];
    let mut inside: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (&mut inside, c) {
            (None, '"') => inside = Some(String::new()),
            (None, _) => {}
            (Some(_), '"') => literals.extend(inside.take()),
            (Some(text), '\\') => match chars.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some(other) => text.push(other),
                None => {}
            },
            (Some(text), _) => text.push(c),
        }
    }
    literals
}

/// The fixed parts of a format string.
fn parts(literal: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = literal.chars().peekable();
    while let Some(c) = chars.next() {
        let part = parts.last_mut().expect("there is always a part");
        match c {
            '{' | '}' if chars.peek() == Some(&c) => part.extend(chars.next()),
            '{' => {
                chars.by_ref().find(|c| *c == '}');
                parts.push(String::new());
            }
            c => part.push(c),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"fn work(task: u32) {
    println!("{} does task {task}", name());
}
fn main() {
    println!("all are started");
    println!("{total}");
    println!("one\ntwo {{x}}");
    print(f"the count is {count}")
    println!("again"); }
    println!("again"); }
"#;

    fn source(line: &str) -> Option<usize> {
        sources(TEXT, [line]).get(line).copied()
    }

    #[test]
    fn a_line_leads_to_the_only_literal_that_fits() {
        for (line, at) in [
            ("Process-1 does task 1", Some(1)),
            ("all are started", Some(4)),
            ("one", Some(6)),
            ("two {x}", Some(6)),
            ("the count is 7", Some(7)),
        ] {
            assert_eq!(source(line), at, "{line}");
        }
    }

    #[test]
    fn where_none_or_two_fit_nothing_is_said() {
        for line in ["again", "7", "", "all are", "does task"] {
            assert_eq!(source(line), None, "{line}");
        }
        let both = "println!(\"{x} ended\");\nprintln!(\"{y} ended\");\n";
        assert!(sources(both, ["a ended"]).is_empty());
        assert!(sources("println!(\"{a} is {b} is\");", ["x is"]).is_empty(), "parts do not overlap");
    }
}
