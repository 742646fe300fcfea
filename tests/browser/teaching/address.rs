//! A slide is in the address, so that links, the table of contents, search, Back and a reload lead to it.

use serde_json::json;

use super::{ON, SHORT, count, slide, teach};
use crate::gallery::{self, CHAPTER};
use crate::page::Page;

#[test]
fn the_address_leads_to_the_slide() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    teach(&mut page, CHAPTER);
    for _ in 0..3 {
        page.press("ArrowRight");
    }
    let fourth = slide(&mut page);
    let hash = page.text("location.hash");
    page.leave("location.reload()");
    page.arrive();
    assert_eq!((slide(&mut page), page.text("location.hash")), (fourth.clone(), hash));
    page.eval("history.back()");
    page.until("document.querySelector('.teach-slide').textContent.startsWith('Slide 3 ')");
    page.eval("history.forward()");
    page.until("document.querySelector('.teach-slide').textContent.startsWith('Slide 4 ')");

    // To something on another slide: by a link on this page, and from elsewhere.
    let id = "listing-process-class-hello";
    let hello = format!("document.getElementById({id:?})");
    let is_there = format!(
        "{hello}.checkVisibility() && {hello}.getBoundingClientRect().top >= 0
            && {hello}.getBoundingClientRect().top < 300 && {hello} === document.activeElement"
    );
    page.eval(&format!("document.querySelector('main > :not(.elsewhere) a').href = '#{id}'"));
    page.eval("document.querySelector('main > :not(.elsewhere) a').click()");
    page.until(&is_there);
    page.go("/404.html");
    page.go(&format!("{CHAPTER}#{id}"));
    page.until(&is_there);
    page.eval("location.hash = '#no-such-place'");
    page.until("location.hash === '#no-such-place'");
    assert!(page.holds(&is_there), "a link that leads nowhere leads nowhere");

    // The page's headings, which are on the first slide.
    page.eval("location.hash = ''");
    page.until("document.querySelector('.teach-slide').textContent.startsWith('Slide 1 ')");
    page.click(".on-this-page summary");
    page.click(".on-this-page a[href='#arguments']");
    page.until("document.activeElement.id === 'arguments'");
}

#[test]
fn a_search_result_opens_on_its_slide() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    teach(&mut page, CHAPTER);
    let title = page.text("document.querySelectorAll('main > h2')[2].textContent");
    let id = page.text("document.querySelectorAll('main > h2')[2].id");
    page.press("/");
    for letter in title.chars() {
        page.press(&letter.to_string());
    }
    assert!(
        page.text("document.activeElement.value").contains('t') && page.holds(ON),
        "what is typed is typed"
    );
    let link = format!("#search-results a[href$='#{id}']");
    page.until(&format!("document.querySelector({link:?})"));
    page.eval(&format!("document.querySelector({link:?}).click()"));
    page.arrive();
    page.until(&format!("document.querySelector('main > h2:not(.elsewhere)')?.id === {id:?}"));
}

#[test]
fn it_works_without_storage_and_from_a_folder() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.cdp.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": "for (const name of ['localStorage', 'sessionStorage']) {
            Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } }); }" }),
    );
    let [_, path, after] = SHORT;
    let folder = reader.0.folder.join("gallery-site");
    for origin in [page.site.origin.clone(), format!("file://{}", folder.display())] {
        page.cdp.call("Page.navigate", json!({ "url": format!("{origin}{path}") }));
        page.arrive();
        page.press("t");
        let count = count(&mut page);
        for _ in 0..count {
            page.press("ArrowRight");
        }
        page.arrive();
        assert!(page.location().ends_with(&after) && page.holds(ON), "a turned page stays in the mode");
        page.press("ArrowLeft");
        page.arrive();
        assert_eq!(slide(&mut page), format!("Slide {count} of {count}"));
        page.press("t");
        assert!(!page.holds(ON));
    }
}
