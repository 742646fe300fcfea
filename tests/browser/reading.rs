//! A page is readable on a phone, without JavaScript, on a slow line, and asks nobody else for anything.

use serde_json::{Value, json};

use crate::page::{Page, Scheme, reader};

/// What a page may weigh on the wire, in bytes: HTML, style and scripts, compressed as hosts do.
const WEIGHT: u64 = 110_000;
/// When something must be seen, in milliseconds.
const FIRST_PAINT: f64 = 1000.0;

#[test]
fn no_page_scrolls_sideways_on_a_phone() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.width(360);
    for path in &page.site.pages {
        page.go(path);
        page.eval("document.querySelectorAll('details').forEach(fold => fold.open = true)");
        let wide = page.eval(
            "[...document.querySelectorAll('body *')].filter(element => {
                const box = element.getBoundingClientRect();
                const scrolled = element.closest('pre, .table-wrapper, .plot > svg, .sidebar, .visually-hidden, .buttons');
                return box.width > 0 && box.right > innerWidth + 1 && !scrolled;
            }).map(element => element.outerHTML.slice(0, 120))",
        );
        assert_eq!(wide, json!([]), "{path} is wider than a phone");
        let width = page.eval("document.documentElement.scrollWidth");
        assert_eq!(width, json!(360), "{path} scrolls sideways");
    }
}

#[test]
fn the_console_stays_empty_and_nothing_foreign_is_asked_for() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    for path in &page.site.pages {
        page.go(path);
        page.press("/");
        page.until("window.search && document.activeElement.id === 'mdbook-searchbar'");
        // Opened, the 404 page has loaded well: the status is that of its own file here.
        assert_eq!(page.troubles(), [""; 0], "{path}");
        let foreign: Vec<String> =
            page.requests().into_iter().filter(|url| !url.starts_with(&page.site.origin)).collect();
        assert_eq!(foreign, [""; 0], "{path} asks another host");
    }
}

#[test]
fn everything_can_be_read_without_javascript() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let paths: Vec<String> = page.site.chapters().map(str::to_owned).collect();
    for path in paths {
        page.cdp.call("Emulation.setScriptExecutionDisabled", json!({ "value": false }));
        page.go(&path);
        let with = page.eval(TEXTS);
        page.cdp.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
        page.go(&path);
        assert!(page.holds("!document.documentElement.classList.contains('js')"), "scripts ran on {path}");
        let without = page.eval(TEXTS);
        assert!(without.as_array().is_some_and(|texts| texts.len() > 1), "no text on {path}");
        assert_eq!(without, with, "{path} reads otherwise without JavaScript");
        let unseen = page.eval(
            "[...document.querySelectorAll('main p, main li, main pre, main td, main h1, main h2, main h3, main figcaption')]
                .filter(element => !element.closest('details:not([open])') && !element.closest('.instructor'))
                // Another run of a timeline: its switch works without scripts, which a test of timelines holds.
                .filter(element => !element.closest('.run:has(> .choice > input:not(:checked))'))
                .filter(element => !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
                .map(element => element.outerHTML.slice(0, 120))",
        );
        assert_eq!(unseen, json!([]), "hidden without JavaScript on {path}");
    }
}

/// The blocks of text on a page, one string each.
const TEXTS: &str = "[...document.querySelectorAll('main :is(h1, h2, h3, h4, p, li, td, th, pre > code, pre > samp, figcaption)')]
    .map(element => {
        const text = element.cloneNode(true);
        text.querySelectorAll('.buttons').forEach(buttons => buttons.remove());
        return text.textContent;
    })";

#[test]
fn the_table_of_contents_opens_without_javascript() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.cdp.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    page.go("/index.html");
    page.click("#mdbook-sidebar-toggle");
    assert!(page.holds(
        "document.querySelector('#mdbook-sidebar iframe').checkVisibility({ visibilityProperty: true })"
    ));
    let listed = page.eval(
        "document.querySelector('#mdbook-sidebar iframe').contentDocument.querySelectorAll('a[href]').length",
    );
    assert!(listed.as_u64() >= Some(page.site.chapters().count() as u64), "{listed} links");
}

#[test]
fn a_chapter_is_light_and_fast() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let paths: Vec<String> = page.site.chapters().map(str::to_owned).collect();
    for path in paths {
        // A machine busy with other tests may be slow once, not three times.
        let mut first_paint = f64::INFINITY;
        for _ in 0..3 {
            page.go(&path);
            page.until("performance.getEntriesByName('first-contentful-paint').length");
            let painted = page.eval("performance.getEntriesByName('first-contentful-paint')[0].startTime");
            first_paint = first_paint.min(painted.as_f64().expect("milliseconds"));
        }
        assert!(first_paint < FIRST_PAINT, "{path} shows nothing for {first_paint} ms");

        // What is asked for twice comes out of the browser's cache.
        let mut requested = page.requests();
        requested.sort();
        requested.dedup();
        let mut weight = 0;
        for url in &requested {
            let url = url.split(['?', '#']).next().expect("an address");
            // Prefetched while the reader reads: the next page is not this one's weight.
            if url.ends_with(".html") && !url.ends_with(&path) {
                continue;
            }
            weight += compressed(&mut page, url);
        }
        assert!(requested.len() > 5, "{path} loads its style and scripts: {requested:?}");
        assert!(weight < WEIGHT, "{path} weighs {weight} bytes: {requested:?}");
    }
}

/// The size of a file of the site as `gzip` sends it.
fn compressed(page: &mut Page, url: &str) -> u64 {
    page.eval(&format!(
        "fetch({url:?}).then(answer => new Response(answer.body.pipeThrough(new CompressionStream('gzip'))).arrayBuffer())
            .then(bytes => bytes.byteLength)"
    ))
    .as_u64()
    .expect("a size")
}

#[test]
fn an_unknown_address_gets_the_404_page_with_its_style() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.scheme(Scheme::Dark);
    page.go("/no/such/page.html");
    assert_eq!(page.text("document.querySelector('main h1').textContent"), "Page not found");
    assert_eq!(page.text("document.title"), "Page not found - Hello, Process World");
    // Loaded from the root although the address lies two folders deep.
    assert_eq!(page.text("getComputedStyle(document.body).marginTop"), "0px");
    page.until("document.querySelectorAll('#mdbook-sidebar a[href]').length");
    page.eval("document.querySelector('#mdbook-sidebar a[href]').click()");
    page.arrive();
    let first = page.site.pages[0].clone();
    assert_eq!(page.location(), first);
}

#[test]
fn the_print_page_holds_every_chapter_and_no_control() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let paths: Vec<String> = page.site.chapters().map(str::to_owned).collect();
    let mut titles = Vec::new();
    for path in paths {
        page.go(&path);
        titles.push(page.text("document.querySelector('main h1').textContent"));
    }
    page.go("/print.html");
    let printed: Value =
        page.eval("[...document.querySelectorAll('main h1')].map(title => title.textContent)");
    assert_eq!(printed, json!(titles));
    page.cdp.call("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    for control in [".menu-bar", ".sidebar", ".skip-link"] {
        assert!(
            page.holds(&format!("!document.querySelector({control:?}).checkVisibility()")),
            "{control} on paper"
        );
    }
    assert!(
        page.holds("[...document.querySelectorAll('.buttons')].every(button => !button.checkVisibility())")
    );
}
