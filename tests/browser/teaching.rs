//! Teaching mode: a page as slides, by key, button and address; what it leaves alone; on paper, on a phone, without storage.

use serde_json::{Value, json};

use crate::accessibility::violations;
use crate::page::{Page, Scheme, reader};

/// The places of the text's parts that are displayed.
const SHOWN: &str =
    "[...document.querySelector('main').children].flatMap((part, at) => part.checkVisibility() ? [at] : [])";
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

/// A page of several sections that are not long, with a page before it and one after it.
fn short(page: &Page) -> (String, String, String) {
    let pages: Vec<&str> = page.site.chapters().collect();
    let sections = |path: &str| String::from_utf8_lossy(page.site.file(path)).matches("<h2 id=").count();
    let at = (1..pages.len() - 1)
        .filter(|at| sections(pages[*at]) >= 3 && sections(pages[at - 1]) >= 1)
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

/// A chapter whose sections are longer than a screen.
fn chapter(page: &Page) -> String {
    page.site.chapter().to_owned()
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
    let larger = page.eval(size).as_f64().expect("a size");
    assert!(larger > 1.25 * before.1, "{larger} against {}", before.1);
    assert!(
        page.eval(SHOWN).as_array().expect("a list").len() < before.0[2].as_u64().expect("a number") as usize
    );
    page.press("t");
    assert_eq!((page.eval(look), page.eval(size).as_f64().expect("a size")), before);
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

    // A page that comes back out of the browser's memory.
    page.eval("sessionStorage.setItem('teaching', 'on')");
    page.eval("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    assert!(page.holds(ON));
}

#[test]
fn arrows_go_through_all_sections_and_on_to_the_next_page_and_back() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let (before, path, after) = short(&page);
    teach(&mut page, &path);
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
    assert_eq!((page.location(), section(&mut page)), (path.clone(), format!("Section {count} of {count}")));
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
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.screen(1280, 720);
    let path = chapter(&page);
    teach(&mut page, &path);
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
fn the_address_leads_to_the_section() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let path = chapter(&page);
    teach(&mut page, &path);
    for _ in 0..3 {
        page.press("ArrowRight");
    }
    let fourth = section(&mut page);
    let hash = page.text("location.hash");
    page.eval("location.reload()");
    page.arrive();
    assert_eq!((section(&mut page), page.text("location.hash")), (fourth.clone(), hash));
    page.eval("history.back()");
    page.until("document.querySelector('.teach-section').textContent.startsWith('Section 3 ')");
    page.eval("history.forward()");
    page.until("document.querySelector('.teach-section').textContent.startsWith('Section 4 ')");

    // Into the text of another section: by a link on this page, and from elsewhere.
    let last = "[...document.querySelectorAll('main > figure.listing[id]')].at(-1)";
    let id = page.text(&format!("{last}.id"));
    let is_there = format!(
        "{last}.checkVisibility() && Math.abs({last}.getBoundingClientRect().top) < innerHeight / 2
            && document.querySelector('main > h2:not(.elsewhere)') === document.activeElement"
    );
    page.eval(&format!("document.querySelector('main > :not(.elsewhere) a').href = '#{id}'"));
    page.eval("document.querySelector('main > :not(.elsewhere) a').click()");
    page.until(&is_there);
    page.go("/404.html");
    page.go(&format!("{path}#{id}"));
    page.until(&is_there);
    page.eval("location.hash = '#no-such-place'");
    page.until("location.hash === '#no-such-place'");
    assert!(page.holds(&is_there), "a link that leads nowhere leads nowhere");

    // The table of contents, which lies over the text now, and marks what is shown.
    page.click("#mdbook-sidebar-toggle");
    let link = ".on-this-page a[href='#arguments']";
    assert!(
        page.holds(&format!(
            "document.querySelector({link:?}).checkVisibility({{ visibilityProperty: true }})"
        ))
    );
    page.click(link);
    page.until("document.activeElement.id === 'arguments'");
    assert!(page.holds(&format!(
        "document.querySelector({link:?}).ariaCurrent === 'true' && document.querySelectorAll('.on-this-page [aria-current]').length === 1"
    )));
    assert!(
        !page
            .holds("document.getElementById('mdbook-sidebar').checkVisibility({ visibilityProperty: true })")
    );
}

#[test]
fn a_search_result_opens_in_its_section() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let path = chapter(&page);
    teach(&mut page, &path);
    let title = page.text("document.querySelectorAll('main > h2')[2].textContent");
    let id = page.text("document.querySelectorAll('main > h2')[2].id");
    page.press("/");
    page.until("document.activeElement.id === 'mdbook-searchbar'");
    for letter in title.chars() {
        page.press(&letter.to_string());
    }
    assert!(
        page.text("document.activeElement.value").contains('t') && page.holds(ON),
        "what is typed is typed"
    );
    let link = format!("#mdbook-searchresults a[href$='#{id}']");
    page.until(&format!("document.querySelector({link:?})"));
    page.eval(&format!("document.querySelector({link:?}).click()"));
    page.arrive();
    page.until("document.querySelector('main > h2:not(.elsewhere) mark')");
    assert_eq!(page.text("document.querySelector('main > h2:not(.elsewhere)').id"), id);
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
fn keys_that_belong_to_something_else_stay_there() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let path = chapter(&page);
    teach(&mut page, &path);
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
    let here = into(&mut page, "main > figure.listing [data-scrolls]");
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
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.phone();
    let path = chapter(&page);
    page.go(&path);
    page.tap("#mdbook-theme-toggle");
    page.tap("#mdbook-teach-toggle");
    page.until(ON);
    assert!(page.holds(
        "document.getElementById('mdbook-teach-toggle').ariaChecked === 'true'
        && !document.getElementById('mdbook-theme-list').checkVisibility()"
    ));
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

#[test]
fn on_paper_a_page_is_whole_and_has_its_notes_in_the_mode_only() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let path = noted(&page);
    page.go(&path);
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
fn it_works_without_storage_and_from_a_folder() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.cdp.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": "for (const name of ['localStorage', 'sessionStorage']) {
            Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } }); }" }),
    );
    let (_, path, after) = short(&page);
    let folder = reader.0.folder.join("site");
    for origin in [page.site.origin.clone(), format!("file://{}", folder.display())] {
        page.cdp.call("Page.navigate", json!({ "url": format!("{origin}{path}") }));
        page.arrive();
        page.press("t");
        let count = page.eval(SECTIONS).as_array().expect("sections").len();
        for _ in 0..count {
            page.press("ArrowRight");
        }
        page.arrive();
        assert!(page.location().ends_with(&after) && page.holds(ON), "a turned page stays in the mode");
        page.press("ArrowLeft");
        page.arrive();
        assert_eq!(section(&mut page), format!("Section {count} of {count}"));
        assert!(page.holds("location.hash === '#' + [...document.querySelectorAll('main > h2')].at(-1).id"));
        page.press("t");
        assert!(!page.holds(ON));
    }
}

#[test]
fn a_page_without_sections_the_print_page_and_one_without_scripts_do_not_break() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let plain = page
        .site
        .chapters()
        .find(|path| !String::from_utf8_lossy(page.site.file(path)).contains("<h2 id="))
        .expect("a page without sections")
        .to_owned();
    for path in [plain.as_str(), "/404.html"] {
        teach(&mut page, path);
        assert_eq!(section(&mut page), "Section 1 of 1", "{path}");
        assert!(page.holds("!document.querySelector('.elsewhere')"));
        assert_eq!(page.troubles(), [""; 0], "{path}");
        page.press("t");
    }
    page.go("/print.html");
    let parts = page.eval(SHOWN);
    page.press("t");
    for _ in 0..2 {
        assert!(page.holds(&format!(
            "{ON} && [...document.querySelectorAll('.instructor')].every(note => note.checkVisibility())"
        )));
        assert!(page.eval(SHOWN).as_array().expect("parts").len() > parts.as_array().expect("parts").len());
        page.press("ArrowRight");
        assert_eq!(page.troubles(), [""; 0]);
        page.go("/print.html");
    }
    page.scripts(false);
    let path = noted(&page);
    page.go(&path);
    assert!(!page.holds(ON) && page.holds("!document.getElementById('teach-line')"));
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
    page.press("t");
    page.press("t");
    assert_eq!(page.text("document.querySelector('.teach-clock').textContent"), "", "leaving sets it back");
}

#[test]
fn a_listing_with_its_output_fits_a_beamer() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.screen(1280, 720);
    let path = chapter(&page);
    teach(&mut page, &path);
    let hello = "figure.listing[data-id$='/hello']";
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
        "[...document.querySelectorAll('main > figure.listing code[class*=language-rust]')].filter(code => {
        code.closest('main > *').classList.remove('elsewhere');
        return code.scrollWidth > code.clientWidth; }).length",
    );
    assert_eq!(wide, json!(0), "listings that scroll sideways");
    assert!(
        page.eval(&format!(
            "parseFloat(getComputedStyle(document.querySelector({hello:?} + ' code')).fontSize)"
        ))
        .as_f64()
            > Some(18.0)
    );
}

#[test]
fn every_section_is_as_narrow_as_a_phone_and_axe_finds_nothing() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let path = chapter(&page);
    let mut found = Vec::new();
    for (scheme, width) in [(Scheme::Light, 1280), (Scheme::Dark, 360)] {
        page.scheme(scheme);
        page.width(width);
        page.go(&path);
        if !page.holds(ON) {
            page.press("t");
        }
        let count = page.eval(SECTIONS).as_array().expect("sections").len();
        for at in 0..count {
            let wide = page.eval("[...document.querySelectorAll('main *, #teach-line *')].filter(one => {
                const box = one.getBoundingClientRect();
                return box.width > 0 && box.right > innerWidth + 1 && !one.closest('pre, .table-wrapper, .plot > svg, .buttons');
            }).map(one => one.outerHTML.slice(0, 120))");
            assert_eq!(wide, json!([]), "section {at} at {width}");
            assert_eq!(
                page.eval("document.documentElement.scrollWidth"),
                json!(width),
                "section {at} scrolls sideways"
            );
            if at < 4 {
                found.extend(violations(&mut page, &format!("section {at} at {width}, {scheme:?}")));
            }
            if at + 1 < count {
                page.press("ArrowRight");
            }
        }
        assert_eq!(section(&mut page), format!("Section {count} of {count}"));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
