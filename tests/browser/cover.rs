//! The first page: what it says at once, and the run that plays on it.

use crate::page::{Page, reader};
use crate::served::Served;

const FIGURE: &str = ".cover figure.timeline";

/// What a newcomer has to see without scrolling, and what of it is cut off.
const CUT: &str =
    "['h1', '.cover > p', '.cover > ul a', '.cover .plot > svg', '.cover .plot .label', '.cover .output pre'].filter(selector =>
    [...document.querySelectorAll(selector)].filter(one => one.checkVisibility()).some(one => {
        const box = one.getBoundingClientRect();
        return box.height < 10 || box.top < 0 || box.bottom > innerHeight;
    }))";

#[test]
fn the_first_screen_has_name_sentence_ways_in_run_and_output() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    for (width, height) in [(1280, 800), (360, 740)] {
        page.screen(width, height);
        page.go("/");
        assert_eq!(page.text("document.querySelector('h1').textContent"), "Hello, Process World");
        assert_eq!(page.eval(CUT), serde_json::json!([]), "{width} by {height}");
        page.eval("document.querySelector('.cover > ul a').focus()");
        assert!(page.holds("document.activeElement.pathname === '/introduction.html'"));
    }
}

#[test]
fn one_door_is_for_readers_and_the_one_beside_it_for_teachers() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    let doors = "[...document.querySelectorAll('.cover > ul a')].slice(0, 2)";
    for (width, height) in [(1280, 800), (360, 740)] {
        page.screen(width, height);
        page.go("/");
        let paths = page.eval(&format!("{doors}.map(door => door.pathname)"));
        assert_eq!(paths, serde_json::json!(["/introduction.html", "/workshop/teach.html"]));
        let tops = format!("new Set({doors}.map(door => door.getBoundingClientRect().top)).size");
        assert_eq!(page.eval(&tops), 1, "{width}: not beside one another");
        let lines = "(p => Math.round(p.getBoundingClientRect().height / parseFloat(getComputedStyle(p).lineHeight)))(
            document.querySelector('.cover > ul + p'))";
        assert_eq!(page.eval(lines), 1, "{width}: what is ready and what is planned takes more than a line");
    }
}

/// The entries of the contents: where the first part is, where the line is that is only planned, and how long it is.
const PARTS: &str = "(entries => {
    const part = entries.findIndex(entry => /^[IVX]+\\. /.test(entry.textContent));
    const later = entries.findIndex(entry => entry.matches('.later'));
    return [part, later, entries[later]?.textContent.length];
})([...document.querySelectorAll('#mdbook-sidebar :is(a, .later)')])";

#[test]
fn the_contents_have_what_can_be_read_before_one_short_line_of_what_is_planned() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.go("/");
    page.until("document.querySelector('#mdbook-sidebar .later')");
    let found: Vec<i64> = serde_json::from_value(page.eval(PARTS)).expect("three numbers");
    let [part, later, length] = found[..] else { panic!("{found:?}") };
    assert!(0 < part && part < later, "{found:?}");
    assert!(length <= 30, "{length} characters");
}

/// The words in the drawing that is displayed, with the sizes in which a reader sees them.
const WORDS: &str = "(svg => [...svg.querySelectorAll('text')].map(text => [text.textContent,
    Math.round(parseFloat(getComputedStyle(text).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)])
    )([...document.querySelectorAll('.cover .plot > svg')].find(svg => svg.checkVisibility()))";

#[test]
fn the_drawing_tells_four_beats_in_large_words() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    for width in [1280, 768, 360] {
        page.screen(width, 800);
        page.go("/");
        let words: Vec<(String, u32)> = serde_json::from_value(page.eval(WORDS)).expect("words and sizes");
        let said: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
        let beats =
            ["1", "starts", "2", "killed by SIGABRT", "3", "learns how it ended", "4", "main goes on"];
        assert_eq!(said, [&["main", "worker"][..], &beats].concat(), "{width}");
        let small: Vec<_> = words.iter().filter(|(word, size)| word.len() > 1 && *size < 14).collect();
        assert!(small.is_empty(), "{width}: {small:?}");
    }
}

#[test]
fn what_it_printed_and_its_code_are_below_the_drawing() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.go("/");
    let order = page.eval(
        "(card => { const parts = ['figcaption', '.timeline', '.output', '.listing'].map(part => card.querySelector(part).getBoundingClientRect());
            return parts.every((part, at) => at === 0 || part.top >= parts[at - 1].bottom - 1); })(document.querySelector('.cover .card'))",
    );
    assert_eq!(order, true);
    let printed = page.text("document.querySelector('.cover .output').innerText");
    assert!(printed.starts_with("the worker was ended by signal SIGABRT\nmain goes on"), "{printed}");
    assert!(printed.contains("always prints this"), "{printed}");
    assert_eq!(page.eval("document.querySelectorAll('.cover .clip-button').length"), 1, "buttons that copy");
    let again = "[...document.querySelectorAll('.menu-bar .text-button')].filter(one => one.checkVisibility()).length";
    assert_eq!(page.eval(again), 0, "in the bar as well as below the lede");
}

#[test]
fn the_run_plays_once_and_is_whole_at_rest() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.go("/");
    page.until(&format!("document.querySelector('{FIGURE} .replaying')"));
    // From its first moment on it has its lanes, their names, and an event.
    let seen = format!(
        "[...document.querySelectorAll('{FIGURE} .plot > svg')].find(svg => svg.checkVisibility())
            .querySelectorAll(':is(.lane, .name), .mark:not(.unwritten)').length > 4"
    );
    assert!(page.holds(&seen), "it is empty");
    page.until(&format!("!document.querySelector('{FIGURE} .replaying')"));
    let hidden = format!(
        "[...document.querySelectorAll('{FIGURE} .plot > svg')].filter(svg => svg.checkVisibility())
            .flatMap(svg => [...svg.querySelectorAll('.mark, .drawn')])
            .filter(one => !one.checkVisibility({{ opacityProperty: true }}) || getComputedStyle(one).clipPath !== 'none').length"
    );
    assert_eq!(page.eval(&hidden), 0, "at rest");
    let killed = page.text(&format!("document.querySelector('{FIGURE} .mark.killed .label').textContent"));
    assert_eq!(killed, "killed by SIGABRT");
    page.click(".cover .run-it > button");
    page.until(&format!("document.querySelector('{FIGURE} .replaying')"));
}

#[test]
fn the_run_stays_still_for_whom_nothing_may_move() {
    let Some(reader) = reader() else { return };
    let mut page = Page::new(reader);
    page.less_motion();
    page.go("/");
    page.until("document.querySelector('.cover .run-it > button')");
    assert!(page.holds(&format!("!document.querySelector('{FIGURE} :is(.replaying, .mark.now)')")));
}

#[test]
fn a_reader_kills_the_worker_and_main_goes_on() {
    let Some(mut served) = Served::shared() else { return };
    served.open("/");
    let page = &mut served.page;
    page.click(".cover .run-it > button");
    let kill = ".cover .run-signals button";
    page.until(&format!("document.querySelector('{kill}').ariaDisabled === 'false'"));
    assert_eq!(page.text(&format!("document.querySelector('{kill}').textContent")), "Kill the worker");
    page.click(kill);
    page.until("document.querySelector('.cover .run-stage .events li')");
    let output = page.text("document.querySelector('.run-stage .wrote').innerText");
    for line in ["the worker was ended by signal SIGKILL", "main goes on"] {
        assert!(output.contains(line), "{output}");
    }
    let events = page.eval("document.querySelectorAll('.run-stage .events li').length");
    assert!(events.as_u64().is_some_and(|events| events < 10), "{events} events");
}
