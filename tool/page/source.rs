//! A listing's text as a page shows it: whole, or one anchor, without the comments that are addressed to the tool.
//!
//! Anchors are mdBook's: a comment holding `ANCHOR: name` opens one, `ANCHOR_END: name` closes it. Unlike mdBook, an
//! anchor that is missing, opened twice or never closed is an error, and the lines of an anchor lose the indentation
//! they have in common.

use crate::text::nearest::nearest;

/// What a comment line says to the tool.
enum Mark<'a> {
    Open(&'a str),
    Close(&'a str),
    /// An argument that the listing takes, or what its timeline should show. Other rooms read these.
    Declaration,
}

fn mark(line: &str) -> Option<Mark<'_>> {
    let comment = line.trim().trim_start_matches(['/', '#']).trim_start();
    let is_comment = comment.len() < line.trim().len();
    if is_comment && (comment.starts_with("ARGUMENT:") || comment.starts_with("TIMELINE:")) {
        return Some(Mark::Declaration);
    }
    let (at, open) = match (line.find("ANCHOR:"), line.find("ANCHOR_END:")) {
        (Some(at), None) => (at + "ANCHOR:".len(), true),
        (None, Some(at)) => (at + "ANCHOR_END:".len(), false),
        _ => return None,
    };
    let name = line[at..].trim_start();
    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(name.len());
    let name = &name[..end];
    match (name, open) {
        ("", _) => None,
        (name, true) => Some(Mark::Open(name)),
        (name, false) => Some(Mark::Close(name)),
    }
}

/// All of a source file, without its comments to the tool.
pub fn whole(text: &str) -> String {
    lines(text.lines().filter(|line| mark(line).is_none()))
}

/// The lines between the comments of one anchor.
///
/// # Errors
///
/// A sentence for the author, with the nearest anchor there is.
pub fn anchor(text: &str, wanted: &str) -> Result<String, String> {
    let mut part = Vec::new();
    let mut opened = None;
    let mut closed = false;
    for (number, line) in text.lines().enumerate() {
        match mark(line) {
            Some(Mark::Open(name)) if name == wanted => {
                if opened.is_some() {
                    return Err(format!(
                        "the anchor `{wanted}` is opened a second time on line {}",
                        number + 1
                    ));
                }
                opened = Some(number + 1);
            }
            Some(Mark::Close(name)) if name == wanted => closed = opened.is_some(),
            Some(_) => {}
            None if opened.is_some() && !closed => part.push(line),
            None => {}
        }
    }
    match opened {
        Some(_) if closed => Ok(lines(without_common_indent(&part))),
        Some(line) => Err(format!("the anchor `{wanted}` opened on line {line} is never closed")),
        None => Err(missing(text, wanted)),
    }
}

/// The place of a line of the file in the whole of it or in the anchor, as they are shown. Lines of a file are counted from 1,
/// places from 0. A line that is not shown has none.
pub fn place(text: &str, wanted: Option<&str>, line: usize) -> Option<usize> {
    const MARK: char = '\u{1}';
    let mark = |(at, text): (usize, &str)| match at + 1 == line {
        true => format!("{text}{MARK}\n"),
        false => format!("{text}\n"),
    };
    let marked: String = text.lines().enumerate().map(mark).collect();
    let shown = wanted.map_or_else(|| Some(whole(&marked)), |wanted| anchor(&marked, wanted).ok())?;
    shown.lines().position(|line| line.ends_with(MARK))
}

fn missing(text: &str, wanted: &str) -> String {
    let names = text.lines().filter_map(|line| match mark(line) {
        Some(Mark::Open(name)) => Some(name),
        _ => None,
    });
    match nearest(wanted, names) {
        Some(near) => format!("there is no anchor `{wanted}`; the nearest is `{near}`"),
        None => format!("there is no anchor `{wanted}`: the file has none"),
    }
}

fn without_common_indent<'a>(part: &[&'a str]) -> Vec<&'a str> {
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let common = part.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    part.iter().map(|line| line.get(common..).unwrap_or("")).collect()
}

fn lines<'a>(lines: impl IntoIterator<Item = &'a str>) -> String {
    let text: String = lines.into_iter().flat_map(|line| [line, "\n"]).collect();
    text.trim_matches('\n').to_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: &str = "use a;\n\n// ANCHOR: main\nfn main() {\n    // ANCHOR: body\n    one();\n\n        two();\n    // ANCHOR_END: body\n}\n// ANCHOR_END: main\n";

    #[test]
    fn anchor_comments_are_never_shown() {
        assert_eq!(whole(PROGRAM), "use a;\n\nfn main() {\n    one();\n\n        two();\n}\n");
        assert_eq!(anchor(PROGRAM, "main").unwrap(), "fn main() {\n    one();\n\n        two();\n}\n");
    }

    #[test]
    fn declarations_are_never_shown() {
        let program = "// TIMELINE: locks\nuse a;\n\n// ARGUMENT: n: 1..=2 = 1\nfn main() {\n    let x = \"ARGUMENT: a\";\n}\n";
        assert_eq!(whole(program), "use a;\n\nfn main() {\n    let x = \"ARGUMENT: a\";\n}\n");
    }

    #[test]
    fn an_anchor_loses_its_common_indentation() {
        assert_eq!(anchor(PROGRAM, "body").unwrap(), "one();\n\n    two();\n");
    }

    #[test]
    fn a_line_of_the_file_has_a_place_where_it_is_shown() {
        assert_eq!(place(PROGRAM, None, 1), Some(0));
        assert_eq!(place(PROGRAM, None, 4), Some(2));
        assert_eq!(place(PROGRAM, Some("body"), 8), Some(2));
        for hidden in [1, 3, 4, 11] {
            assert_eq!(place(PROGRAM, Some("body"), hidden), None, "{hidden}");
        }
    }

    #[test]
    fn a_wrong_anchor_names_the_nearest() {
        assert!(anchor(PROGRAM, "mian").unwrap_err().ends_with("the nearest is `main`"));
        assert!(anchor("fn main() {}\n", "main").unwrap_err().contains("has none"));
    }

    #[test]
    fn an_anchor_must_be_opened_once_and_closed() {
        assert!(anchor("// ANCHOR: a\nx\n", "a").unwrap_err().contains("never closed"));
        let twice = "# ANCHOR: a\nx\n# ANCHOR_END: a\n# ANCHOR: a\ny\n# ANCHOR_END: a\n";
        assert!(anchor(twice, "a").unwrap_err().contains("second time on line 4"));
    }
}
