//! A part of the gallery as `book pdf` prints it.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Write, stderr};
use std::path::Path;
use std::process::Command;

use crate::gallery;

/// How much of its height a page has to fill, unless it is the last of a chapter. A drawing that stays whole may need the next page.
const FULL: f64 = 0.5;

/// What a tool of Poppler says. `None` where there is no such tool, once that has been said.
fn poppler(tool: &mut Command) -> Option<Vec<u8>> {
    match tool.output() {
        Ok(done) => {
            assert!(done.status.success(), "{tool:?}: {}", String::from_utf8_lossy(&done.stderr));
            Some(done.stdout)
        }
        Err(error) => {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "with CI=true there must be a {tool:?}: {error}"
            );
            // Not `eprintln!`, which the test harness keeps to itself while a test passes.
            let _ = writeln!(stderr(), "\nwhat a PDF says WAS NOT READ: {error} ({tool:?})");
            None
        }
    }
}

/// The words of each page.
fn pages(pdf: &Path) -> Option<Vec<String>> {
    let text = String::from_utf8(poppler(Command::new("pdftotext").arg("-layout").arg(pdf).arg("-"))?)
        .expect("UTF-8");
    let page = |page: &str| page.split_whitespace().collect::<Vec<_>>().join(" ");
    // A form feed ends each page.
    Some(text.trim_end_matches('\u{c}').split('\u{c}').map(page).collect())
}

/// What is wrong with the table of contents on the second page: titles that the page of their number does not have.
fn wrong_numbers(pages: &[String], lines: &[&str]) -> Vec<String> {
    let wrong = lines.iter().filter(|title| {
        let number = pages[1]
            .split_once(**title)
            .and_then(|(_, rest)| rest.split_whitespace().next()?.parse::<usize>().ok());
        let page = number.and_then(|number| pages.get(number - 1));
        !page.is_some_and(|page| page.contains(**title))
    });
    wrong.map(|title| (*title).to_owned()).collect()
}

/// How far down each page its text goes, without the page number below it, by pictures of all pages.
fn fill(mut pgm: &[u8]) -> Vec<f64> {
    let mut pages = vec![];
    while !pgm.is_empty() {
        // Three lines: the kind, the size, and how white white is.
        let mut lines = pgm.splitn(4, |byte| *byte == b'\n');
        let size = String::from_utf8_lossy(lines.nth(1).expect("the size")).into_owned();
        let size: Vec<usize> = size.split(' ').map(|n| n.parse().expect("a number")).collect();
        let [width, height] = size[..] else { panic!("the size of a picture is {size:?}") };
        let (picture, rest) = lines.nth(1).expect("a picture").split_at(width * height);
        let above_the_number = height * 92 / 100;
        let mut rows = picture.chunks(width).take(above_the_number);
        let last = rows.rposition(|row| row.iter().any(|gray| *gray < 200)).unwrap_or(0);
        pages.push(last as f64 / above_the_number as f64);
        pgm = rest;
    }
    pages
}

#[test]
fn a_part_is_printed_with_contents_and_links() {
    let Some((chromium, _)) = gallery::reader() else { return };
    let root = chromium.folder.join("gallery");
    let printed = Command::new(env!("CARGO_BIN_EXE_book"))
        .args(["pdf", "components", "--dest-dir", "out"])
        .env("MDBOOK_PREPROCESSOR__LISTINGS__ADDRESS", "https://example.org/book")
        .current_dir(&root)
        .output()
        .expect("the book program starts");
    assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
    let pdf = root.join("out/pdf/components.pdf");
    let bytes = fs::read(&pdf).expect("a PDF");
    let source = String::from_utf8_lossy(&bytes);

    // Each place that a link names is there, and a link to another part leads to the site.
    let named: BTreeSet<&str> =
        source.split("/Dest /").skip(1).filter_map(|rest| rest.split_whitespace().next()).collect();
    let (_, places) = source.split_once("/Dests ").expect("a list of places");
    let number = places.split(' ').next().expect("an object");
    let (_, places) = source.split_once(&format!("\n{number} 0 obj")).expect("the list");
    let places = places.split("endobj").next().expect("its end");
    let missing: Vec<_> = named.iter().filter(|name| !places.contains(&format!("/{name} ["))).collect();
    assert!(named.len() > 20 && missing.is_empty(), "{} links, without a place: {missing:?}", named.len());
    assert!(source.contains("/URI (https://example.org/book/"), "no link to the site");
    assert!(source.contains("/Outlines"), "no outline");

    let Some(pages) = pages(&pdf) else { return };
    assert!(pages[0].contains("Components") && !pages[0].contains("Contents"), "{}", pages[0]);
    assert!(pages[1].contains("Contents"), "{}", pages[1]);
    let lines = ["A chapter", "A short page", "Measurements", "Listings", "Questions"];
    assert_eq!(wrong_numbers(&pages, &lines), [""; 0], "{}", pages[1]);
    assert_eq!(wrong_numbers(&pages, &["Nothing"]), ["Nothing"], "what is not there is found to be right");
    for (number, page) in pages.iter().enumerate().skip(2) {
        assert!(page.ends_with(&(number + 1).to_string()), "page {} has another number: {page}", number + 1);
    }

    // At a question is the page of its answer.
    let answer = "Answer to question 1";
    let asked =
        pages.iter().find_map(|page| page.split_once(&format!("{answer}: page "))).expect("a question");
    let number: usize =
        asked.1.split_whitespace().next().and_then(|number| number.parse().ok()).expect("a number");
    assert!(pages[number - 1].contains(&format!("{answer} ")), "page {number}: {}", pages[number - 1]);

    // Where anything is too wide, Chromium makes all of it smaller. The part's name on the cover is 34 points high.
    let Some(words) = poppler(Command::new("pdftotext").args(["-bbox", "-l", "1"]).arg(&pdf).arg("-")) else {
        return;
    };
    let words = String::from_utf8(words).expect("UTF-8");
    let name = words.lines().find(|word| word.contains(">Components<")).expect("the part's name");
    let height = |side: &str| name.split_once(side)?.1.split('"').nth(1)?.parse::<f64>().ok();
    let height = height("yMax").zip(height("yMin")).map(|(bottom, top)| bottom - top).expect("a height");
    assert!(height > 34.0, "the part's name is {height} points high");

    let Some(pictures) = poppler(Command::new("pdftoppm").args(["-r", "20", "-gray"]).arg(&pdf)) else {
        return;
    };
    let fill = fill(&pictures);
    assert_eq!(fill.len(), pages.len(), "a picture of each page");
    // The chapter's name is above each page of it.
    let chapter = |page: &String| {
        lines.iter().position(|title| page.starts_with(&format!("Hello, Process World {title}")))
    };
    let half_empty = (2..pages.len() - 1)
        .filter(|number| chapter(&pages[*number]) == chapter(&pages[number + 1]) && fill[*number] < FULL);
    assert_eq!(half_empty.map(|number| number + 1).collect::<Vec<_>>(), [0; 0], "pages that are half empty");
}

#[test]
fn a_part_that_is_not_there_is_named() {
    let Some((chromium, _)) = gallery::reader() else { return };
    let printed = Command::new(env!("CARGO_BIN_EXE_book"))
        .args(["pdf", "component", "--dest-dir", "none"])
        .current_dir(chromium.folder.join("gallery"))
        .output()
        .expect("the book program starts");
    let said = String::from_utf8_lossy(&printed.stderr);
    assert!(!printed.status.success() && said.contains("did you mean `components`?"), "{said}");
}
