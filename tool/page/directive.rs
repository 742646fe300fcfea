//! The directives a page may carry, found in its text.
//!
//! `{{#listing crate/name}}`, `{{#listing crate/name:anchor}}`, `{{#output crate/name}}`, `{{#timeline crate/name}}`,
//! `{{#timeline crate/name brief}}`, `{{#plot crate/name}}`, `{{#exercise name}}`, `{{#plan name}}`, `{{#notes folder}}` and `{{#contents}}` stand on a line of their own. In place of a listing's name, `{{#listing}}` also takes a source file: `multiprocess/src/wire/file.rs`. A backslash before the braces leaves them alone, as mdBook's own directives do it.

/// What a directive asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A program, whole or one anchor of it.
    Listing,
    /// What that program printed, with its promise.
    Output,
    /// What its processes did and when.
    Timeline,
    /// What a benchmark measured.
    Plot,
    /// Something to do for participants, with hints and a solution.
    Exercise,
    /// The timetable of a workshop.
    Plan,
    /// What the pages of a folder tell their instructor.
    Notes,
    /// What is in the part or in the chapter that this page opens.
    Contents,
}

/// One directive of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directive<'a> {
    /// What it asks for.
    pub kind: Kind,
    /// The listing or the plot, `crate/name`; for [`Kind::Listing`] also a source file, `crate/src/file.rs`. The name of an
    /// exercise or of a plan, a folder of pages; empty for [`Kind::Contents`].
    pub id: &'a str,
    /// The part of the listing, or all of it.
    pub anchor: Option<&'a str>,
    /// Whether a timeline is cut down to the main events.
    pub brief: bool,
    /// The white space before it: inside a list the code must keep it.
    pub indent: &'a str,
}

/// One of mdBook's includes: a file that a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Include<'a> {
    /// The path, relative to the page.
    pub path: &'a str,
    /// What follows the path: an anchor, or a range of lines.
    pub part: Option<&'a str>,
}

/// What a line of a page is to the tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// Prose, or anything else that mdBook handles without us.
    Text,
    /// A directive of ours.
    Directive(Directive<'a>),
    /// A file that mdBook will include; we only check that it is there, because mdBook logs an error and carries on.
    Include(Include<'a>),
}

/// mdBook's own directives, which pass through.
const MDBOOK: [&str; 4] = ["include", "rustdoc_include", "playground", "title"];
const OURS: [&str; 8] = ["listing", "output", "timeline", "plot", "exercise", "plan", "notes", "contents"];

/// Reads one line of a page.
///
/// # Errors
///
/// A sentence for the author, when the line holds a directive that nobody knows or that shares its line with text.
pub fn read(line: &str) -> Result<Line<'_>, String> {
    let Some((start, name, argument, end)) = first_directive(line) else { return Ok(Line::Text) };
    let (kind, written) = match name {
        "listing" => (Kind::Listing, argument),
        "output" => (Kind::Output, argument),
        "timeline" => (Kind::Timeline, argument),
        "plot" => (Kind::Plot, argument),
        "exercise" => (Kind::Exercise, argument),
        "plan" => (Kind::Plan, argument),
        "notes" => (Kind::Notes, argument),
        "contents" => (Kind::Contents, argument),
        "include" | "rustdoc_include" => return Ok(Line::Include(include(argument))),
        _ if MDBOOK.contains(&name) => return Ok(Line::Text),
        _ => {
            let known = OURS.into_iter().chain(MDBOOK);
            let nearest = crate::text::nearest::nearest(name, known).unwrap_or("listing");
            return Err(format!(
                "there is no directive `{{{{#{name}}}}}`; the nearest is `{{{{#{nearest} …}}}}` \
                 (to show the braces themselves, put a backslash before them)"
            ));
        }
    };
    let indent = &line[..start];
    if !indent.trim().is_empty() || !line[end..].trim().is_empty() {
        return Err(format!("`{{{{#{name} …}}}}` must be on a line of its own"));
    }
    if kind == Kind::Contents {
        let directive = Directive { kind, id: "", anchor: None, brief: false, indent };
        let problem = || format!("`{{{{#contents}}}}` takes nothing, not `{written}`");
        return if written.is_empty() { Ok(Line::Directive(directive)) } else { Err(problem()) };
    }
    let (written, brief) = match written.rsplit_once(char::is_whitespace) {
        Some((id, "brief")) if kind == Kind::Timeline => (id.trim_end(), true),
        _ => (written, false),
    };
    if written.is_empty() || written.contains(char::is_whitespace) {
        let example = match kind {
            Kind::Exercise => "leaves_zombies",
            Kind::Plan => "one-day",
            Kind::Notes => "process-based-parallelism",
            _ => "process-class/hello",
        };
        return Err(format!("`{{{{#{name} …}}}}` takes one id, such as `{example}`, not `{written}`"));
    }
    let (id, anchor) = match written.split_once(':') {
        Some((id, anchor)) => (id, Some(anchor)),
        None => (written, None),
    };
    if kind != Kind::Listing && anchor.is_some() {
        return Err(format!("only a listing has anchors: write `{{{{#{name} {id}}}}}`"));
    }
    Ok(Line::Directive(Directive { kind, id, anchor, brief, indent }))
}

/// The first directive of a line that no backslash guards: where it starts, its name, its argument, where it ends.
fn first_directive(line: &str) -> Option<(usize, &str, &str, usize)> {
    let mut from = 0;
    while let Some(found) = line[from..].find("{{") {
        let start = from + found;
        from = start + 2;
        let Some(rest) = line[from..].trim_start().strip_prefix('#') else { continue };
        // mdBook takes everything from a guarded directive to the last braces of the line as text.
        if line[..start].ends_with('\\') {
            return None;
        }
        let Some(close) = rest.find("}}") else { continue };
        let end = line.len() - rest.len() + close + 2;
        let inner = rest[..close].trim();
        let (name, argument) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        return Some((start, name, argument.trim(), end));
    }
    None
}

fn include(argument: &str) -> Include<'_> {
    match argument.split_once(':') {
        Some((path, part)) => Include { path, part: Some(part) },
        None => Include { path: argument, part: None },
    }
}

/// The anchor an [`Include`] names, if its part is not a range of lines.
pub fn anchor_of_include<'a>(include: &Include<'a>) -> Option<&'a str> {
    include.part.filter(|part| !part.split(':').all(|bound| bound.chars().all(|c| c.is_ascii_digit())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing<'a>(id: &'a str, anchor: Option<&'a str>, indent: &'a str) -> Line<'a> {
        Line::Directive(Directive { kind: Kind::Listing, id, anchor, brief: false, indent })
    }

    #[test]
    fn a_listing_is_read_with_its_anchor_and_indentation() {
        assert_eq!(read("{{#listing a/b}}"), Ok(listing("a/b", None, "")));
        assert_eq!(read("  {{#listing a/b.py:main}}  "), Ok(listing("a/b.py", Some("main"), "  ")));
    }

    #[test]
    fn only_a_listing_has_an_anchor() {
        assert!(matches!(read("{{#output a/b}}"), Ok(Line::Directive(Directive { kind: Kind::Output, .. }))));
        assert!(matches!(
            read("{{#timeline a/b}}"),
            Ok(Line::Directive(Directive { kind: Kind::Timeline, .. }))
        ));
        for name in ["output", "timeline", "plot", "exercise", "plan", "notes"] {
            let mistake = read(&format!("{{{{#{name} a/b:main}}}}")).map(drop).unwrap_err();
            assert!(mistake.contains(&format!("write `{{{{#{name} a/b}}}}`")), "{mistake}");
        }
    }

    #[test]
    fn only_a_timeline_can_be_brief() {
        let brief = |line| match read(line) {
            Ok(Line::Directive(Directive { id: "a/b", brief, .. })) => Some(brief),
            _ => None,
        };
        assert_eq!(brief("{{#timeline a/b brief}}"), Some(true));
        assert_eq!(brief("{{#timeline a/b}}"), Some(false));
        for wrong in ["{{#timeline brief}}", "{{#timeline a/b short}}", "{{#output a/b brief}}"] {
            assert_eq!(brief(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_backslash_leaves_a_directive_alone() {
        assert_eq!(read(r"\{{#listing a/b}}"), Ok(Line::Text));
        assert_eq!(read(r"Write `\{{#nonsense a/b}}` and {{#listing a/b}}."), Ok(Line::Text));
    }

    #[test]
    fn mdbooks_own_directives_pass() {
        assert_eq!(read("{{#title A page}}"), Ok(Line::Text));
        let include = Include { path: "../x.rs", part: Some("main") };
        assert_eq!(read("{{#include ../x.rs:main}}"), Ok(Line::Include(include)));
        assert_eq!(anchor_of_include(&include), Some("main"));
        assert_eq!(anchor_of_include(&Include { path: "x", part: Some("2:10") }), None);
    }

    #[test]
    fn mistakes_are_named() {
        assert!(read("{{#lisitng a/b}}").unwrap_err().contains("nearest is `{{#listing …}}`"));
        assert!(read("See {{#listing a/b}}").unwrap_err().contains("a line of its own"));
        assert!(read("{{#listing}}").unwrap_err().contains("takes one id"));
        assert!(read("{{#listing a b}}").unwrap_err().contains("takes one id"));
        assert!(read("{{#contents a}}").unwrap_err().contains("takes nothing, not `a`"));
    }
}
