//! axe-core finds nothing to report, on any page, in light and dark. Chapters are looked at in three widths; of the many pages
//! that are alike, such as those of errors, each in one of the three.

use serde_json::Value;

use crate::page::{Page, Scheme, reader};

/// axe-core 4.14.1, from npm, unchanged; its licences lie beside it.
const AXE: &str = include_str!("axe-core/axe.min.js");
const WIDTHS: [u32; 3] = [360, 768, 1280];

#[test]
fn axe_finds_nothing_in_light() {
    every_page_is_clean(Scheme::Light);
}

#[test]
fn axe_finds_nothing_in_dark() {
    every_page_is_clean(Scheme::Dark);
}

#[test]
fn axe_finds_nothing_in_what_opens() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let chapter = page.site.chapter().to_owned();
    let openings = [
        ("folds", "document.querySelectorAll('details').forEach(fold => fold.open = true)"),
        ("theme menu", "document.getElementById('mdbook-theme-toggle').click()"),
        ("help", "document.getElementById('mdbook-help-popup').showModal()"),
        ("table of contents", "document.getElementById('mdbook-sidebar-toggle-anchor').click()"),
    ];
    let mut found = Vec::new();
    for scheme in [Scheme::Light, Scheme::Dark] {
        page.scheme(scheme);
        page.width(768);
        for (name, open) in openings {
            page.go(&chapter);
            page.eval(open);
            found.extend(violations(&mut page, &format!("{chapter} with its {name} open, {scheme:?}")));
        }
        page.go(&chapter);
        page.press("/");
        page.until("document.activeElement.id === 'mdbook-searchbar'");
        page.eval("document.getElementById('mdbook-searchbar').value = 'proces'");
        page.press("s");
        page.until("document.querySelector('#mdbook-searchresults li')");
        found.extend(violations(&mut page, &format!("{chapter} with search results, {scheme:?}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn every_page_is_clean(scheme: Scheme) {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.scheme(scheme);
    let mut found = Vec::new();
    for (at, path) in page.site.pages.iter().enumerate() {
        let is_alike = path.starts_with("/errors/") || path == "/print.html";
        let one = [WIDTHS[at % WIDTHS.len()]];
        for &width in if is_alike { &one[..] } else { &WIDTHS } {
            page.width(width);
            page.go(path);
            found.extend(violations(&mut page, &format!("{path} at {width}, {scheme:?}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

pub(crate) fn violations(page: &mut Page, place: &str) -> Vec<String> {
    page.eval(AXE);
    let result = page.eval(
        "axe.run().then(result => ({ passed: result.passes.length, violations: result.violations.flatMap(violation =>
            violation.nodes.map(node => `${violation.id}: ${node.target} ${node.html.slice(0, 200)}`)) }))",
    );
    // Had axe looked at nothing, it would have found nothing.
    assert!(result["passed"].as_u64() >= Some(10), "axe checked too little on {place}: {result}");
    let violations = result["violations"].as_array().expect("a list");
    violations.iter().filter_map(Value::as_str).map(|violation| format!("{place}: {violation}")).collect()
}
