//! The notes are in a second window, which follows the slides from page to page, and turns them.

use serde_json::json;

use super::{ON, SHORT, count, slide, teach};
use crate::gallery::{self, CHAPTER};
use crate::page::Page;

/// What the window of the notes shows of the page's text. The test sees it, because it is of the same origin.
const SAID: &str =
    "[...notes.document.querySelectorAll('main > :not(.elsewhere)')].filter(part => part.checkVisibility())
    .map(part => part.textContent).join(' ')";
const NOTES_SLIDE: &str = "notes.document.querySelector('.teach-slide')?.textContent";

#[test]
fn the_notes_follow_the_slides_and_turn_them() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    teach(&mut page, CHAPTER);
    page.eval(
        "{ const open = window.open; window.open = (...where) => window.notes = open.apply(window, where); }",
    );
    page.eval("document.querySelector('.teach-notes').click()");
    page.until(&format!("{NOTES_SLIDE} === document.querySelector('.teach-slide').textContent"));
    page.until(&format!("{SAID}.includes('Draw two columns, parent and child')"));
    assert!(
        !page.holds("document.querySelector('main > .instructor').checkVisibility()"),
        "not on the slide"
    );

    // Words beside a program are said, and the program is seen.
    page.eval("location.hash = '#arguments'");
    page.until(&format!("{SAID}.includes('They are a tuple.')"));
    let prose = "[...document.querySelectorAll('main > p')].filter(part => part.checkVisibility()).length";
    assert_eq!(page.eval(prose), json!(0));
    let next = page.text("document.querySelector('.teach-on').title");
    page.until(&format!("notes.document.querySelector('.teach-next').textContent === {next:?}"));
    assert!(page.holds("notes.document.querySelector('.teach-next').checkVisibility()"));
    assert!(page.holds("notes.document.querySelector('.teach-share').textContent.includes('until minute')"));

    // It turns the slides, too, and goes on to the next page with them.
    let here = slide(&mut page);
    page.eval("notes.document.querySelector('.teach-on').click()");
    page.until(&format!("document.querySelector('.teach-slide').textContent !== {here:?}"));
    let last = count(&mut page);
    page.eval(&format!("location.hash = '#~{last}'"));
    page.until(&format!("document.querySelector('.teach-slide').textContent.startsWith('Slide {last} ')"));
    page.press("ArrowRight");
    page.arrive();
    let [_, short, _] = SHORT;
    assert_eq!(page.location(), short);
    page.eval("void (window.notes = window.open('', 'notes'))");
    page.until(&format!(
        "notes.location.pathname === {short:?} && {NOTES_SLIDE} === document.querySelector('.teach-slide').textContent"
    ));
    page.eval("notes.close()");
    page.until("notes.closed");
    assert!(page.holds(ON));
    assert_eq!(page.troubles(), [""; 0]);
}
