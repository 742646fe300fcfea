//! The table of contents: in a book of sixteen parts, with scripts and without.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::chromium::{self, Chromium};
use crate::gallery;
use crate::page::Page;
use crate::site::{self, Site};

/// A page of the second chapter of the third part.
const PAGE: &str = "/part-3/chapter-2/page-1.html";
/// A page that has no entry of its own.
const ERROR: &str = "/errors/lost.html";

/// A browser, and a book as large as this one is meant to become.
fn reader() -> Option<(&'static Chromium, &'static Site)> {
    static BOOK: OnceLock<Site> = OnceLock::new();
    let chromium = chromium::shared()?;
    let book = BOOK.get_or_init(|| {
        let root = chromium.folder.join("large");
        write(&root);
        site::build(&root, &chromium.folder.join("large-site"))
    });
    Some((chromium, book))
}

/// Sixteen parts of two chapters with three pages each, and what is around them: 140 pages and some.
fn write(root: &Path) {
    let this_book = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::create_dir_all(root.join("chapters-code")).expect("a folder");
    fs::create_dir_all(root.join("src")).expect("a folder");
    fs::copy(this_book.join("book.toml"), root.join("book.toml")).expect("the configuration");
    for file in ["src/favicon.ico", "src/404.md"] {
        fs::copy(this_book.join(file), root.join(file)).expect("a file of the book");
    }
    symlink(this_book.join("theme"), root.join("theme")).expect("the theme");
    let page = |path: &str, title: &str| {
        let file = root.join("src").join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        let sections: String =
            (1..=4).map(|at| format!("## Section {at}\n\n{}\n\n", "Words. ".repeat(200))).collect();
        fs::write(file, format!("# {title}\n\nA page.\n\n{sections}")).expect("a page");
        format!("[{title}]({path})\n")
    };
    let mut summary = "# Summary\n\n".to_owned();
    for (path, title) in [
        ("README.md", "The cover"),
        ("introduction.md", "Why a process?"),
        ("how.md", "How to use this book"),
        ("timeline.md", "How to read a timeline"),
        ("run-it-here.md", "Run it locally"),
    ] {
        summary += &page(path, title);
    }
    summary += "\n";
    for part in 1..=16 {
        let folder = format!("part-{part}");
        summary += &format!(
            "- {}",
            page(&format!("{folder}/README.md"), &format!("{part}. Synchronization, part {part}"))
        );
        for chapter in 1..=2 {
            let folder = format!("{folder}/chapter-{chapter}");
            summary +=
                &format!("  - {}", page(&format!("{folder}/README.md"), &format!("Chapter {chapter}")));
            for at in 1..=3 {
                summary +=
                    &format!("    - {}", page(&format!("{folder}/page-{at}.md"), &format!("Page {at}")));
            }
        }
    }
    summary += &format!("\n# Workshop\n\n- {}\n# Reference\n\n", page("teach.md", "Teach it"));
    summary += &format!("- {}  - {}", page("errors/README.md", "Errors"), page("errors/lost.md", "Lost"));
    summary += &format!("\n---\n\n{}", page("contributing.md", "Contributing"));
    fs::write(root.join("src/SUMMARY.md"), summary).expect("the summary");
}

/// The titles in the list that are displayed.
const SHOWN: &str = "[...document.querySelectorAll('#mdbook-sidebar :is(a, summary)')]
    .filter(one => one.checkVisibility({ visibilityProperty: true }) && one.textContent !== '')
    .map(one => one.textContent).filter(text => !text.startsWith('In '))";

fn shown(page: &mut Page) -> Vec<String> {
    serde_json::from_value(page.eval(SHOWN)).expect("a list of titles")
}

#[test]
fn only_what_leads_to_the_page_is_open() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.go(PAGE);
    let titles = shown(&mut page);
    let open = ["Chapter 1", "Chapter 2", "Page 1", "Page 2", "Page 3"];
    let third = titles.iter().position(|title| title.starts_with("3. ")).expect("the third part");
    assert_eq!(titles[third + 1..third + 6], open, "{titles:?}");
    assert!(titles[third + 6].starts_with("4. "), "{titles:?}");
    assert_eq!(titles.iter().filter(|title| title.starts_with("Page")).count(), 3, "{titles:?}");
    assert_eq!(
        page.text("document.querySelector('#mdbook-sidebar [aria-current=page]').textContent"),
        "Page 1"
    );
    // A part's own page opens the part, and an error's page leads to the one entry of all errors.
    page.go("/part-3/index.html");
    assert_eq!(shown(&mut page)[third + 1..third + 3], ["Chapter 1", "Chapter 2"]);
    page.go(ERROR);
    assert_eq!(
        page.text("document.querySelector('#mdbook-sidebar [aria-current=true]').textContent"),
        "Errors"
    );
    assert!(!shown(&mut page).contains(&"Lost".to_owned()));
}

#[test]
fn the_closed_list_of_sixteen_parts_fits_one_screen() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.screen(1280, 800);
    page.go("/index.html");
    let list = "document.querySelector('#mdbook-sidebar .contents')";
    let titles = shown(&mut page);
    assert!(titles.len() >= 5 + 16 + 3, "{titles:?}");
    assert!(titles.iter().all(|title| !title.starts_with("Chapter")), "it is closed: {titles:?}");
    let high = page.eval(&format!("[{list}.scrollHeight, {list}.clientHeight]"));
    assert_eq!(high, json!([800, 800]), "it has to be scrolled");
}

#[test]
fn a_part_opens_and_closes_by_key() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.go("/index.html");
    let fold = "document.querySelector('#mdbook-sidebar a[href$=\"part-2/index.html\"] + details > summary')";
    page.eval(&format!("{fold}.focus()"));
    for open in [true, false] {
        page.press("Enter");
        page.until(&format!("{fold}.parentElement.open === {open}"));
        let chapters = shown(&mut page).iter().filter(|title| title.starts_with("Chapter")).count();
        assert_eq!(chapters, if open { 2 } else { 0 });
    }
    assert_eq!(page.text(&format!("{fold}.textContent")), "In 2. Synchronization, part 2");
}

#[test]
fn over_a_phones_page_it_closes_by_escape_and_by_a_tap_beside_it() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.phone();
    page.go(PAGE);
    let open = "document.getElementById('mdbook-sidebar').checkVisibility({ visibilityProperty: true })";
    assert!(!page.holds(open));
    page.tap("#mdbook-sidebar-toggle");
    assert!(page.holds(open));
    assert!(
        page.holds(
            "document.getElementById('mdbook-sidebar').getBoundingClientRect().right < innerWidth - 40"
        )
    );
    page.tap("#mdbook-sidebar summary");
    assert!(page.holds(open), "a fold in it is no way out");
    page.press("Escape");
    assert!(!page.holds(open));
    page.tap("#mdbook-sidebar-toggle");
    assert!(page.holds(open));
    let beside = json!([{ "x": 350, "y": 400 }]);
    page.cdp.call("Input.dispatchTouchEvent", json!({ "type": "touchStart", "touchPoints": beside }));
    page.cdp.call("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] }));
    page.until(&format!("!{open}"));
    assert_eq!(page.location(), PAGE);
}

#[test]
fn without_scripts_it_is_seen_open_at_this_page_and_its_links_lead_there() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.scripts(false);
    page.go(PAGE);
    page.click("#mdbook-sidebar-toggle");
    let frame = "document.querySelector('#mdbook-sidebar iframe')";
    let here = format!("{frame}.contentDocument.querySelector(':target')");
    page.until(&here);
    let seen = format!(
        "(() => {{ const box = {frame}.getBoundingClientRect();
            return box.left >= 0 && box.top >= 0 && box.width > 200 && box.height > 600 && box.bottom <= innerHeight
                && {frame}.checkVisibility({{ visibilityProperty: true }}); }})()"
    );
    assert!(page.holds(&seen), "{}", page.eval(&format!("{frame}.getBoundingClientRect().toJSON()")));
    assert_eq!(page.text(&format!("{here}.textContent")), "Page 1");
    assert!(page.holds(&format!("{here}.checkVisibility()")), "it is in a closed fold");
    // The next entry, where a mouse finds it.
    let next = format!("{here}.parentElement.nextElementSibling.firstElementChild");
    let middle: Value = page.eval(&format!(
        "(() => {{ const [outer, inner] = [{frame}, {next}].map(one => one.getBoundingClientRect());
            return [outer.x + inner.x + inner.width / 2, outer.y + inner.y + inner.height / 2]; }})()"
    ));
    for kind in ["mousePressed", "mouseReleased"] {
        let event =
            json!({ "type": kind, "x": middle[0], "y": middle[1], "button": "left", "clickCount": 1 });
        page.cdp.call("Input.dispatchMouseEvent", event);
    }
    page.arrive();
    assert_eq!(page.location(), "/part-3/chapter-2/page-2.html");
}

#[test]
fn a_page_is_ticked_when_its_end_was_on_the_screen() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let ticked = "[...document.querySelectorAll('#mdbook-sidebar .read')].map(one => one.textContent)";
    page.go(PAGE);
    assert_eq!(page.eval(ticked), json!([]));
    page.eval("document.querySelectorAll('main > h2')[1].scrollIntoView()");
    page.eval("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
    assert_eq!(page.eval(ticked), json!([]), "its end is not seen yet");
    page.eval("scrollTo(0, document.documentElement.scrollHeight)");
    page.until(&format!("{ticked}.length"));
    // It is remembered, and a chapter is ticked with the last of its pages.
    page.go("/part-3/chapter-2/page-2.html");
    assert_eq!(page.eval(ticked), json!(["Page 1"]));
    for other in ["index", "page-2", "page-3"] {
        page.eval(&format!("localStorage.setItem('read/part-3/chapter-2/{other}.html', '1')"));
    }
    page.go("/part-3/chapter-2/page-2.html");
    assert_eq!(page.eval(ticked), json!(["Chapter 2", "Page 1", "Page 2", "Page 3"]));
    // An error's page is one of many of its entry.
    page.go(ERROR);
    page.eval("scrollTo(0, document.documentElement.scrollHeight)");
    page.until("localStorage.getItem('read/errors/lost.html')");
    assert!(page.holds("!document.querySelector('#mdbook-sidebar [aria-current].read')"));
}

#[test]
fn the_bar_leads_to_run_it_here_and_into_teaching_mode() {
    let Some(large) = reader() else { return };
    let mut page = Page::new(large);
    page.go(PAGE);
    page.click("#mdbook-teach-toggle");
    assert_eq!(page.text("document.getElementById('mdbook-teach-toggle').ariaPressed"), "true");
    assert!(page.holds("document.documentElement.classList.contains('teaching')"));
    page.click(".teach-leave");
    assert_eq!(page.text("document.getElementById('mdbook-teach-toggle').ariaPressed"), "false");
    page.click(".menu-bar a[href$='run-it-here.html']");
    page.arrive();
    assert_eq!(page.location(), "/run-it-here.html");
    page.width(360);
    assert!(page.holds("document.querySelector('.menu-title').scrollWidth <= document.querySelector('.menu-title').clientWidth"));
    // The gallery has no such page.
    let Some(small) = gallery::reader() else { return };
    let mut page = Page::new(small);
    page.go("/index.html");
    assert!(page.holds("!document.querySelector('.menu-bar a[href$=\"run-it-here.html\"]')"));
}

#[test]
fn an_unknown_address_offers_the_pages_that_are_spelled_alike_and_all_parts() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let unknown = "/no/such/contributng.html";
    page.go(unknown);
    let first = "document.querySelector('#nearest a')";
    assert_eq!(page.text(&format!("{first}.textContent")), "Contributing");
    assert_eq!(page.text(&format!("new URL({first}.href).pathname")), "/contributing.html");
    assert_eq!(page.text("document.querySelector('.find input').value"), "contributng");
    page.go("/xyzzy-plugh");
    assert!(
        page.holds("document.getElementById('nearest').children.length === 0"),
        "nothing is spelled like that"
    );
    page.scripts(false);
    page.go(unknown);
    assert!(page.holds("!document.querySelector('.find').checkVisibility()"));
    let parts = "[...document.querySelectorAll('main .contents a')].filter(link => link.checkVisibility() && /^\\/part-\\d+\\/index/.test(new URL(link.href).pathname)).length";
    assert_eq!(page.eval(parts), json!(16));
    page.click("main .contents a[href='part-2/index.html']");
    page.arrive();
    assert_eq!(page.location(), "/part-2/index.html");
}

#[test]
fn a_pages_headings_are_beside_it_where_there_is_room_and_in_a_fold_elsewhere() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    for (width, is_beside) in [(1400, true), (1920, true), (1280, false), (360, false)] {
        page.width(width);
        page.go(PAGE);
        let look = "(() => {
            const box = selector => document.querySelector(selector).getBoundingClientRect();
            return [document.querySelector('.on-this-page a').checkVisibility(),
                box('.on-this-page').left > box('main > p').right && box('.on-this-page').right <= innerWidth,
                box('.on-this-page').top >= box('h1').bottom];
        })()";
        let expected = if is_beside { json!([true, true, false]) } else { json!([false, false, true]) };
        assert_eq!(page.eval(look), expected, "at {width}");
    }
    page.width(1400);
    page.eval("document.getElementById('section-3').scrollIntoView()");
    page.until("document.querySelector('.on-this-page [aria-current]')?.textContent === 'Section 3'");
    page.eval("scrollTo(0, 0)");
    page.until("document.querySelector('.on-this-page [aria-current]')?.textContent === 'Section 1'");
}
