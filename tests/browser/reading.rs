//! The pages that are not chapters: the table of contents without JavaScript, the one for an unknown address, and the whole
//! book on paper.

use serde_json::json;

use crate::gallery;
use crate::page::{Page, Scheme, reader};

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
    page.width(360);
    page.go("/print.html");
    assert_eq!(page.eval("document.documentElement.scrollWidth"), json!(360), "it scrolls sideways");
    let titles = page.eval(&format!(
        "(async () => {{
            const title = async path => new DOMParser().parseFromString(await (await fetch(path)).text(), 'text/html')
                .querySelector('main h1').textContent;
            return Promise.all({}.map(title));
        }})()",
        json!(paths)
    ));
    assert_eq!(
        page.eval("[...document.querySelectorAll('main h1')].map(title => title.textContent)"),
        titles
    );
    page.print();
    let controls = page.eval(
        "[...document.querySelectorAll('.menu-bar, .sidebar, .skip-link, .buttons')].filter(one => one.checkVisibility()).length",
    );
    assert_eq!(controls, json!(0), "controls on paper");
    assert_eq!(page.troubles(), [""; 0]);
}
