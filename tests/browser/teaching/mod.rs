//! Teaching mode: a page as slides. Here is how it comes, what it shows, and how it goes; [`keys`] turns slides, by buttons
//! too; [`address`] leads to them; [`notes`] is the second window; [`looks`] is how it looks on screens, on paper, and on pages that
//! are no chapters.

mod address;
mod keys;
mod looks;
mod notes;

use serde_json::{Value, json};

use crate::gallery::{self, CHAPTER};
use crate::page::Page;

const ON: &str = "document.documentElement.classList.contains('teaching')";

/// Which slide is shown, such as `Slide 3 of 9`.
fn slide(page: &mut Page) -> String {
    page.text("document.querySelector('.teach-slide').textContent")
}

/// How many slides the page has.
fn count(page: &mut Page) -> usize {
    let slide = slide(page);
    slide.rsplit(' ').next().and_then(|count| count.parse().ok()).expect("a number")
}

/// Whether all of the slide is on the screen.
const FITS: &str = "(() => {
    const shown = [...document.querySelectorAll('main > :not(.elsewhere, [popover])')].filter(part => part.checkVisibility());
    return shown.every(part => part.getBoundingClientRect().bottom <= document.getElementById('teach-line').getBoundingClientRect().top)
        && ![...document.querySelectorAll('main pre > code')].some(code => code.checkVisibility() && code.scrollWidth > code.clientWidth + 1);
})()";

/// A page of several sections that are not long, between the page before it and the one after it.
const SHORT: [&str; 3] = [CHAPTER, "/short.html", "/plots.html"];

/// Goes to a page and switches the mode on.
fn teach(page: &mut Page, path: &str) {
    page.go(path);
    page.press("t");
    assert!(page.holds(ON), "{path}");
}

#[test]
fn one_key_shows_a_slide_in_larger_type_and_takes_it_back() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go(CHAPTER);
    let size = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)";
    let look = "[document.querySelector('#teach-line').checkVisibility(),
        [...document.querySelector('main').children].filter(part => part.checkVisibility()).length]";
    let before = (page.eval(look), page.eval(size).as_f64().expect("a size"));
    page.press("?");
    assert!(page.text("document.querySelector('dialog[open]').innerText").contains("teaching mode"));
    page.press("t");
    assert!(!page.holds(ON), "in a dialog the key is the dialog's");
    page.press("Escape");

    page.press("t");
    assert!(
        !page.holds("document.querySelector('.instructor').checkVisibility()"),
        "a note is not for the room"
    );
    let contents = "document.getElementById('mdbook-sidebar').checkVisibility({ visibilityProperty: true })";
    assert!(!page.holds(contents), "the table of contents takes no room");
    let larger = page.eval(size).as_f64().expect("a size");
    assert!(larger > 1.25 * before.1, "{larger} against {}", before.1);
    let shown = page.eval(look)[1].as_u64().expect("a number");
    assert!(shown < before.0[1].as_u64().expect("a number"));
    page.press("Escape");
    assert!(!page.holds(ON), "Escape leaves, too");
    page.press("t");
    page.press("t");
    assert_eq!((page.eval(look), page.eval(size).as_f64().expect("a size")), before);
}

#[test]
fn the_mode_lasts_and_no_page_shows_itself_in_the_other_one_first() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    let [before, path, _] = SHORT;
    teach(&mut page, before);
    // What could be painted before the scripts have run, seen when the text begins.
    page.cdp.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": "new MutationObserver((_, watch) => {
            if (document.querySelector('main > p')) {
                watch.disconnect();
                window.first = [document.documentElement.classList.contains('teaching'),
                    getComputedStyle(document.querySelector('main')).visibility];
            }
        }).observe(document, { childList: true, subtree: true })" }),
    );
    page.go(path);
    assert_eq!(page.eval("first"), json!([true, "hidden"]));
    assert!(page.holds("document.querySelector('main > h1').checkVisibility({ visibilityProperty: true })"));
    page.press("t");
    page.go(before);
    assert_eq!(page.eval("first"), json!([false, "visible"]));
    assert!(!page.holds(ON), "left is left");

    // A page whose script is missing is seen all the same, a little later.
    page.eval("sessionStorage.setItem('teaching', 'on')");
    page.cdp.call("Network.setBlockedURLs", json!({ "urls": ["*/teach-*.js"] }));
    page.go(path);
    assert_eq!(page.eval("first"), json!([true, "hidden"]));
    page.until("document.querySelector('main').checkVisibility({ visibilityProperty: true })");
    page.eval("sessionStorage.removeItem('teaching')");
    page.cdp.call("Network.setBlockedURLs", json!({ "urls": [] }));
    page.go(path);

    // A page that comes back out of the browser's memory.
    page.eval("sessionStorage.setItem('teaching', 'on')");
    page.eval("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    assert!(page.holds(ON));
}

#[test]
fn entering_and_leaving_keep_the_place() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go(CHAPTER);
    page.press("t");
    page.press("t");
    assert_eq!(page.eval("scrollY"), json!(0), "the beginning stays the beginning");
    // Of a slide, its heading is there; in the middle of a section, the slide that has the part that was there.
    let top = |page: &mut Page, what: &str| {
        page.eval(&format!("{what}.getBoundingClientRect().top")).as_f64().expect("a place")
    };
    let heading = "document.querySelectorAll('main > h2')[2]";
    page.press("t");
    page.eval(&format!("location.hash = {heading}.id"));
    page.until(&format!("document.activeElement === {heading}"));
    page.press("t");
    let at = top(&mut page, heading);
    assert!((0.0..300.0).contains(&at), "the heading is at {at}, in the window");
    assert!(page.holds(&format!("location.hash === '#' + {heading}.id")));

    let card = "document.querySelector('.listing[data-id$=\"/three_at_once\"]').closest('main > *')";
    page.eval(&format!("{card}.scrollIntoView(); scrollBy(0, -60)"));
    page.press("t");
    assert!(page.holds(&format!("{card}.checkVisibility()")));
    page.press("t");
    let now = top(&mut page, card);
    assert!((0.0..300.0).contains(&now), "the part is at {now}");
}

#[test]
fn the_line_has_the_minutes_of_the_note_and_a_clock() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    // Section by section, on a page whose note shares its minutes out.
    teach(&mut page, CHAPTER);
    let shares = page.eval(
        "[...document.querySelectorAll('.instructor li')].map(item =>
        [item.querySelector('a').hash, item.textContent.split(':')[0]])",
    );
    let (mut until, mut last) = (0, String::new());
    for share in shares.as_array().expect("a list") {
        let [Value::String(place), Value::String(said)] = &share.as_array().expect("a pair")[..] else {
            panic!("{share}")
        };
        until += said.split_once(' ').and_then(|(minutes, _)| minutes.parse::<u32>().ok()).expect("minutes");
        page.eval(&format!("location.hash = {place:?}"));
        last.clone_from(place);
        let expected = format!("{said}, until minute {until}");
        page.until(&format!("document.querySelector('.teach-share').textContent === {expected:?}"));
    }
    assert!(until >= 20, "{until} minutes");
    page.eval("location.hash = '#exercises'");
    page.until("document.querySelector('.teach-share').textContent === ''");
    assert_eq!(
        page.text("document.querySelector('.teach-clock').textContent"),
        "",
        "it has just been opened"
    );
    let hour = "sessionStorage.setItem('teaching since ' + location.pathname, Date.now() - 61.5 * 60000)";
    page.eval(hour);
    page.leave("location.reload()");
    page.arrive();
    assert_eq!(page.text("document.querySelector('.teach-clock').textContent"), "open for 61 min");
    // On a section that has to be over by then it is said how late one is; `until` is the minute of the last one.
    page.eval(&format!("location.hash = {last:?}"));
    let late = format!("open for 61 min, {} late", 61 - until);
    page.until(&format!("document.querySelector('.teach-clock').textContent === {late:?}"));
    // Leaving sets all of them back, on whichever page.
    page.go("/short.html");
    page.press("t");
    page.go(CHAPTER);
    page.press("t");
    assert_eq!(page.text("document.querySelector('.teach-clock').textContent"), "", "leaving sets it back");
}
