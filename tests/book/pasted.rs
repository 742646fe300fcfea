//! Code and output on a page come from a file, or the page says why not.
//!
//! A fenced or indented block, or raw `<pre>`, is pasted, and a pasted block is a future lie. It is allowed if its only
//! line is one of mdBook's includes, or if the line above it is a comment with a reason: `<!-- pasted: a command -->`. A block
//! that asks a question holds no code: its facts are checked against the records.

use std::fs;
use std::ops::Range;
use std::path::Path;

use mdbook_markdown::pulldown_cmark::{Event, Tag};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

use book::page::directive::{self, Line};
use book::predict::part::{Part, parts};

use crate::scratch::{PAGE, Scratch, files};
use crate::{assert_none, assert_one, this_book};

fn pasted(root: &Path) -> Vec<String> {
    let mut problems = vec![];
    for file in files(&root.join("src"), ".md") {
        let page = fs::read_to_string(&file).expect("a page");
        let shown = file.strip_prefix(root).expect("a page of the book").display();
        for block in blocks(&page) {
            if !is_include(&page[block.clone()])
                && !is_question(&page[block.clone()])
                && !has_reason(&page[..block.start])
            {
                let line = page[..block.start].matches('\n').count() + 1;
                problems.push(format!(
                    "{shown}:{line}: a pasted block: make it a listing or an output, or say why not in a comment \
                     `<!-- pasted: … -->` on the line above"
                ));
            }
        }
    }
    problems
}

/// Where the page has code blocks of its own.
fn blocks(page: &str) -> Vec<Range<usize>> {
    new_cmark_parser(page, &MarkdownOptions::default())
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            Event::Start(Tag::CodeBlock(_)) => Some(range),
            Event::Html(html) | Event::InlineHtml(html) if html.to_lowercase().contains("<pre") => {
                Some(range)
            }
            _ => None,
        })
        .collect()
}

/// Blocks that a reader cannot paste as they are: the copy button gives all lines, and these are for different systems.
fn for_several_systems(root: &Path) -> Vec<String> {
    let mut problems = vec![];
    for file in files(&root.join("src"), ".md") {
        let page = fs::read_to_string(&file).expect("a page");
        for block in blocks(&page) {
            let lines = || page[block.clone()].lines();
            let managers = ["apt", "apt-get", "dnf", "pacman", "brew", "winget"];
            let used = |manager: &str| lines().any(|line| line.split(' ').any(|word| word == manager));
            if managers.iter().filter(|manager| used(manager)).count() > 1 {
                let line = page[..block.start].matches('\n').count() + 1;
                problems.push(format!("{}:{line}: a block for several systems", file.display()));
            }
        }
    }
    problems
}

#[test]
fn a_block_can_be_pasted_as_it_is() {
    assert_none(&for_several_systems(this_book()));
    let scratch = Scratch::new();
    scratch.append(PAGE, "\n```sh\nsudo apt-get install gcc # Debian\nsudo dnf install gcc # Fedora\n```\n");
    assert_one(&for_several_systems(scratch.root()), &["page.md:13", "several systems"]);
}

fn is_include(block: &str) -> bool {
    let lines: Vec<&str> = block.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    matches!(lines[..], [fence, include, _] if fence.starts_with("```")
        && matches!(directive::read(include), Ok(Line::Include(_))))
}

fn is_question(block: &str) -> bool {
    matches!(parts(block)[..], [(1, Part::Block(_))])
}

fn has_reason(before: &str) -> bool {
    // The block's own line may begin with the indentation of a list or with the mark of a quotation.
    let above = before.rfind('\n').map(|end| &before[..end]).unwrap_or("");
    let line = above.rsplit('\n').next().unwrap_or("").trim_start_matches([' ', '\t', '>']).trim_end();
    let reason = line.strip_prefix("<!-- pasted:").and_then(|rest| rest.strip_suffix("-->"));
    reason.is_some_and(|reason| !reason.trim().is_empty())
}

#[test]
fn nothing_on_a_page_is_pasted() {
    assert_none(&pasted(this_book()));
}

#[test]
fn a_pasted_block_is_found() {
    for block in [
        "```rust\nfn main() {}\n```",
        "~~~text\nHello\n~~~",
        "Text\n\n    indented",
        "- item\n\n  ```\n  in a list\n  ```",
        "> ```\n> quoted\n> ```",
        "<pre>raw</pre>",
        "<!-- pasted: -->\n```\nno reason\n```",
        "<!-- pasted: too far away -->\n\n```\ncode\n```",
        "```rust\n{{#include ../../a.rs}}\nlet and_more = 1;\n```",
        "````\n```predict sample/greet\nWhat?\n```\n````",
        "```predicted\nHello\n```",
    ] {
        let scratch = Scratch::new();
        scratch.append(PAGE, &format!("\n{block}\n"));
        assert_one(&pasted(scratch.root()), &[PAGE, "a pasted block"]);
    }
    let scratch = Scratch::new();
    scratch.append(PAGE, "\n```\nx\n```\n");
    assert_one(&pasted(scratch.root()), &[&format!("{PAGE}:13: ")]);
}

#[test]
fn a_block_with_a_reason_or_from_a_file_is_allowed() {
    let scratch = Scratch::new();
    scratch.append(PAGE, "\n<!-- pasted: a command to type -->\n```sh\ncargo run\n```\n");
    scratch.append(PAGE, "\n- item\n\n  <!-- pasted: in a list -->\n  ```sh\n  cargo run\n  ```\n");
    scratch.append(PAGE, "\n```predict sample/greet\nHow many?\n\n<!-- lines 1 -->\n\nOne.\n```\n");
    scratch.append(PAGE, "\n```rust\n{{#include ../../chapters-code/sample/examples/greet.rs:greet}}\n```\n");
    assert_none(&pasted(scratch.root()));
}
