//! Tables on a phone: those of three columns and more are cards.

use serde_json::json;

use crate::gallery;
use crate::page::{self, Page};
use crate::properties::CARDS_OF_TABLES;

/// A page of the gallery with a table of six columns, in a fold.
const TEXT: &str = "/text.html";
/// Pages of the book with long cells: sentences in four columns, and long names in two.
const WORDY: [&str; 3] = [
    "/process-based-parallelism/fork-vs-spawn/decide-between-fork-and-spawn.html",
    "/from-python.html",
    "/errors/index.html",
];

fn opened(page: &mut Page, path: &str) {
    page.go(path);
    page.eval("document.querySelectorAll('details').forEach(fold => fold.open = true)");
}

/// The roles of what a screen reader finds on the page, with how often it does.
fn count(page: &mut Page, role: &str) -> usize {
    let tree = page.cdp.call("Accessibility.getFullAXTree", json!({}));
    let nodes = tree["nodes"].as_array().expect("a tree");
    nodes
        .iter()
        .filter(|node| node["ignored"] == json!(false) && node["role"]["value"] == json!(role))
        .count()
}

#[test]
fn tables_fit_a_phone_and_wide_ones_are_cards() {
    let (Some(gallery), Some(book)) = (gallery::reader(), page::reader()) else { return };
    let mut found = vec![];
    for (reader, paths) in [(gallery, gallery.1.pages.clone()), (book, WORDY.map(str::to_owned).to_vec())] {
        let mut page = Page::new(reader);
        page.width(360);
        for path in paths.iter().filter(|path| !gallery::is_hard_case(path)) {
            opened(&mut page, path);
            let problems: Vec<String> =
                serde_json::from_value(page.eval(CARDS_OF_TABLES)).expect("a list of strings");
            found.extend(problems.iter().map(|problem| format!("{path}: {problem}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn cards_are_a_table_for_a_screen_reader_and_on_paper() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.width(1280);
    opened(&mut page, TEXT);
    let roles = ["table", "row", "columnheader", "cell"];
    let wide = roles.map(|role| count(&mut page, role));
    assert!(wide.iter().all(|count| *count > 0), "{roles:?}: {wide:?}");
    page.width(360);
    let display = "getComputedStyle(document.querySelector('main table.cells td')).display";
    assert_eq!(page.text(display), "block");
    assert_eq!(roles.map(|role| count(&mut page, role)), wide, "{roles:?}");
    let silent = "[...document.querySelectorAll('main table.cells :is(thead, tbody, tr, th, td)')].some(part => !part.role)";
    assert!(!page.holds(silent), "some browsers need the roles");
    page.print();
    assert_eq!(page.text(display), "table-cell");
}
