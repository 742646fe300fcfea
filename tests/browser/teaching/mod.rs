//! Teaching mode: a page as slides. Here is how it comes, what it shows, and how it goes; [`keys`] turns sections, by buttons
//! too; [`address`] leads to them; [`looks`] is how it looks on screens, on paper, and on pages that are no chapters.

mod address;
mod keys;
mod looks;

use serde_json::{Value, json};

use crate::page::{Page, reader};

/// The places of the text's parts that are displayed.
const SHOWN: &str = "[...document.querySelector('main').children].flatMap((part, at) =>
    part.checkVisibility() && part.getBoundingClientRect().width > 1 ? [at] : [])";
/// Where the text's sections begin and end, by the headings.
const SECTIONS: &str = "(() => {
    const parts = [...document.querySelector('main').children];
    const starts = [0, ...parts.flatMap((part, at) => at > 0 && part.matches('h2') ? [at] : [])];
    return starts.map((start, at) => Array.from({ length: (starts[at + 1] ?? parts.length) - start }, (_, by) => start + by));
})()";
const ON: &str = "document.documentElement.classList.contains('teaching')";

fn section(page: &mut Page) -> String {
    page.text("document.querySelector('.teach-section').textContent")
}

/// How many sections a page has below its first one.
fn sections(page: &Page, path: &str) -> usize {
    let html = String::from_utf8_lossy(page.site.file(path)).into_owned();
    let (_, text) = html.split_once("<main").expect("a text");
    text.matches("<h2 id=").count()
}

/// A page of several sections that are not long, with a page before it and one after it.
fn short(page: &Page) -> (String, String, String) {
    let pages: Vec<&str> = page.site.chapters().collect();
    let at = (1..pages.len() - 1)
        .filter(|at| sections(page, pages[*at]) >= 3 && sections(page, pages[at - 1]) >= 1)
        .min_by_key(|at| page.site.file(pages[*at]).len())
        .expect("a page with three sections");
    (pages[at - 1].to_owned(), pages[at].to_owned(), pages[at + 1].to_owned())
}

/// Goes to a page and switches the mode on.
fn teach(page: &mut Page, path: &str) {
    page.go(path);
    page.press("t");
    assert!(page.holds(ON), "{path}");
}

/// The chapter with the smallest program, whose sections are longer than a screen and hold everything that a section can.
fn chapter(page: &Page) -> String {
    page.site
        .chapters()
        .find(|path| {
            String::from_utf8_lossy(page.site.file(path)).contains("id=\"listing-process-class-hello\"")
        })
        .expect("the chapter")
        .to_owned()
}

/// A page with a note for the instructor.
fn noted(page: &Page) -> String {
    page.site
        .chapters()
        .find(|path| String::from_utf8_lossy(page.site.file(path)).contains("class=\"instructor\""))
        .expect("a page with a note")
        .to_owned()
}

#[test]
fn one_key_shows_notes_and_larger_type_and_takes_them_back() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let path = noted(&page);
    page.go(&path);
    let size = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)";
    let look = "[document.querySelector('.instructor').checkVisibility(), document.querySelector('#teach-line').checkVisibility(),
        [...document.querySelector('main').children].filter(part => part.checkVisibility()).length]";
    let before = (page.eval(look), page.eval(size).as_f64().expect("a size"));
    page.press("?");
    assert!(page.text("document.querySelector('dialog[open]').innerText").contains("teaching mode"));
    page.press("t");
    assert!(!page.holds(ON), "in a dialog the key is the dialog's");
    page.press("Escape");

    page.press("t");
    assert!(page.holds("document.querySelector('.instructor').checkVisibility()"));
    let contents = "document.getElementById('mdbook-sidebar').checkVisibility({ visibilityProperty: true })";
    assert!(!page.holds(contents), "the table of contents takes no room");
    let larger = page.eval(size).as_f64().expect("a size");
    assert!(larger > 1.25 * before.1, "{larger} against {}", before.1);
    assert!(
        page.eval(SHOWN).as_array().expect("a list").len() < before.0[2].as_u64().expect("a number") as usize
    );
    page.press("t");
    assert_eq!((page.eval(look), page.eval(size).as_f64().expect("a size")), before);
}

#[test]
fn the_mode_lasts_and_no_page_shows_itself_in_the_other_one_first() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let (before, path, _) = short(&page);
    teach(&mut page, &before);
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
    page.go(&path);
    assert_eq!(page.eval("first"), json!([true, "hidden"]));
    assert!(page.holds("document.querySelector('main > h1').checkVisibility({ visibilityProperty: true })"));
    page.press("t");
    page.go(&before);
    assert_eq!(page.eval("first"), json!([false, "visible"]));
    assert!(!page.holds(ON), "left is left");

    // A page whose script is missing is seen all the same, a little later.
    page.eval("sessionStorage.setItem('teaching', 'on')");
    page.cdp.call("Network.setBlockedURLs", json!({ "urls": ["*/teach-*.js"] }));
    page.go(&path);
    assert_eq!(page.eval("first"), json!([true, "hidden"]));
    page.until("document.querySelector('main').checkVisibility({ visibilityProperty: true })");
    page.eval("sessionStorage.removeItem('teaching')");
    page.cdp.call("Network.setBlockedURLs", json!({ "urls": [] }));
    page.go(&path);

    // A page that comes back out of the browser's memory.
    page.eval("sessionStorage.setItem('teaching', 'on')");
    page.eval("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    assert!(page.holds(ON));
}

#[test]
fn entering_and_leaving_keep_the_place() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let path = chapter(&page);
    page.go(&path);
    page.press("t");
    page.press("t");
    assert_eq!(page.eval("scrollY"), json!(0), "the beginning stays the beginning");
    // Where an arrow was pressed, the section's heading; in the middle of a section, the part that was there.
    let top = |page: &mut Page, what: &str| {
        page.eval(&format!("{what}.getBoundingClientRect().top")).as_f64().expect("a place")
    };
    let heading = "document.querySelectorAll('main > h2')[4]";
    page.press("t");
    for _ in 0..5 {
        page.press("ArrowRight");
    }
    page.press("t");
    let at = top(&mut page, heading);
    assert!((52.0..300.0).contains(&at), "the heading is at {at}, below the bar");
    assert!(
        page.holds(&format!("location.hash === '#' + {heading}.id && document.activeElement === {heading}"))
    );

    let part = "[...document.querySelectorAll('main > h2')][2].nextElementSibling.nextElementSibling";
    page.eval(&format!("{part}.scrollIntoView(); scrollBy(0, 40)"));
    let before = top(&mut page, part);
    for _ in 0..2 {
        page.press("t");
        let now = top(&mut page, part);
        assert!((now - before).abs() < 130.0, "the part was at {before} and is at {now}");
    }
}

#[test]
fn the_line_has_the_minutes_of_the_note_and_a_clock() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let paths: Vec<String> = page.site.chapters().map(str::to_owned).collect();
    // Each page's note, as it is served, against what the line makes of it.
    let note = |html: &str| {
        let (_, note) = html.split_once("<strong>For the instructor:</strong> ")?;
        note.split_once('.').map(|(minutes, _)| minutes.to_owned())
    };
    page.go(&paths[0]);
    page.press("t");
    let mut notes = 0;
    for path in paths.iter().filter(|path| !path.starts_with("/errors/")) {
        let html = String::from_utf8_lossy(page.site.file(path)).replace('\n', " ");
        let minutes = note(&html);
        notes += usize::from(minutes.is_some());
        page.go(path);
        let said =
            page.eval("document.querySelector('.teach-minutes')?.textContent.replace(/\\s+/g, ' ') ?? null");
        assert_eq!(said, json!(minutes), "{path}");
    }
    assert!(notes >= 8, "{notes} notes in the book");
    // Section by section, on a page whose note shares its minutes out.
    let path = chapter(&page);
    page.go(&path);
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
    page.eval("location.reload()");
    page.arrive();
    assert_eq!(page.text("document.querySelector('.teach-clock').textContent"), "open for 61 min");
    // On a section that has to be over by then it is said how late one is; `until` is the minute of the last one.
    page.eval(&format!("location.hash = {last:?}"));
    let late = format!("open for 61 min, {} late", 61 - until);
    page.until(&format!("document.querySelector('.teach-clock').textContent === {late:?}"));
    // Leaving sets all of them back, on whichever page.
    page.go(&paths[0]);
    page.press("t");
    page.go(&path);
    page.press("t");
    assert_eq!(page.text("document.querySelector('.teach-clock').textContent"), "", "leaving sets it back");
}
