//! Questions on pages: their marks agree with the records, their listings are in sight, and no chapter goes without.
//!
//! That a mark is right is the preprocessor's to find, so it is planted here and found by the check of all directives.

use std::fs;
use std::path::Path;

use book::page::directive::{self, Directive, Kind, Line};
use book::predict::part::{Block, Part, parts};
use book::predict::question::Question;
use book::teach::exercise::CHAPTERS;

use crate::listings::unresolved;
use crate::plans::chapters;
use crate::scratch::{PAGE, RECORD, Scratch, TIMELINE, files};
use crate::{assert_none, assert_one, this_book};

/// The page that only looks back.
const SUMMARY: &str = "summary.md";

/// How many questions with choices a chapter has at least.
const LEAST: usize = 3;

/// Questions about a listing that is on another page or on none: a reader who is asked cannot look. *Check yourself* asks about the
/// other pages of its chapter, too.
fn out_of_sight(root: &Path) -> Vec<String> {
    let mut problems = vec![];
    let all = pages(root, "src");
    for (shown, text) in &all {
        let here = listings(text);
        let folder = Path::new(shown).parent();
        let beside = || all.iter().filter(|(other, _)| Path::new(other).parent() == folder);
        for (line, block) in blocks(text) {
            let is_beside = || beside().any(|(_, text)| listings(text).contains(&block.id));
            let is_shown = here.contains(&block.id) || block.recalls && is_beside();
            if !is_shown {
                problems.push(format!(
                    "{shown}:{line}: a question about `{}`, which this page does not show",
                    block.id
                ));
            }
        }
    }
    problems
}

/// Questions that are written in HTML, so that nothing holds their answers.
fn unchecked(root: &Path) -> Vec<String> {
    let mut problems = vec![];
    for (shown, text) in pages(root, "src") {
        for (line, number) in text.lines().zip(1..) {
            if line.trim_start().starts_with("<aside class=\"predict") {
                problems.push(format!(
                    "{shown}:{number}: a question that nothing checks: write a block, ```predict"
                ));
            }
        }
    }
    problems
}

/// Chapters that show listings and hardly ask.
fn without_questions(root: &Path) -> Vec<String> {
    let mut problems = vec![];
    for chapter in chapters(root) {
        let shown = &chapter[0].0;
        if chapter.iter().all(|(_, text)| listings(text).is_empty()) || shown.ends_with(SUMMARY) {
            continue;
        }
        let with_choices = chapter
            .iter()
            .flat_map(|(_, text)| blocks(text))
            .filter_map(|(_, block)| Question::read(&block).ok())
            .filter(|question| !question.choices.is_empty())
            .count();
        if with_choices < LEAST {
            problems.push(format!(
                "{shown} has {with_choices} questions with choices; a chapter has at least {LEAST}"
            ));
        }
    }
    problems
}

/// The pages below a folder: their names, and their texts.
fn pages(root: &Path, folder: &str) -> Vec<(String, String)> {
    let name = |file: &Path| file.strip_prefix(root).expect("a page of the book").display().to_string();
    let text = |file: &Path| fs::read_to_string(file).expect("a page");
    files(&root.join(folder), ".md").iter().map(|file| (name(file), text(file))).collect()
}

fn blocks(page: &str) -> Vec<(usize, Block<'_>)> {
    let block = |(line, part)| match part {
        Part::Block(block) => Some((line, block)),
        Part::Line(_) => None,
    };
    parts(page).into_iter().filter_map(block).collect()
}

/// The ids of the listings that a page shows.
fn listings(page: &str) -> Vec<&str> {
    let id = |line| match directive::read(line) {
        Ok(Line::Directive(Directive { kind: Kind::Listing, id, .. })) => Some(id),
        _ => None,
    };
    page.lines().filter_map(id).collect()
}

/// A question about the small book's listing.
fn question(choices: &str) -> String {
    format!("\n```predict sample/greet\nWhat does it print?\n\n{choices}\n\nIt greets.\n```\n")
}

const RIGHT: &str = "- [x] a greeting <!-- prints \"Hello, reader\" -->\n- [ ] nothing <!-- lines 0 -->";

#[test]
fn questions_are_about_what_the_page_shows() {
    assert_none(&out_of_sight(this_book()));
}

#[test]
fn every_question_is_checked() {
    assert_none(&unchecked(this_book()));
    let scratch = Scratch::new();
    scratch.append(PAGE, "\n<aside class=\"predict\">\n\n**Predict:** what?\n\n</aside>\n");
    assert_one(&unchecked(scratch.root()), &["page.md:13: ", "nothing checks"]);
}

#[test]
fn every_chapter_asks() {
    assert_none(&without_questions(this_book()));
}

#[test]
fn a_good_question_passes() {
    let scratch = Scratch::new();
    scratch.append(PAGE, &question(RIGHT));
    scratch.append(
        PAGE,
        "\n- in a list\n\n  ```predict sample/greet.py\n  How does it end?\n  <!-- ends exit code 0 -->\n\n  Well.\n  ```\n",
    );
    assert_none(&unresolved(scratch.root()));
    assert_none(&out_of_sight(scratch.root()));
}

#[test]
fn a_wrong_mark_is_found() {
    for (choices, parts) in [
        (
            "- [x] twice <!-- prints \"Hello, reader\" 2 times -->\n- [ ] nothing <!-- lines 0 -->",
            ["part/page.md:16: this is marked right", "is false: it prints `Hello, reader` once"],
        ),
        (
            "- [x] once <!-- lines 1 -->\n- [ ] alone <!-- processes 1 -->",
            ["part/page.md:17: this is marked wrong", "`processes 1` is true: there is 1 process"],
        ),
        ("<!-- not ends exit code 0 -->", ["part/page.md:16: ", "its end is exit code 0"]),
    ] {
        let scratch = Scratch::new();
        scratch.append(PAGE, &question(choices));
        assert_one(&unresolved(scratch.root()), &parts);
    }
}

#[test]
fn a_mark_that_a_new_record_belies_is_found() {
    let scratch = Scratch::new();
    scratch.append(PAGE, &question(RIGHT));
    scratch.edit(RECORD, "Hello, reader", "Hello, world");
    assert_one(
        &unresolved(scratch.root()),
        &["it never prints `Hello, reader`; the nearest line is `Hello, world`"],
    );
    let scratch = Scratch::new();
    scratch.append(PAGE, &question("<!-- process \"main\" ended exit code 0 -->"));
    assert_none(&unresolved(scratch.root()));
    scratch.edit(TIMELINE, "{\"exit\":0}", "{\"exit\":1}");
    assert_one(&unresolved(scratch.root()), &["`main` ended: exit code 1"]);
}

#[test]
fn a_mistake_in_a_block_is_found() {
    for (block, parts) in [
        (
            question(RIGHT).replace("/greet", "/gret"),
            ["page.md:13: there is no listing `sample/gret`", "the nearest is `sample/greet`"],
        ),
        (question(RIGHT).replace("prints", "pritns"), ["page.md:16: ", "the nearest is `prints \"LINE\"`"]),
        (question(RIGHT).replace("[x]", "[ ]"), ["page.md:16: ", "no choice is marked right"]),
        (question(RIGHT).replace(" <!-- lines 0 -->", ""), ["page.md:17: ", "a fact is missing"]),
        (question(RIGHT).replace("\nIt greets.", ""), ["page.md:13: ", "the explanation is missing"]),
        (question(RIGHT).replace("greets.\n```", "greets."), ["page.md:13: ", "not closed"]),
        (question(RIGHT).repeat(2), ["page.md:22: ", "on the page already"]),
        (question(RIGHT).replace("a greeting", "[a](b.md)"), ["page.md:16: ", "a link has its place"]),
        (question("<!-- orphan \"mian\" -->"), ["page.md:16: ", "no process `mian`; the nearest is `main`"]),
        (
            question("<!-- processes 1 -->").replace("greet\n", "greet.py\n"),
            ["page.md:16: ", "no timeline of `sample/greet.py`"],
        ),
    ] {
        let scratch = Scratch::new();
        scratch.append(PAGE, &block);
        assert_one(&unresolved(scratch.root()), &parts);
    }
}

#[test]
fn a_question_about_a_listing_elsewhere_is_found() {
    let scratch = Scratch::new();
    scratch.append("src/introduction.md", &question(RIGHT));
    assert_one(&out_of_sight(scratch.root()), &["src/introduction.md:5: ", "about `sample/greet`"]);
    // What checks a reader may be about any page of its chapter.
    scratch.edit("src/introduction.md", "# Introduction", "# Check yourself");
    assert_one(&out_of_sight(scratch.root()), &["src/introduction.md:5: "]);
    scratch.write("src/beside.md", "{{#listing sample/greet}}\n");
    assert_none(&out_of_sight(scratch.root()));
    scratch.edit("src/introduction.md", "# Check yourself", "# Introduction");
    scratch.append("src/introduction.md", "\n{{#listing sample/greet}}\n");
    assert_none(&out_of_sight(scratch.root()));
}

#[test]
fn a_chapter_that_hardly_asks_is_found() {
    let scratch = Scratch::new();
    let page = &format!("src/{CHAPTERS}/page.md");
    scratch.write(page, "# A chapter that is not written yet\n");
    assert_none(&without_questions(scratch.root()));
    let open = question("<!-- lines 1 -->");
    scratch.write(page, &format!("{{{{#listing sample/greet}}}}\n{open}{}", question(RIGHT).repeat(2)));
    assert_one(&without_questions(scratch.root()), &[page, "has 2 questions with choices"]);
    scratch.append(page, &question(RIGHT));
    assert_none(&without_questions(scratch.root()));
    scratch.write(&format!("src/{CHAPTERS}/{SUMMARY}"), "{{#listing sample/greet}}\n");
    assert_none(&without_questions(scratch.root()));
}
