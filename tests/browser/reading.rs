//! The page for an unknown address, and paper.

use serde_json::json;

use crate::gallery;
use crate::page::{Page, Scheme};

#[test]
fn an_unknown_address_gets_the_404_page_with_its_style() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.scheme(Scheme::Dark);
    page.go("/no/such/page.html");
    assert_eq!(page.text("document.querySelector('main h1').textContent"), "Page not found");
    assert_eq!(page.text("document.title"), "Page not found - Hello, Process World");
    // Loaded from the root although the address lies two folders deep.
    assert_eq!(page.text("getComputedStyle(document.body).marginTop"), "0px");
    page.until("document.querySelectorAll('#mdbook-sidebar a[href]').length");
    page.leave("document.querySelector('#mdbook-sidebar a[href]').click()");
    page.arrive();
    let first = page.site.pages[0].clone();
    assert_eq!(page.location(), first);
}

#[test]
fn the_print_button_prints_the_page() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.cdp.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": "window.printed = 0; window.print = () => { window.printed += 1; }" }),
    );
    page.go(gallery::CHAPTER);
    page.click("#mdbook-print");
    assert_eq!(page.eval("window.printed"), json!(1));
    assert_eq!(page.location(), gallery::CHAPTER);
}
