//! How the book is divided: the pages that open parts and chapters list what is in them, and each page of a chapter asks a question.

use std::path::Path;

use book::page::directive::{self, Directive, Kind, Line};
use book::page::structure::{asks, parts};
use mdbook_driver::MDBook;
use mdbook_driver::book::Chapter as Entry;

use crate::listings::unresolved;
use crate::scratch::Scratch;
use crate::{assert_none, assert_one, this_book};

/// What is missing on pages of parts and chapters.
fn missing(root: &Path) -> Vec<String> {
    let book = MDBook::load(root).expect("a book").book;
    let mut problems = vec![];
    let mut check = |entry: &Entry, opens: bool| {
        let page = entry.source_path.as_deref().unwrap_or(Path::new("")).display();
        if asks(&entry.content).is_none() {
            problems.push(format!(
                "src/{page} asks nothing: below its title, write `<p class=\"asks\">How do I …?</p>`"
            ));
        }
        let is_contents = |line| {
            matches!(directive::read(line), Ok(Line::Directive(Directive { kind: Kind::Contents, .. })))
        };
        if opens && !entry.content.lines().any(is_contents) {
            problems.push(format!("src/{page} does not list its pages: write `{{{{#contents}}}}`"));
        }
    };
    for part in parts(&book) {
        check(part.entry, true);
        for chapter in &part.chapters {
            check(chapter.entry, !chapter.pages.is_empty());
            chapter.pages.iter().for_each(|page| check(page, false));
        }
    }
    problems
}

#[test]
fn the_first_page_names_the_parts_that_are_ready() {
    let book = MDBook::load(this_book()).expect("a book").book;
    let parts = parts(&book);
    let cover = std::fs::read_to_string(this_book().join("src/README.md")).expect("the first page");
    let numerals: Vec<&str> = parts.iter().map(|part| part.numeral).collect();
    let all = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV"];
    let (first, last) = (numerals.first().expect("a part"), numerals.last().expect("a part"));
    assert!(all.windows(numerals.len()).any(|range| range == numerals), "{numerals:?} are not one range");
    let ready = format!("Ready: Parts {first} to {last}.");
    assert!(cover.contains(&ready), "src/README.md has to say {ready:?}");
    for part in &parts {
        let home = part.entry.path.as_ref().expect("a page").with_file_name("index.md");
        let link = format!("[{}. {}]({})", part.numeral, part.title, home.display());
        assert!(cover.contains(&link), "src/README.md has no {link}");
        let question = asks(&part.entry.content).expect("a question").question;
        assert!(cover.contains(&format!("| {question} |")), "src/README.md does not ask {question:?}");
        let planned = format!("\n- {}. ", part.numeral);
        assert!(!cover.contains(&planned), "src/README.md says that {} is planned", part.title);
    }
}

/// A book with a part of two chapters, one of which has two pages.
fn divided() -> Scratch {
    let scratch = Scratch::new();
    scratch.append(
        "src/SUMMARY.md",
        "- [IV. Sharing](sharing/README.md)\n  - [Pipes](sharing/pipes/README.md)\n    - [Write](sharing/pipes/write.md)\n    \
         - [Read](sharing/pipes/read.md)\n  - [Locks](sharing/locks.md)\n",
    );
    for (page, after, more) in [
        ("README", "", "{{#contents}}\n"),
        ("pipes/README", "", "{{#contents}}\n"),
        ("pipes/write", "", ""),
        ("pipes/read", "", ""),
        ("locks", " data-after=\"pipes\"", ""),
    ] {
        let text =
            format!("# A title\n\n<p class=\"asks\"{after}>What is in {page}?</p>\n\nSome text.\n\n{more}");
        scratch.write(&format!("src/sharing/{page}.md"), &text);
    }
    scratch
}

#[test]
fn every_page_of_a_chapter_asks_a_question() {
    assert_none(&missing(this_book()));
    let scratch = divided();
    assert_none(&missing(scratch.root()));
    assert_none(&unresolved(scratch.root()));
    scratch.edit("src/sharing/pipes/read.md", "class=\"asks\"", "class=\"ask\"");
    assert_one(&missing(scratch.root()), &["src/sharing/pipes/read.md asks nothing"]);
    let scratch = divided();
    scratch.edit("src/sharing/pipes/README.md", "{{#contents}}", "");
    assert_one(&missing(scratch.root()), &["src/sharing/pipes/README.md does not list its pages"]);
}

#[test]
fn contents_where_there_are_none_and_needs_that_come_later_are_found() {
    let scratch = divided();
    scratch.append("src/introduction.md", "\n{{#contents}}\n");
    assert_one(
        &unresolved(scratch.root()),
        &["src/introduction.md:5: ", "belongs on the page that opens a part"],
    );
    let scratch = divided();
    scratch.edit("src/sharing/locks.md", "data-after=\"pipes\"", "data-after=\"queues\"");
    assert_one(&unresolved(scratch.root()), &["src/sharing/README.md:7: `locks` needs `queues`"]);
}

#[test]
fn pages_show_their_place_and_announce_the_next() {
    let scratch = divided();
    let site = scratch.path("site");
    book::build::write_site(scratch.root(), &site).expect("a site");
    let page = |name: &str| std::fs::read_to_string(site.join(name)).expect("a page");
    for (name, parts) in [
        (
            "sharing/pipes/read.html",
            ["Page 2 of 2 · 1 min</span></nav>", "<span class=\"question\">What is in locks?</span></a>"],
        ),
        ("sharing/index.html", ["<span>Part IV</span>", "Read first: Pipes"]),
        (
            "sharing/pipes/index.html",
            [
                "<span>2 pages · 3 min</span>",
                "IV.1.2</span> <a href=\"../../sharing/pipes/read.html\">Read</a>",
            ],
        ),
    ] {
        let html = page(name);
        for part in parts {
            assert!(html.contains(part), "{part} is not in {name}:\n{html}");
        }
    }
    assert!(!page("part/page.html").contains("class=\"place\""));
}
