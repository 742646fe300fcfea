//! axe-core finds nothing to report, on any page. Chapters are looked at in three widths; of the many pages that are alike, such
//! as those of errors, each in one of the three. A scheme changes nothing but colors, so in dark only these are looked at, and they
//! are in one of the widths.

use serde_json::Value;

use crate::page::{Page, Scheme, reader};

/// axe-core 4.14.1, from npm, unchanged; its licences lie beside it.
const AXE: &str = include_str!("axe-core/axe.min.js");
const WIDTHS: [u32; 3] = [360, 768, 1280];

/// What axe looks for.
#[derive(Clone, Copy)]
pub(crate) enum Rules {
    All,
    /// Those that ask for contrast, and so for much of the time.
    Colors,
    ButColors,
}

#[test]
fn axe_finds_nothing_on_any_page() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.scheme(Scheme::Light);
    let mut found = Vec::new();
    for (at, path) in page.site.pages.iter().enumerate() {
        let is_alike = path.starts_with("/errors/") || path == "/print.html";
        for (width, rules) in WIDTHS.into_iter().zip([Rules::ButColors, Rules::ButColors, Rules::All]) {
            let rules = match is_alike {
                true if width != WIDTHS[at % WIDTHS.len()] => continue,
                true => Rules::All,
                false => rules,
            };
            page.width(width);
            page.go(path);
            found.extend(look(&mut page, rules, &format!("{path} at {width}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn axe_finds_no_color_that_cannot_be_seen_in_dark() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.scheme(Scheme::Dark);
    page.width(WIDTHS[2]);
    let mut found = Vec::new();
    for path in &page.site.pages {
        page.go(path);
        found.extend(look(&mut page, Rules::Colors, &format!("{path} in dark")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
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

pub(crate) fn violations(page: &mut Page, place: &str) -> Vec<String> {
    look(page, Rules::All, place)
}

fn look(page: &mut Page, rules: Rules, place: &str) -> Vec<String> {
    page.eval(AXE);
    let (rules, least) = match rules {
        Rules::All => ("", 10),
        Rules::Colors => ("runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },", 1),
        Rules::ButColors => ("rules: { 'color-contrast': { enabled: false } },", 10),
    };
    let result = page.eval(&format!(
        "axe.run({{ {rules} resultTypes: ['violations'] }}).then(result => ({{
            passed: result.passes.length, violations: result.violations.flatMap(violation =>
                violation.nodes.map(node => `${{violation.id}}: ${{node.target}} ${{node.html.slice(0, 200)}}`)) }}))",
    ));
    // Had axe looked at nothing, it would have found nothing.
    assert!(result["passed"].as_u64() >= Some(least), "axe checked too little on {place}: {result}");
    let violations = result["violations"].as_array().expect("a list");
    violations.iter().filter_map(Value::as_str).map(|violation| format!("{place}: {violation}")).collect()
}
