//! How teaching mode looks: on a projector, on a phone, on paper, and on pages that have nothing to turn.

use serde_json::{Value, json};

use super::{ON, SECTIONS, section, teach};
use crate::gallery::{self, CHAPTER};
use crate::page::{Page, Scheme};
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
        assert_eq!(section(&mut page), "Section 1 of 1", "{path}");
        assert!(page.holds("!document.querySelector('.elsewhere')"));
        assert_eq!(page.troubles(), [""; 0], "{path}");
        page.press("t");
    }
    page.scripts(false);
    page.go(CHAPTER);
    assert!(!page.holds(ON) && page.holds("!document.getElementById('teach-line')"));
}

#[test]
fn a_listing_with_its_output_fits_a_projector() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.screen(1280, 720);
    teach(&mut page, CHAPTER);
    let hello = ".listing[data-id$='/arguments']";
    page.eval(&format!("location.hash = document.querySelector({hello:?}).id"));
    page.until(&format!("document.querySelector({hello:?}).checkVisibility()"));
    let box_of = |page: &mut Page, what: &str| page.eval(&format!("{what}.getBoundingClientRect().toJSON()"));
    let listing = box_of(&mut page, &format!("document.querySelector({hello:?})"));
    let output = box_of(&mut page, &format!("document.querySelector({hello:?}).nextElementSibling"));
    let line = box_of(&mut page, "document.getElementById('teach-line')");
    assert!(
        listing["top"].as_f64() >= Some(0.0) && output["bottom"].as_f64() < line["top"].as_f64(),
        "{listing} {output} {line}"
    );
    let wide = page.eval(
        "[...document.querySelectorAll('.listing[data-id^=\"process-class/\"] pre code')].filter(code => {
        code.closest('main > *').classList.remove('elsewhere');
        return code.scrollWidth > code.clientWidth; }).length",
    );
    assert_eq!(wide, json!(0), "listings that scroll sideways");
    assert!(
        page.eval(&format!(
            "parseFloat(getComputedStyle(document.querySelector({hello:?} + ' pre code')).fontSize)"
        ))
        .as_f64()
            > Some(20.0)
    );
}

#[test]
fn every_section_is_as_narrow_as_a_phone() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.width(360);
    teach(&mut page, CHAPTER);
    let count = page.eval(SECTIONS).as_array().expect("sections").len();
    for at in 1..=count {
        assert_eq!(section(&mut page), format!("Section {at} of {count}"));
        assert_eq!(page.eval(SIDEWAYS), json!([]), "section {at}");
        if at < count {
            page.press("ArrowRight");
        }
    }
}
