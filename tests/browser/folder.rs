//! The site as a folder of files, and in a browser that stores nothing.

use serde_json::json;

use crate::gallery::{self, CHAPTER};
use crate::page::Page;
use crate::site::Site;

/// Every origin that the built site has: a server, and a folder.
fn origins(folder: &std::path::Path, site: &Site) -> [String; 2] {
    [site.origin.clone(), format!("file://{}", folder.join("gallery-site").display())]
}

#[test]
fn the_contents_fold_where_nothing_may_be_stored() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.cdp.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": "for (const name of ['localStorage', 'sessionStorage']) {
            Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } }); }" }),
    );
    for origin in origins(&reader.0.folder, reader.1) {
        page.cdp.call("Page.navigate", json!({ "url": format!("{origin}{CHAPTER}") }));
        page.arrive();
        page.until("document.querySelector('#mdbook-sidebar [aria-current=page]')");
        let open = "document.querySelectorAll('#mdbook-sidebar details[open]').length";
        let before = page.eval(open).as_u64().expect("a number");
        page.eval("document.querySelector('#mdbook-sidebar summary').click()");
        let after = page.eval(open).as_u64().expect("a number");
        assert_eq!(before.abs_diff(after), 1, "{origin}: it opens or closes");
    }
}

#[test]
fn a_recording_that_cannot_be_loaded_leaves_the_command() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    let [_, folder] = origins(&reader.0.folder, reader.1);
    page.cdp.call("Page.navigate", json!({ "url": format!("{folder}{CHAPTER}") }));
    page.arrive();
    // One whose timeline is not on the page.
    let button = "document.querySelector('[data-run=\"process-class/arguments\"] > button')";
    page.until(button);
    page.eval(&format!("{button}.click()"));
    let said = "document.querySelector('.run-panel:not([hidden]) > .run-said')";
    page.until(&format!("{said}?.textContent"));
    let words = page.text(&format!("{said}.textContent"));
    assert!(words.starts_with("A browser loads no recording from a folder"), "{words}");
    let command = page.text(&format!("{said}.querySelector('code').textContent"));
    assert!(command.starts_with("cargo run -- run process-class/"), "{command}");
}
