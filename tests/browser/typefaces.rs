//! The typefaces, when they come late.

use serde_json::json;

use crate::gallery;
use crate::page::{Page, reader};

/// How far a page may move, as browsers count it: the share of the window that moved, times how far it moved.
const MOST: f64 = 0.02;

#[test]
fn a_page_hardly_moves_when_its_typefaces_come_late() {
    let Some(book) = reader() else { return };
    let Some(gallery) = gallery::reader() else { return };
    let mut page = Page::new(gallery);
    let paths = [gallery::CHAPTER, "/text.html"].map(|path| (gallery.1, path));
    for (site, path) in
        paths.into_iter().chain([(book.1, "/process-based-parallelism/waiting/wait-for-all.html")])
    {
        page.site = site;
        for width in [360, 1280] {
            page.width(width);
            let late = page.go_with_late_typefaces(path);
            assert!(late >= 2, "{path} asked for {late} typefaces");
            page.until("document.fonts.status === 'loaded' && document.fonts.check('1em \"Hello Serif\"')");
            let moved = page.eval(
                "new Promise(done => new PerformanceObserver(shifts => done(shifts.getEntries().reduce((sum, one) => sum + one.value, 0)))
                    .observe({ type: 'layout-shift', buffered: true }) ?? setTimeout(() => done(0), 200))",
            );
            let moved = moved.as_f64().expect("a number");
            assert!(moved <= MOST, "{path} moves by {moved} at {width}");
        }
    }
    assert_eq!(page.troubles(), [""; 0]);
    let text =
        page.eval("getComputedStyle(document.querySelector('main p:not([class])')).fontFamily.split(',')[0]");
    assert_eq!(text, json!("\"Hello Serif\""));
}
