//! Every error of the library is explained, in its documentation and on a page with a listing that provokes it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use book::page::directive::{self, Directive, Kind, Line};
use records::catalog::Catalog;
use records::record::{Record, shown};

use crate::scratch::{RECORD, Scratch, files};
use crate::{assert_none, assert_one, this_book};

const ERRORS: &str = "chapters-code/multiprocess/src/error.rs";
/// `ExitStatus`, which stands beside them, is no error.
const ENUMS: [&str; 3] = ["Error", "InitRefusal", "Refusal"];
const PARTS: [&str; 3] = ["What happened", "see it", "mend it"];
/// Where the pages are, and the one that lists them.
const PAGES: &str = "src/errors";
/// No listing provokes these; their pages say why and name a test.
const NOT_PROVOKED: [&str; 1] = ["Error::TargetOutsideExecutable"];

/// One error of the library.
struct Variant {
    within: &'static str,
    name: String,
    documentation: String,
    /// As `#[error("…")]` has it, each value replaced by `…`.
    message: String,
}

impl Variant {
    fn path(&self) -> String {
        format!("{}::{}", self.within, self.name)
    }

    /// `init-refused-threads.md` for `InitRefusal::Threads`.
    fn page(&self) -> String {
        let prefix = match self.within {
            "InitRefusal" => "InitRefused",
            "Refusal" => "Refused",
            _ => "",
        };
        let name = format!("{prefix}{}", self.name);
        let words = name.chars().flat_map(|c| {
            let dash = c.is_ascii_uppercase().then_some('-');
            dash.into_iter().chain([c.to_ascii_lowercase()])
        });
        format!("{}.md", words.collect::<String>().trim_start_matches('-'))
    }

    /// Whether text holds the message, whatever its values are.
    fn is_in(&self, text: &str) -> bool {
        let mut rest = Some(text);
        for part in self.message.split('…').map(str::trim) {
            rest = rest.and_then(|rest| rest.find(part).map(|at| &rest[at + part.len()..]));
        }
        rest.is_some()
    }
}

/// The name that stands at the beginning of a line.
fn name(line: &str) -> &str {
    line.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

/// The first string of an `#[error(…)]`.
fn message(attribute: &str) -> String {
    let mut message = String::new();
    let mut rest = attribute.split_once('"').map(|(_, rest)| rest).unwrap_or_default();
    while let Some(end) = rest.find(['"', '\\', '{']) {
        message += &rest[..end];
        let (special, after) = rest[end..].split_at(1);
        match special {
            "\"" => return message,
            // All line ends in these strings are guarded.
            "\\" => rest = after.trim_start(),
            _ => {
                if !message.ends_with('…') {
                    message.push('…');
                }
                rest = after.split_once('}').map(|(_, rest)| rest).unwrap_or_default();
            }
        }
    }
    message
}

fn variants(root: &Path) -> Vec<Variant> {
    let text = fs::read_to_string(root.join(ERRORS)).expect("the library's errors");
    let mut variants = vec![];
    let (mut within, mut documentation, mut attribute) = (None, String::new(), String::new());
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
            variants.push(Variant {
                within,
                name: name(line).to_owned(),
                documentation: std::mem::take(&mut documentation),
                message: message(&std::mem::take(&mut attribute)),
            });
        } else {
            attribute += line.split_once("    ///").map_or(line, |(before, _)| before);
            attribute.push('\n');
        }
    }
    variants
}

fn unexplained(root: &Path) -> Vec<String> {
    let variants = variants(root);
    let mut problems = vec![];
    for variant in &variants {
        for part in PARTS.iter().filter(|part| !variant.documentation.contains(*part)) {
            problems.push(format!("`{}` does not say: {part}", variant.path()));
        }
    }
    if variants.is_empty() {
        problems.push(format!("{ERRORS} has no errors"));
    }
    problems
}

/// Errors without a page, pages that show no run with the message, and pages of no error.
fn without_a_page(root: &Path) -> Vec<String> {
    let catalog = Catalog::read(root).expect("a catalog");
    let pages = root.join(PAGES);
    let list = fs::read_to_string(pages.join("README.md")).unwrap_or_default();
    let mut wanted = BTreeSet::from(["README.md".to_owned()]);
    let mut problems = vec![];
    for variant in variants(root) {
        let (path, page) = (variant.path(), variant.page());
        wanted.insert(page.clone());
        let Ok(text) = fs::read_to_string(pages.join(&page)) else {
            problems.push(format!("`{path}` has no page {PAGES}/{page}"));
            continue;
        };
        let row = |line: &&str| line.contains(&format!("]({page})")) && line.contains(&variant.message);
        // A refusal of `init` in a child has the messages of all refusals of `init`.
        if variant.message != "…" && !list.lines().any(|line| row(&line)) {
            problems.push(format!("{PAGES}/README.md does not lead from `{}` to {page}", variant.message));
        }
        if variant.message != "…" && !text.contains(&format!("> {}\n", variant.message)) {
            problems.push(format!("{PAGES}/{page} does not begin with `> {}`", variant.message));
        }
        if !NOT_PROVOKED.contains(&path.as_str()) && !is_provoked(root, &catalog, &variant, &text) {
            problems.push(format!(
                "{PAGES}/{page} shows no program with an output that has `{}`",
                variant.message
            ));
        }
    }
    for file in files(&pages, ".md") {
        let file = file.file_name().expect("a name").to_string_lossy().into_owned();
        if !wanted.contains(&file) {
            problems.push(format!("{PAGES}/{file} is the page of no error"));
        }
    }
    problems
}

/// Whether the page shows a listing with its output, and the message is in there.
fn is_provoked(root: &Path, catalog: &Catalog, variant: &Variant, page: &str) -> bool {
    let directives: Vec<Directive<'_>> = page
        .lines()
        .filter_map(|line| match directive::read(line) {
            Ok(Line::Directive(directive)) => Some(directive),
            _ => None,
        })
        .collect();
    // What a child found comes inside the sentence that says who gave no result, and likewise for `init`.
    let outer = match variant.within {
        "InitRefusal" => "no process was started, because",
        "Refusal" => "gave no result, because",
        _ => "",
    };
    let is_shown = |id| directives.iter().any(|shown| shown.kind == Kind::Listing && shown.id == id);
    let outputs = directives.iter().filter(|shown| shown.kind == Kind::Output && is_shown(shown.id));
    outputs.filter_map(|output| catalog.get(output.id)).any(|listing| {
        let record = Record::read(&root.join(listing.record())).expect("a record");
        let mut lines = shown(&record.stdout).into_iter().chain(shown(&record.stderr));
        lines.any(|line| line.split_once(outer).is_some_and(|(_, inner)| variant.is_in(inner)))
    })
}

#[test]
fn every_error_is_explained() {
    assert_none(&unexplained(this_book()));
}

#[test]
fn every_error_has_a_page_with_a_program_that_provokes_it() {
    assert_none(&without_a_page(this_book()));
}

const EXPLAINED: &str =
    "    /// *What happened:* this. *To\n    /// see it:* look. *To mend it:* do.\n    #[error(\"no\")]\n";

#[test]
fn an_error_that_is_not_explained_is_found() {
    let scratch = Scratch::new();
    scratch.write(ERRORS, &format!("pub enum Error {{\n{EXPLAINED}    One,\n}}\n"));
    assert_none(&unexplained(scratch.root()));
    let bare = "    /// It failed. *What happened:* that. *To see it:* look.\n    Two {\n        /// A.\n        a: u32,\n    },\n";
    scratch
        .append(ERRORS, &format!("pub enum Refusal {{\n{bare}}}\npub enum ExitStatus {{\n    Code,\n}}\n"));
    assert_one(&unexplained(scratch.root()), &["`Refusal::Two`", "mend it"]);
    scratch.write(ERRORS, "pub enum ExitStatus {\n    Code,\n}\n");
    assert_one(&unexplained(scratch.root()), &["no errors"]);
}

/// A book with one error, whose message goes over two lines and holds two values, and its page.
fn with_one_error() -> Scratch {
    let scratch = Scratch::new();
    let error = "    /// Text.\n    #[error(\n        \"{what}, \\\n         reader{}\",\n        end(x)\n    )]\n    NotGreeted {\n        /// It.\n        what: u32,\n    },\n";
    scratch.write(ERRORS, &format!("pub enum Error {{\n{error}}}\n"));
    scratch.write(
        &format!("{PAGES}/README.md"),
        "# Errors\n\n| M | P |\n|---|---|\n| …, reader… | [It](not-greeted.md) |\n",
    );
    scratch.write(
        &format!("{PAGES}/not-greeted.md"),
        "# It\n\n> …, reader…\n\n{{#listing sample/greet}}\n\n{{#output sample/greet}}\n",
    );
    scratch
}

#[test]
fn an_error_that_no_page_shows_is_found() {
    assert_none(&without_a_page(with_one_error().root()));
    let page = format!("{PAGES}/not-greeted.md");

    let scratch = with_one_error();
    scratch.remove(&page);
    assert_one(&without_a_page(scratch.root()), &["`Error::NotGreeted` has no page", &page]);

    let scratch = with_one_error();
    scratch.edit(RECORD, "Hello, reader", "Hello");
    assert_one(&without_a_page(scratch.root()), &[&page, "shows no program", "`…, reader…`"]);

    let scratch = with_one_error();
    scratch.edit(&page, "{{#output sample/greet}}", "");
    assert_one(&without_a_page(scratch.root()), &[&page, "shows no program"]);

    let scratch = with_one_error();
    scratch.edit(ERRORS, "         reader", "         readers");
    let problems = without_a_page(scratch.root());
    assert_eq!(problems.len(), 3, "{problems:#?}");
    assert!(problems[0].contains("does not lead from `…, readers…`"), "{problems:#?}");
    assert!(problems[1].contains("does not begin with"), "{problems:#?}");

    let scratch = with_one_error();
    scratch.write(&format!("{PAGES}/gone.md"), "# Gone\n");
    assert_one(&without_a_page(scratch.root()), &["gone.md is the page of no error"]);
}
