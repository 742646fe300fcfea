//! What axe-core finds on a page.

use serde_json::Value;

use crate::gallery;
use crate::page::{Page, Scheme};
use crate::properties::SIDEWAYS;

/// axe-core 4.14.1, from npm, unchanged; its licences are beside it.
const AXE: &str = include_str!("axe-core/axe.min.js");

/// Which rules axe applies.
#[derive(Clone, Copy)]
pub(crate) enum Rules {
    All,
    /// Those that ask for colors, which take much of the time.
    Colors,
    ButColors,
}

/// What all rules find on the page as it is.
pub(crate) fn violations(page: &mut Page, place: &str) -> Vec<String> {
    look(page, "document", Rules::All).into_iter().map(|violation| format!("{place}: {violation}")).collect()
}

/// What these rules find in a part of the page as it is.
pub(crate) fn look(page: &mut Page, part: &str, rules: Rules) -> Vec<String> {
    if !page.holds("window.axe") {
        page.eval(AXE);
    }
    let (rules, least) = match rules {
        Rules::All => ("", if part == "document" { 10 } else { 1 }),
        Rules::Colors => ("runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },", 1),
        Rules::ButColors => {
            ("rules: { 'color-contrast': { enabled: false }, 'link-in-text-block': { enabled: false } },", 10)
        }
    };
    let result = page.eval(&format!(
        "axe.run({part}, {{ {rules} resultTypes: ['violations'] }}).then(result => ({{
            passed: result.passes.length, violations: result.violations.flatMap(violation =>
                violation.nodes.map(node => `${{violation.id}}: ${{node.target}} ${{node.html.slice(0, 200)}}`)) }}))",
    ));
    // Had axe looked at nothing, it would have found nothing.
    assert!(
        result["passed"].as_u64() >= Some(least),
        "axe checked too little on {}: {result}",
        page.location()
    );
    let violations = result["violations"].as_array().expect("a list");
    violations.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What a page looks like when something has been done to it: its name, the part that changes, the page, and what is done.
type State = (&'static str, &'static str, &'static str, fn(&mut Page));

const STATES: &[State] = &[
    ("the theme menu", ".menu-bar", SHORT, |page| page.click("#mdbook-theme-toggle")),
    ("the help", "#mdbook-help-popup", SHORT, |page| page.press("?")),
    ("the table of contents", "#mdbook-sidebar", SHORT, |page| page.click("#mdbook-sidebar-toggle")),
    ("search results", "#search", SHORT, |page| {
        page.press("/");
        "instructor".chars().for_each(|letter| page.press(&letter.to_string()));
        page.until("document.querySelector('#search-results a')");
        page.press("ArrowDown");
    }),
    ("answers", "main", gallery::QUESTIONS, |page| {
        page.eval(
            "document.querySelectorAll('details').forEach(fold => { fold.open = true; });
            document.querySelectorAll('aside.predict:has(fieldset)').forEach(aside => {
                aside.querySelector('input').click();
                aside.querySelector('button').click();
            })",
        );
        page.until("document.querySelector('.verdict.is-right') && document.querySelector('.verdict:not(.is-right)')");
    }),
    ("an event", "figure.timeline", "/cases-race.html", |page| {
        page.eval(
            "[...document.querySelectorAll('.plot [tabindex]')].find(mark => mark.checkVisibility()).focus()",
        );
        page.until("document.querySelector('.plot .now')");
    }),
    ("a replay", ".card", gallery::LISTINGS, |page| {
        page.click(".run-it > button");
        page.until("document.querySelector('.card .replaying')");
    }),
    ("a first slide", "body", gallery::CHAPTER, |page| page.press("t")),
    ("a slide", "body", gallery::CHAPTER, |page| {
        page.press("t");
        page.press("ArrowRight");
        page.press("ArrowRight");
    }),
];
const SHORT: &str = "/short.html";

#[test]
fn axe_finds_nothing_in_what_opens() {
    let Some(reader) = gallery::reader() else { return };
    let mut found = Vec::new();
    let mut page = Page::new(reader);
    for (scheme, width) in [(Scheme::Light, 1280), (Scheme::Dark, 360)] {
        page.scheme(scheme);
        page.width(width);
        for (what, part, path, open) in STATES {
            page.go(path);
            open(&mut page);
            let violations = look(&mut page, &format!("{part:?}"), Rules::All);
            found.extend(
                violations.iter().map(|violation| format!("{what} at {width}, {scheme:?}: {violation}")),
            );
            let wide = page.eval(SIDEWAYS);
            found.extend(
                (wide != serde_json::json!([]))
                    .then(|| format!("{what} scrolls sideways at {width}: {wide}")),
            );
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
