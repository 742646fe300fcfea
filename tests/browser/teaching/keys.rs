//! Slides turn by arrows, by a clicker and by a finger, and keys that belong to something else stay there.

use serde_json::{Value, json};

use super::{FITS, ON, SHORT, count, slide, teach};
use crate::gallery::{self, CHAPTER};
use crate::page::Page;

#[test]
fn arrows_go_through_all_slides_and_on_to_the_next_page_and_back() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    let [before, path, after] = SHORT;
    teach(&mut page, path);
    let count = count(&mut page);
    assert!(count > 2, "{count} slides");
    let mut seen = vec![];
    for at in 1..=count {
        assert_eq!(slide(&mut page), format!("Slide {at} of {count}"));
        assert!(page.holds("document.querySelector('.teach-slide').matches('[role=status]')"));
        assert!(
            page.holds("document.activeElement.matches('main > :is(h1, h2, h3):not(.elsewhere)')"),
            "{at}"
        );
        assert_eq!(page.eval("scrollY"), json!(0), "a slide begins at its beginning");
        seen.push(page.text("location.hash"));
        page.press("ArrowRight");
    }
    page.arrive();
    assert_eq!(page.location(), after);
    assert!(slide(&mut page).starts_with("Slide 1 of "));
    assert!(
        page.holds("location.hash === '#' + document.querySelector('main > h1').id"),
        "no mark is left in the address"
    );
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), count, "each slide has an address: {seen:?}");

    page.press("ArrowLeft");
    page.arrive();
    assert_eq!((page.location(), slide(&mut page)), (path.to_owned(), format!("Slide {count} of {count}")));
    for _ in 1..count {
        page.press("ArrowLeft");
    }
    assert_eq!(slide(&mut page), format!("Slide 1 of {count}"));
    page.press("ArrowLeft");
    page.arrive();
    assert_eq!(page.location(), before);
    let last = super::count(&mut page);
    assert_eq!(slide(&mut page), format!("Slide {last} of {last}"), "its last slide");
}

#[test]
fn a_clicker_shows_all_of_a_slide_that_does_not_fit_before_it_turns() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.screen(700, 360);
    teach(&mut page, CHAPTER);
    page.press("ArrowRight");
    for _ in 0..count(&mut page) {
        if !page.holds(FITS) && page.holds("document.documentElement.scrollHeight > innerHeight + 100") {
            break;
        }
        page.press("ArrowRight");
    }
    let second = slide(&mut page);
    let seen = "(() => {
        const line = document.getElementById('teach-line').getBoundingClientRect().top;
        const boxes = [...document.querySelectorAll('main > :not(.elsewhere)')].filter(part => part.checkVisibility())
            .map(part => part.getBoundingClientRect());
        return [boxes[0].top, Math.max(...boxes.map(box => box.bottom)), line];
    })()";
    let numbers = |value: Value| -> [f64; 3] { serde_json::from_value(value).expect("three numbers") };
    for (on, back) in [("PageDown", "PageUp"), (" ", "PageUp")] {
        let mut screens = 1;
        loop {
            let [top, bottom, line] = numbers(page.eval(seen));
            page.press(on);
            if slide(&mut page) != second {
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
        assert!(screens > 1, "the slide is longer than the screen");
        assert_eq!(page.eval("scrollY"), json!(0));
        page.press(back);
        assert_eq!(slide(&mut page), second);
        let [_, bottom, line] = numbers(page.eval(seen));
        assert!(bottom <= line + 1.0, "back to its end, which is what was seen before");
        for _ in 1..screens {
            page.press(back);
            assert_eq!(slide(&mut page), second);
        }
        let [top, _, _] = numbers(page.eval(seen));
        assert!(top >= 0.0, "up to its heading, which is at {top}");
    }
}

#[test]
fn keys_that_belong_to_something_else_stay_there() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    teach(&mut page, CHAPTER);
    let into = |page: &mut Page, selector: &str| {
        page.eval(&format!(
            "location.hash = '';
            var part = document.querySelector({selector:?}).closest('.predict, .timeline, .listing');
            location.hash = part.id ||= 'the-part'"
        ));
        page.until(&format!("document.querySelector({selector:?}).checkVisibility()"));
        page.eval(&format!("document.querySelector({selector:?}).focus()"));
        slide(page)
    };
    // In a question the arrows choose, and a letter is no key; from its button they go on.
    let question = "aside.predict [type=radio]";
    let here = into(&mut page, question);
    page.press(" ");
    page.press("ArrowRight");
    assert!(page.holds("document.querySelectorAll('aside.predict [type=radio]')[1].checked"));
    assert_eq!(slide(&mut page), here, "an arrow chose and turned");
    page.eval("document.querySelector('.check button').focus()");
    page.press(" ");
    assert_eq!(slide(&mut page), here, "the space bar pressed a button and turned");
    assert!(page.holds("document.querySelector('.check [role=status]').textContent"));
    page.press("ArrowRight");
    assert_ne!(slide(&mut page), here);

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
    assert_eq!((slide(&mut page), page.holds(ON)), (here, true));

    // A box that scrolls keeps the keys of its direction only.
    page.width(280);
    let here = into(&mut page, ".listing pre");
    page.until("document.querySelector('.listing [data-scrolls]')");
    page.eval("document.querySelector('.listing [data-scrolls]').focus()");
    page.press("ArrowRight");
    page.until("document.activeElement.scrollLeft > 0");
    assert_eq!(slide(&mut page), here);
    page.eval("scrollTo(0, document.documentElement.scrollHeight)");
    page.press("PageDown");
    assert_ne!(slide(&mut page), here, "such a box does not scroll down");

    // In the search, keys are typed, and Escape closes the search alone. A key with Alt is the browser's.
    let here = slide(&mut page);
    page.press("/");
    for key in ["t", "ArrowRight", "PageDown", "Escape"] {
        page.press(key);
    }
    page.eval("document.activeElement.blur();
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', altKey: true, bubbles: true }))");
    assert_eq!((slide(&mut page), page.holds(ON)), (here, true));
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
    assert_eq!(
        page.text("document.querySelector('.teach-on').ariaLabel"),
        format!("Next slide: {second} · question")
    );
    page.tap(".teach-on");
    page.until("document.querySelector('.teach-slide').textContent.startsWith('Slide 2 ')");
    assert_eq!(page.text("document.querySelector('.teach-back').ariaLabel.slice(0, 16)"), "Previous slide: ");
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
