//! How teaching mode looks: on a projector, on a phone, on paper, and on pages that have nothing to turn.

use serde_json::{Value, json};

use super::{FITS, ON, count, slide, teach};
use crate::gallery::{self, CHAPTER};
use crate::page::{Page, Scheme, reader};
use crate::properties::SIDEWAYS;

#[test]
fn on_paper_a_page_is_whole_and_has_its_notes_in_the_mode_only() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go(CHAPTER);
    let printed = "[document.querySelector('main > .instructor').checkVisibility(),
        [...document.querySelector('main').children].filter(part => part.checkVisibility()).length,
        document.getElementById('teach-line').checkVisibility(), getComputedStyle(document.querySelector('main p')).fontSize]";
    page.print();
    let Value::Array(without) = page.eval(printed) else { panic!("no list") };
    page.scheme(Scheme::Light);
    page.cdp.call("Emulation.setEmulatedMedia", json!({ "media": "" }));
    page.press("t");
    page.press("ArrowRight");
    page.print();
    let with = page.eval(printed);
    assert_eq!(without[0], json!(false));
    let one_more = without[1].as_u64().expect("a number") + 1;
    assert_eq!(with, json!([true, one_more, false, without[3]]));
}

#[test]
fn a_page_without_sections_and_one_without_scripts_do_not_break() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    for path in ["/plots.html", "/404.html"] {
        teach(&mut page, path);
        assert!(slide(&mut page).starts_with("Slide 1 of "), "{path}");
        assert_eq!(page.troubles(), [""; 0], "{path}");
        page.press("t");
    }
    page.scripts(false);
    page.go(CHAPTER);
    assert!(!page.holds(ON) && page.holds("!document.getElementById('teach-line')"));
}

#[test]
fn code_is_beside_its_question_and_then_beside_its_output() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.screen(1280, 720);
    teach(&mut page, CHAPTER);
    let card = "document.querySelector('.listing[data-id$=\"/hello\"]').closest('.card')";
    let beside = |page: &mut Page, what: &str| {
        page.holds(&format!(
            "(() => {{ const [code, other] = ['.listing', '{what}'].map(part => {card}.querySelector(part).getBoundingClientRect());
                return other.width > 200 && other.left >= code.right - 1 && other.top < code.bottom && code.width > 400; }})()"
        ))
    };
    page.eval("location.hash = document.querySelector('.predict').id");
    page.until("document.querySelector('.predict').checkVisibility()");
    assert!(beside(&mut page, ".predict"), "the question is at the right of the code");
    assert!(
        !page.holds(&format!("{card}.querySelector('.output').checkVisibility()")),
        "before it is asked for"
    );
    assert!(!page.holds("document.querySelector('.answer').open"));
    page.press("ArrowRight");
    assert!(beside(&mut page, ".output"), "what it printed is at the right of the code");
    assert!(!page.holds("document.querySelector('.predict').checkVisibility()"));
    page.press("t");
    assert!(!page.holds(&format!("{card}.querySelector('.output').checkVisibility()")), "it is veiled again");
    assert!(page.holds("document.querySelector('.predict').checkVisibility()"));
}

#[test]
fn nine_of_ten_slides_of_a_chapter_fit_a_projector() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.screen(1280, 720);
    let is_one = |path: &&str| path.contains("/process-class/") || path.contains("/daemon.");
    let chapters: Vec<String> = page.site.chapters().filter(is_one).map(str::to_owned).collect();
    let (mut slides, mut others) = (0, vec![]);
    for path in &chapters {
        page.go(path);
        if !page.holds(ON) {
            page.press("t");
        }
        page.eval("document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(done)))");
        for at in 1..=count(&mut page) {
            page.eval(&format!("location.hash = '#~{at}'"));
            page.until(&format!(
                "document.querySelector('.teach-slide').textContent.startsWith('Slide {at} ')"
            ));
            slides += 1;
            if !page.holds(FITS) {
                others.push(format!("{path}#~{at}"));
            }
        }
    }
    assert!(slides > 40 && others.len() * 10 <= slides, "of {slides} slides these do not fit: {others:?}");
}

#[test]
fn every_slide_is_as_narrow_as_a_phone() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.width(360);
    teach(&mut page, CHAPTER);
    let count = count(&mut page);
    for at in 1..=count {
        assert_eq!(slide(&mut page), format!("Slide {at} of {count}"));
        assert_eq!(page.eval(SIDEWAYS), json!([]), "slide {at}");
        let narrow = "[...document.querySelectorAll('.card > *')].some(part => part.checkVisibility() && part.clientWidth < 300)";
        assert!(
            !page.holds(&format!("{narrow} && document.querySelector('.card:not(.elsewhere)')")),
            "slide {at}"
        );
        if at < count {
            page.press("ArrowRight");
        }
    }
}
