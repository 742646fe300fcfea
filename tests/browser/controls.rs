//! What a reader operates: keys, the copy button, the theme.

use serde_json::json;

use crate::gallery;
use crate::page::{Page, Scheme, reader};

#[test]
fn the_skip_link_comes_first_and_leads_to_the_text() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go("/index.html");
    page.press("Tab");
    assert_eq!(page.text("document.activeElement.className"), "skip-link");
    assert!(
        page.holds("document.activeElement.getBoundingClientRect().top >= 0"),
        "seen when it has the focus"
    );
    page.press("Enter");
    page.until("document.activeElement.id === 'mdbook-main'");
}

#[test]
fn the_tab_key_visits_only_what_is_seen() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.width(768);
    page.go(gallery::CHAPTER);
    let mut visited = Vec::new();
    for _ in 0..60 {
        page.press("Tab");
        assert!(
            page.holds(
                "document.activeElement.checkVisibility({ visibilityProperty: true, opacityProperty: true })"
            ),
            "{} has the focus and is not seen",
            page.text("document.activeElement.outerHTML.slice(0, 200)")
        );
        visited.push(
            page.text("document.activeElement.id || document.activeElement.getAttribute('class') || ''"),
        );
    }
    let position = |id: &str| {
        visited.iter().position(|visit| visit == id).unwrap_or_else(|| panic!("{id}: {visited:?}"))
    };
    assert!(position("skip-link") < position("mdbook-sidebar-toggle-anchor"));
    assert!(position("mdbook-sidebar-toggle-anchor") < position("mdbook-theme-toggle"));
    assert!(position("mdbook-search-toggle") < position("clip-button"), "the bar comes before the text");
}

#[test]
fn the_table_of_contents_opens_and_closes_by_key() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.width(360);
    page.go("/index.html");
    let seen =
        "document.querySelector('#mdbook-sidebar a[href]')?.checkVisibility({ visibilityProperty: true })";
    assert!(!page.holds(seen), "closed at first on a phone");
    page.eval("document.getElementById('mdbook-sidebar-toggle-anchor').focus()");
    page.press(" ");
    assert!(page.holds(seen), "the space bar opens it");
    page.press("Tab");
    page.press("Escape");
    assert!(!page.holds(seen), "Escape closes it");
    assert_eq!(page.text("document.activeElement.id"), "mdbook-sidebar-toggle-anchor", "the focus returns");
    page.press(" ");
    assert!(page.holds(seen), "and again");
}

#[test]
fn arrows_turn_pages_and_help_tells_so() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    let pages: Vec<String> = page.site.chapters().map(str::to_owned).collect();
    page.go(&pages[0]);
    page.press("ArrowRight");
    page.arrive();
    assert_eq!(page.location(), pages[1]);
    page.press("ArrowLeft");
    page.arrive();
    assert_eq!(page.location(), pages[0]);
    page.press("?");
    assert!(page.text("document.querySelector('dialog[open]').innerText").contains("previous and next page"));
    page.press("Escape");
    page.until("!document.querySelector('dialog[open]')");
}

#[test]
fn the_copy_button_copies_exactly_the_listing() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    let rights = json!({
        "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"],
        "origin": page.site.origin.clone(),
        "browserContextId": page.cdp.context(),
    });
    page.cdp.call("Browser.grantPermissions", rights);
    page.go(gallery::LISTINGS);
    // In the caption of its card, beside its name, or in its own corner.
    const BUTTON: &str = ":is(figcaption, .part-of):has(~ .here) .clip-button, .here .clip-button";
    let count = page.eval("document.querySelectorAll('.listing').length").as_u64().expect("a number");
    assert!(count >= 3, "{count} listings");
    for at in 0..count {
        page.eval(&format!(
            "document.querySelector('.here')?.classList.remove('here');
            document.querySelectorAll('.listing')[{at}].classList.add('here');
            navigator.clipboard.writeText('')"
        ));
        page.click(BUTTON);
        page.until(&format!("document.querySelector('{BUTTON}').innerText.match(/Copied/)"));
        // That this is the source's text is looked at on every page.
        let code = page.text("document.querySelector('.here pre > code').textContent");
        assert_eq!(
            page.text("navigator.clipboard.readText()"),
            code.trim_end_matches('\n').to_owned() + "\n"
        );
    }
}

/// The code whose first line, scrolled to its end, is covered by a button or by a name.
const COVERED: &str = "[...document.querySelectorAll('main pre > code')].filter(code => code.checkVisibility()).flatMap(code => {
    code.scrollTo({ left: code.scrollWidth, behavior: 'instant' });
    const range = document.createRange(), walk = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    range.setStart(code, 0);
    while (walk.nextNode()) {
        const end = walk.currentNode.data.indexOf('\\n');
        range.setEnd(walk.currentNode, end < 0 ? walk.currentNode.data.length : end);
        if (end >= 0) break;
    }
    const line = range.getBoundingClientRect();
    const over = [...code.closest('.card, pre').querySelectorAll('.clip-button, .part-of')].map(one => one.getBoundingClientRect());
    return over.some(box => box.width > 0 && box.left < line.right && box.right > line.left && box.top < line.bottom && box.bottom > line.top + 2)
        ? [code.textContent.slice(0, 60)] : [];
})";

#[test]
fn on_a_phone_no_button_and_no_name_covers_code() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.width(360);
    let [parts, commands] = ["how-a-process-ends", "run-a-function"]
        .map(|name| format!("/process-based-parallelism/process-class/{name}.html"));
    for (path, has) in [(parts, ".part-of .clip-button"), (commands, "pre > .buttons .clip-button")] {
        page.go(&path);
        assert!(page.holds(&format!("document.querySelector('{has}')")), "{path}");
        assert_eq!(page.eval(COVERED), json!([]), "{path}");
    }
}

#[test]
fn the_theme_follows_the_system_until_the_reader_chooses() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    let dark = "getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/)[0] < 100";
    page.go("/index.html");
    assert!(!page.holds(dark));
    page.scheme(Scheme::Dark);
    assert!(page.holds(dark), "it follows the system at once");

    choose(&mut page, "light");
    assert!(!page.holds(dark));
    page.go(gallery::CHAPTER);
    assert!(!page.holds(dark), "the choice holds on the next page");

    choose(&mut page, "dark");
    page.scheme(Scheme::Light);
    page.go(gallery::CHAPTER);
    assert!(page.holds(dark), "and against the system");

    choose(&mut page, "default_theme");
    assert!(!page.holds(dark), "Auto gives it back to the system");
    page.scheme(Scheme::Dark);
    page.go("/index.html");
    assert!(page.holds(dark));
}

/// Chooses an entry of the theme menu as a mouse would, and checks that the menu says so and closes.
fn choose(page: &mut Page, theme: &str) {
    page.click("#mdbook-theme-toggle");
    page.click(&format!("#mdbook-theme-{theme}"));
    assert!(page.holds("!document.getElementById('mdbook-theme-list').checkVisibility()"));
    assert_eq!(page.text(&format!("document.getElementById('mdbook-theme-{theme}').ariaChecked")), "true");
}

#[test]
fn the_theme_menu_works_by_key() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go("/index.html");
    page.eval("document.getElementById('mdbook-theme-toggle').focus()");
    page.press("Enter");
    page.until("document.activeElement.id === 'mdbook-theme-default_theme'");
    page.press("ArrowDown");
    page.press("ArrowDown");
    page.press("Enter");
    page.until("document.documentElement.classList.contains('dark')");
    assert_eq!(page.text("document.activeElement.id"), "mdbook-theme-toggle");
    for (key, focused) in [("Escape", "mdbook-theme-toggle"), ("Tab", "mdbook-search-toggle")] {
        page.eval("document.getElementById('mdbook-theme-toggle').focus()");
        page.press("Enter");
        page.until("document.activeElement.matches('.theme')");
        page.press(key);
        assert!(page.holds("!document.getElementById('mdbook-theme-list').checkVisibility()"), "{key}");
        assert_eq!(page.text("document.activeElement.id"), focused, "{key}");
    }
}
