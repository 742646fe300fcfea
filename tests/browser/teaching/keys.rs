//! Sections turn by arrows, by a clicker and by a finger, and keys that belong to something else stay there.

use serde_json::{Value, json};

use super::{ON, SECTIONS, SHORT, SHOWN, section, teach};
use crate::gallery::{self, CHAPTER};
use crate::page::Page;

#[test]
fn arrows_go_through_all_sections_and_on_to_the_next_page_and_back() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    let [before, path, after] = SHORT;
    teach(&mut page, path);
    let sections = page.eval(SECTIONS);
    let count = sections.as_array().expect("sections").len();
    let ids = page.eval("[...document.querySelectorAll('main > :is(h1, h2)')].map(heading => heading.id)");
    for at in 0..count {
        assert_eq!(page.eval(SHOWN), sections[at], "section {at} is what stands between its headings");
        assert_eq!(
            page.text("decodeURIComponent(location.hash)"),
            format!("#{}", ids[at].as_str().expect("an id"))
        );
        assert_eq!(page.eval("document.activeElement.id"), ids[at], "the heading has the focus");
        assert_eq!(section(&mut page), format!("Section {} of {count}", at + 1));
        assert!(page.holds("document.querySelector('.teach-section').matches('[role=status]')"));
        assert_eq!(page.eval("scrollY"), json!(0), "a section begins at its beginning");
        page.press("ArrowRight");
    }
    page.arrive();
    assert_eq!(page.location(), after);
    assert!(section(&mut page).starts_with("Section 1 of "));
    assert!(
        page.holds("location.hash === '#' + document.querySelector('main > h1').id"),
        "no mark is left in the address"
    );

    page.press("ArrowLeft");
    page.arrive();
    assert_eq!(
        (page.location(), section(&mut page)),
        (path.to_owned(), format!("Section {count} of {count}"))
    );
    assert_eq!(page.eval("document.activeElement.id"), ids[count - 1]);
    for _ in 1..count {
        page.press("ArrowLeft");
    }
    assert_eq!(section(&mut page), format!("Section 1 of {count}"));
    page.press("ArrowLeft");
    page.arrive();
    assert_eq!(page.location(), before);
    let shown = page.eval(SHOWN);
    assert_eq!(page.eval(SECTIONS).as_array().expect("sections").last(), Some(&shown), "its last section");
}

#[test]
fn a_clicker_shows_all_of_a_long_section_before_it_turns() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.screen(1280, 720);
    teach(&mut page, CHAPTER);
    page.press("ArrowRight");
    let second = section(&mut page);
    let seen = "(() => {
        const line = document.getElementById('teach-line').getBoundingClientRect().top;
        const boxes = [...document.querySelector('main').children].filter(part => part.checkVisibility())
            .map(part => part.getBoundingClientRect());
        return [boxes[0].top, Math.max(...boxes.map(box => box.bottom)), line];
    })()";
    let numbers = |value: Value| -> [f64; 3] { serde_json::from_value(value).expect("three numbers") };
    for (on, back) in [("PageDown", "PageUp"), (" ", "PageUp")] {
        let mut screens = 1;
        loop {
            let [top, bottom, line] = numbers(page.eval(seen));
            page.press(on);
            if section(&mut page) != second {
                assert!(bottom <= line + 1.0, "turned with {} pixels unseen", bottom - line);
                break;
            }
            let [now, _, _] = numbers(page.eval(seen));
            assert!(
                bottom > line && top - now > 0.0 && top - now < line - 50.0,
                "a screen, no more: {}",
                top - now
            );
            screens += 1;
            assert!(screens < 30, "no end of {second}");
        }
        assert!(screens > 1, "the section is longer than the screen");
        assert_eq!(page.eval("scrollY"), json!(0));
        page.press(back);
        assert_eq!(section(&mut page), second);
        let [_, bottom, line] = numbers(page.eval(seen));
        assert!(bottom <= line + 1.0, "back to its end, which is what was seen before");
        for _ in 1..screens {
            page.press(back);
            assert_eq!(section(&mut page), second);
        }
        assert!(numbers(page.eval(seen))[0] >= 0.0, "up to its heading");
    }
    page.press("PageUp");
    assert!(section(&mut page).starts_with("Section 1 of "));
}

#[test]
fn keys_that_belong_to_something_else_stay_there() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    teach(&mut page, CHAPTER);
    let into = |page: &mut Page, selector: &str| {
        page.eval(&format!(
            "location.hash = ''; location.hash = (element => {{
            while (!element.matches('h2')) {{ element = element.previousElementSibling; }}
            return element.id; }})(document.querySelector({selector:?}).closest('main > *'))"
        ));
        page.until("document.activeElement.matches('main > h2')");
        page.eval(&format!("document.querySelector({selector:?}).focus()"));
        section(page)
    };
    // In a question the arrows choose, and a letter is no key; from its button they go on.
    let question = "aside.predict [type=radio]";
    let here = into(&mut page, question);
    page.press(" ");
    page.press("ArrowRight");
    assert!(page.holds("document.querySelectorAll('aside.predict [type=radio]')[1].checked"));
    assert_eq!(section(&mut page), here, "an arrow chose and turned");
    page.eval("document.querySelector('.check button').focus()");
    page.press(" ");
    assert_eq!(section(&mut page), here, "the space bar pressed a button and turned");
    assert!(page.holds("document.querySelector('.check [role=status]').textContent"));
    page.press("ArrowRight");
    assert_ne!(section(&mut page), here);

    // In a timeline they step, by marks, buttons and speed.
    let here = into(&mut page, "figure.timeline .plot [tabindex='0']");
    page.press("ArrowRight");
    assert_eq!(page.text("document.activeElement.dataset.event"), "2");
    page.press("End");
    page.press("ArrowRight");
    for control in ["button", "select"] {
        page.eval(&format!(
            "document.activeElement.closest('.run-body').querySelector('.stepper {control}').focus()"
        ));
        page.press("ArrowRight");
    }
    assert_eq!((section(&mut page), page.holds(ON)), (here, true));

    // A box that scrolls keeps the keys of its direction only.
    page.width(360);
    let here = into(&mut page, ".listing [data-scrolls]");
    page.press("ArrowRight");
    page.until("document.activeElement.scrollLeft > 0");
    assert_eq!(section(&mut page), here);
    page.eval("scrollTo(0, document.documentElement.scrollHeight)");
    page.press("PageDown");
    assert_ne!(section(&mut page), here, "such a box does not scroll down");

    // A menu, and a key with Alt: those are the menu's and the browser's.
    let here = section(&mut page);
    page.click("#mdbook-theme-toggle");
    for key in ["t", "ArrowRight", "PageDown"] {
        page.press(key);
    }
    page.press("Escape");
    page.eval("document.activeElement.blur();
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', altKey: true, bubbles: true }))");
    assert_eq!((section(&mut page), page.holds(ON)), (here, true));
}

#[test]
fn a_finger_gets_into_the_mode_through_it_and_out_of_it() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.phone();
    // A phone's bar has no room for the button, and a tablet's has.
    page.width(768);
    page.go(CHAPTER);
    page.tap("#mdbook-teach-toggle");
    page.until(ON);
    assert!(page.holds("document.getElementById('mdbook-teach-toggle').ariaPressed === 'true'"));
    let second = page.text("document.querySelector('main > h2').textContent.trim()");
    assert_eq!(page.text("document.querySelector('.teach-on').ariaLabel"), format!("Next section: {second}"));
    page.tap(".teach-on");
    page.until("document.querySelector('.teach-section').textContent.startsWith('Section 2 ')");
    assert_eq!(
        page.text("document.querySelector('.teach-back').ariaLabel.slice(0, 17)"),
        "Previous section:"
    );
    let small = page.eval(
        "[...document.querySelectorAll('#teach-line button')].filter(button => {
        const { width, height } = button.getBoundingClientRect();
        return width < 24 || height < 24; }).length",
    );
    assert_eq!(small, json!(0), "buttons for a finger");
    page.tap(".teach-leave");
    page.until(&format!("!{ON}"));
    assert!(page.holds("!document.querySelector('#teach-line').checkVisibility()"));
    // A theme is chosen as before, by an entry that is none.
    page.tap("#mdbook-theme-toggle");
    page.tap("#mdbook-theme-dark");
    page.tap("#mdbook-theme-toggle");
    page.tap("#mdbook-teach-toggle");
    page.until(ON);
    assert!(page.holds("document.documentElement.classList.contains('dark')"));
}
