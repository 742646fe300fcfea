//! Every error of the library is explained, in its documentation and on a page with a listing that provokes it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use book::page::directive::{self, Directive, Kind, Line};
use records::catalog::Catalog;
use records::record::{Record, shown};
use syn::{Attribute, Expr, ExprLit, Ident, Item, Lit, LitStr, Meta, MetaNameValue as NameValue};

use crate::scratch::{RECORD, Scratch, files};
use crate::{assert_none, assert_one, this_book};

/// Where the library's errors are.
const ERRORS: &str = "chapters-code/multiprocess/src/error";
const PARTS: [&str; 3] = ["What happened", "see it", "fix it"];
/// Where the pages are, and the one that lists them.
const PAGES: &str = "src/errors";
/// No listing provokes these; their pages say why and name a test.
const NOT_PROVOKED: [&str; 4] = [
    "StartError::RaisedRights",
    "StartError::TargetOutsideExecutable",
    "SendErrorKind::Damaged",
    "TasksError::Damaged",
];

/// One error of the library: a variant of an enum, or a structure.
struct Variant {
    /// The enum; nothing for a structure.
    within: Option<String>,
    name: String,
    documentation: String,
    /// As `#[error("…")]` has it, each value replaced by `…`.
    message: String,
}

impl Variant {
    /// An error that has a message of its own; those that hand on another's have none.
    fn read(within: Option<String>, name: &Ident, attributes: &[Attribute]) -> Option<Variant> {
        let message = called("error", attributes).find_map(|meta| match meta {
            Meta::List(list) => {
                list.tokens.clone().into_iter().find_map(|token| syn::parse2::<LitStr>(token.into()).ok())
            }
            _ => None,
        })?;
        let documentation = called("doc", attributes).filter_map(|meta| match meta {
            Meta::NameValue(NameValue { value: Expr::Lit(ExprLit { lit: Lit::Str(line), .. }), .. }) => {
                Some(line.value())
            }
            _ => None,
        });
        let documentation = documentation.collect();
        Some(Variant { within, name: name.to_string(), documentation, message: pattern(&message.value()) })
    }

    fn path(&self) -> String {
        let within = self.within.iter().map(String::as_str);
        within.chain([self.name.as_str()]).collect::<Vec<_>>().join("::")
    }

    /// `init-refused-forkserver.md` for `InitRefusal::Forkserver`.
    fn page(&self) -> String {
        let prefix = match self.within.as_deref() {
            Some("InitRefusal") => "InitRefused",
            Some("Refusal") => "Refused",
            Some("SendErrorKind") => "Send",
            Some("RecvError") => "Recv",
            Some("TasksError") => "Tasks",
            Some("LockError") => "Lock",
            Some("BarrierError") => "Barrier",
            Some("SharedMemoryError") => "SharedMemory",
            Some("TaskErrorKind") => "Task",
            Some("PoolError") => "Pool",
            _ => "",
        };
        let name = format!("{prefix}{}", self.name);
        let words = name.chars().flat_map(|c| {
            let dash = c.is_ascii_uppercase().then_some('-');
            dash.into_iter().chain([c.to_ascii_lowercase()])
        });
        format!("{}.md", words.collect::<String>().trim_start_matches('-'))
    }

    /// What the page and the list quote. What a join brings begins with the process, and a task's error with the task.
    fn sentence(&self) -> String {
        match self.within.as_deref() {
            Some("JoinErrorKind") => format!("… (pid …) {}", self.message),
            Some("TaskErrorKind") => format!("task … {}", self.message),
            _ => self.message.clone(),
        }
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

/// The contents of the attributes of that name.
fn called<'a>(name: &'a str, attributes: &'a [Attribute]) -> impl Iterator<Item = &'a Meta> {
    attributes.iter().map(|attribute| &attribute.meta).filter(move |meta| meta.path().is_ident(name))
}

/// A format string with each value replaced by `…`.
fn pattern(format: &str) -> String {
    let mut parts = format.split('{');
    let mut pattern = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if !pattern.ends_with('…') {
            pattern.push('…');
        }
        pattern += part.split_once('}').map_or(part, |(_, rest)| rest);
    }
    pattern
}

fn variants(root: &Path) -> Vec<Variant> {
    let mut variants = vec![];
    for file in files(&root.join(ERRORS), ".rs") {
        let text = fs::read_to_string(&file).expect("a module");
        let parsed = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        for item in parsed.items {
            match item {
                Item::Enum(item) => variants.extend(item.variants.iter().filter_map(|variant| {
                    Variant::read(Some(item.ident.to_string()), &variant.ident, &variant.attrs)
                })),
                Item::Struct(item) => variants.extend(Variant::read(None, &item.ident, &item.attrs)),
                _ => {}
            }
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
        let sentence = variant.sentence();
        let row = |line: &&str| line.contains(&format!("]({page})")) && line.contains(&sentence);
        // A refusal of `init` in a child has the messages of all refusals of `init`.
        if variant.message != "…" && !list.lines().any(|line| row(&line)) {
            problems.push(format!("{PAGES}/README.md does not lead from `{sentence}` to {page}"));
        }
        if variant.message != "…" && !text.contains(&format!("> {sentence}\n")) {
            problems.push(format!("{PAGES}/{page} does not begin with `> {sentence}`"));
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
    let outer = match variant.within.as_deref() {
        Some("InitRefusal") => "no process was started, because",
        Some("Refusal") => "gave no result, because",
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
    "    /// *What happened:* this. *To\n    /// see it:* look. *How to fix it:* do.\n    #[error(\"no\")]\n";
const FILE: &str = "chapters-code/multiprocess/src/error/start.rs";

#[test]
fn an_error_that_is_not_explained_is_found() {
    let scratch = Scratch::new();
    scratch.write(
        FILE,
        &format!(
            "pub enum StartError {{\n{EXPLAINED}    One,\n    #[error(transparent)]\n    Other(E),\n}}\n"
        ),
    );
    assert_none(&unexplained(scratch.root()));
    let bare = "    /// It failed. *What happened:* that. *To see it:* look.\n    #[error(\"no\")]\n    Two {\n        /// A.\n        a: u32,\n    },\n";
    scratch.append(FILE, &format!("pub enum Refusal {{\n{bare}}}\npub enum ExitStatus {{\n    Code,\n}}\n"));
    assert_one(&unexplained(scratch.root()), &["`Refusal::Two`", "fix it"]);
    let other = "chapters-code/multiprocess/src/error/mod.rs";
    scratch.write(other, "/// It failed.\n#[error(\"no\")]\npub struct SignalError {\n}\n");
    let problems = unexplained(scratch.root());
    assert_eq!(
        problems.iter().filter(|problem| problem.contains("`SignalError`")).count(),
        3,
        "{problems:#?}"
    );
    scratch.remove(other);
    scratch.write(FILE, "pub enum ExitStatus {\n    Code,\n}\n");
    assert_one(&unexplained(scratch.root()), &["no errors"]);
}

/// A book with one error, whose message goes over two lines and holds two values, and its page.
fn with_one_error() -> Scratch {
    let scratch = Scratch::new();
    let error = "    /// Text.\n    #[error(\n        \"{what}, \\\n         reader{}\",\n        end(x)\n    )]\n    NotGreeted {\n        /// It.\n        what: u32,\n    },\n";
    scratch.write(FILE, &format!("pub enum StartError {{\n{error}}}\n"));
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
    assert_one(&without_a_page(scratch.root()), &["`StartError::NotGreeted` has no page", &page]);

    let scratch = with_one_error();
    scratch.edit(RECORD, "Hello, reader", "Hello");
    assert_one(&without_a_page(scratch.root()), &[&page, "shows no program", "`…, reader…`"]);

    let scratch = with_one_error();
    scratch.edit(&page, "{{#output sample/greet}}", "");
    assert_one(&without_a_page(scratch.root()), &[&page, "shows no program"]);

    let scratch = with_one_error();
    scratch.edit(FILE, "         reader", "         readers");
    let problems = without_a_page(scratch.root());
    assert_eq!(problems.len(), 3, "{problems:#?}");
    assert!(problems[0].contains("does not lead from `…, readers…`"), "{problems:#?}");
    assert!(problems[1].contains("does not begin with"), "{problems:#?}");

    let scratch = with_one_error();
    scratch.write(&format!("{PAGES}/gone.md"), "# Gone\n");
    assert_one(&without_a_page(scratch.root()), &["gone.md is the page of no error"]);
}
