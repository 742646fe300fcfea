//! *Run*, by mouse, key and finger; and what the same button does where nothing can be run.

use serde_json::json;

use crate::axe::violations;
use crate::gallery;
use crate::page::{Page, Scheme};
use crate::served::Served;

/// The page with a listing that takes its time.
const PAGE: &str = "/run-it-here.html";
const BUTTON: &str = ".run-it > button";
const SECOND: &str = ".run-stage .lane[data-process=\"2\"]";
const CHOSEN: &str = "document.querySelector('.run-signals select').value";

/// What is behind the name of the program.
const HOW: &str = "document.querySelector('.how > p').textContent";

/// Waits until the listing runs: it may have to be built.
fn until_at_work(page: &mut Page) {
    let said = "document.querySelector('.run-said').textContent";
    page.until(&format!("{said}.startsWith('It runs')"));
    page.until("document.querySelector('.run-stage li samp')?.textContent === 'three are at work'");
    page.until(&format!("document.querySelector('{SECOND}')"));
}

/// The second worker was killed, and no other.
fn until_killed(page: &mut Page) {
    let over = "document.querySelector('.run-it > button').textContent === '▶ Run'";
    page.until("document.querySelector('.run-signals select').selectedOptions[0].disabled");
    page.until(over);
    let output = page.text("document.querySelector('.run-stage .wrote').innerText");
    assert!(output.contains("Process-2") && output.contains("was ended by signal SIGKILL"), "{output}");
    for one in ["Process-1 has done its work", "Process-3 has done its work"] {
        assert!(output.contains(one), "{output}");
    }
    let said = page.text("document.querySelector('.run-said').textContent");
    assert!(said.contains("Ended with exit code 0") && said.contains("You have sent a signal"), "{said}");
}

fn seconds(page: &mut Page, seconds: u32) {
    page.eval(&format!("document.querySelector('.run-it input').value = {seconds}"));
}

#[test]
fn a_process_is_chosen_and_killed_by_mouse() {
    let Some(mut served) = Served::shared() else { return };
    served.open(PAGE);
    let page = &mut served.page;
    assert_eq!(page.text("location.hash"), "", "the key is gone from the address");
    seconds(page, 15);
    page.click(BUTTON);
    until_at_work(page);
    assert_eq!(page.text(CHOSEN), "0");
    // The figure is drawn anew while the program runs, and a click hits nothing if it begins on one drawing and ends on the next.
    let chosen = format!("{CHOSEN} === '2'");
    for _ in 0..20 {
        page.click(SECOND);
        if page.holds(&chosen) {
            break;
        }
    }
    page.until(&chosen);
    page.until(&format!("document.querySelector('{SECOND}').matches('.lit')"));
    let places =
        "[...document.querySelectorAll('.run-signals > *')].map(one => one.getBoundingClientRect().left)";
    let before = page.eval(places);
    let dead = "[...document.querySelectorAll('.run-signals button')].map(one => one.ariaDisabled)";
    assert_eq!(page.eval(dead), json!(["false", "false", "false", "false"]));
    page.click(".run-signals button[title^=SIGKILL]");
    page.until("document.querySelector('.run-said').textContent === 'SIGKILL sent to Process-2.'");
    page.until("document.querySelector('.run-signals select').selectedOptions[0].disabled");
    assert_eq!(page.eval(places), before, "no button moved under the pointer");
    page.until(&format!("{dead}.every(one => one === 'true')"));
    page.click(".run-signals button[title^=SIGTERM]");
    assert!(!page.text("document.querySelector('.run-said').textContent").contains("SIGTERM"));
    until_killed(page);
    // The figure at the end is one that can be stepped through.
    page.click(".run-stage .stepper button:nth-of-type(2)");
    page.until("document.querySelector('.run-stage .status b')?.textContent.startsWith('1 of ')");
    assert_eq!(page.troubles(), [""; 0]);
}

#[test]
fn a_process_is_chosen_and_killed_by_keyboard() {
    let Some(mut served) = Served::shared() else { return };
    served.open(PAGE);
    let page = &mut served.page;
    page.eval(&format!("document.querySelector('{BUTTON}').focus()"));
    page.press("Tab");
    assert!(page.holds("document.activeElement.matches('.run-it input')"));
    page.eval("document.activeElement.select()");
    page.press("1");
    page.press("5");
    page.eval(&format!("document.querySelector('{BUTTON}').focus()"));
    page.press("Enter");
    until_at_work(page);
    assert!(page.holds(&format!("document.activeElement.matches('{BUTTON}')")), "the focus stays");
    for _ in 0..8 {
        if !page.holds("document.activeElement.matches('.run-signals select')") {
            page.press("Tab");
        }
    }
    assert!(page.holds("document.activeElement.matches('.run-signals select')"));
    page.press("P");
    page.press("ArrowDown");
    page.until(&format!("{CHOSEN} === '2'"));
    page.press("Tab");
    page.press("Tab");
    assert_eq!(page.text("document.activeElement.textContent"), "KILL");
    page.press("Enter");
    until_killed(page);
}

#[test]
fn a_process_is_chosen_and_killed_by_touch_on_a_phone() {
    let Some(mut served) = Served::shared() else { return };
    served.page.phone();
    served.open(PAGE);
    let page = &mut served.page;
    seconds(page, 15);
    page.tap(BUTTON);
    until_at_work(page);
    assert_eq!(page.eval("document.documentElement.scrollWidth"), 360, "it scrolls sideways");
    page.tap(SECOND);
    page.until(&format!("{CHOSEN} === '2'"));
    page.tap(".run-signals button[title^=SIGKILL]");
    until_killed(page);
    assert_eq!(page.eval("document.documentElement.scrollWidth"), 360, "it scrolls sideways");
    let small = page.eval(
        "[...document.querySelectorAll(':is(.run-it, .run-signals) :is(button, select, input)')].filter(one => one.checkVisibility())
            .map(one => one.getBoundingClientRect()).filter(box => box.width < 24 || box.height < 24).length",
    );
    assert_eq!(small, 0, "too small for a finger");
}

#[test]
fn it_stops_and_runs_again_and_keeps_its_promise() {
    let Some(mut served) = Served::shared() else { return };
    served.open(PAGE);
    let page = &mut served.page;
    seconds(page, 20);
    page.click(BUTTON);
    until_at_work(page);
    assert_eq!(page.text(&format!("document.querySelector('{BUTTON}').textContent")), "■ Stop");
    page.click(BUTTON);
    page.until("document.querySelector('.run-said').textContent.startsWith('You stopped it')");
    seconds(page, 1);
    page.click(BUTTON);
    page.until("document.querySelector('.run-said').textContent.includes('This run kept the promise.')");
    seconds(page, 21);
    page.click(BUTTON);
    assert!(page.holds("document.querySelector('.run-it input').matches(':invalid')"));
    assert_eq!(page.text(&format!("document.querySelector('{BUTTON}').textContent")), "▶ Run");
}

#[test]
fn nothing_moves_from_the_beginning_of_a_run_to_its_end() {
    let Some(mut served) = Served::shared() else { return };
    for width in [1280, 360] {
        served.page.width(width);
        served.open(PAGE);
        let page = &mut served.page;
        page.eval(
            "window.shift = 0;
            new PerformanceObserver(list => list.getEntries().filter(entry => !entry.hadRecentInput)
                .forEach(entry => { shift += entry.value; })).observe({ type: 'layout-shift', buffered: true })",
        );
        seconds(page, 2);
        page.click(BUTTON);
        until_at_work(page);
        let sizes = |page: &mut Page, place: &str| {
            page.eval(&format!(
                "['.wrote-title', '.wrote li', '.wrote samp'].map(part =>
                    getComputedStyle(document.querySelector('{place} ' + part)).fontSize)"
            ))
        };
        assert_eq!(
            sizes(page, ".run-stage"),
            sizes(page, ".card > .timeline"),
            "a live figure is as large as a recorded one"
        );
        // The first picture may have been drawn and not yet measured.
        page.until(
            "[...document.querySelectorAll('.run-stage .lane')].every(lane =>
                lane.getBoundingClientRect().width >= document.querySelector('.run-stage .plot').clientWidth - 30)",
        );
        page.until("document.querySelector('.run-said').textContent.includes('Ended with exit code 0')");
        page.until("document.querySelector('.run-stage .stepper')");
        page.eval("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        let shift = page.eval("shift").as_f64().expect("a number");
        assert!(shift <= 0.02, "at {width} it shifts by {shift}");
    }
}

#[test]
fn axe_finds_nothing_while_it_runs_and_after() {
    let Some(mut served) = Served::shared() else { return };
    let mut found = vec![];
    for (scheme, width) in [(Scheme::Light, 1280), (Scheme::Dark, 360)] {
        served.page.scheme(scheme);
        served.page.width(width);
        served.open(PAGE);
        let page = &mut served.page;
        seconds(page, 20);
        page.click(BUTTON);
        until_at_work(page);
        found.extend(violations(page, &format!("a run at {width}, {scheme:?}")));
        assert!(page.holds("document.querySelector('.run-said').textContent.startsWith('It runs')"), "still");
        page.click(BUTTON);
        page.until("document.querySelector('.run-said').textContent.startsWith('You stopped it')");
        found.extend(violations(page, &format!("its end at {width}, {scheme:?}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn without_the_key_there_is_the_book_and_a_recording() {
    let Some(mut served) = Served::shared() else { return };
    let page = &mut served.page;
    page.go(PAGE);
    page.until(&format!("document.querySelector('{BUTTON}')"));
    assert_eq!(page.text(&format!("document.querySelector('{BUTTON}').textContent")), "▶ Replay");
    assert!(page.text(HOW).contains("open the last address that cargo run has printed"));
    page.click(BUTTON);
    page.until("document.querySelector('.card .replaying')");
    assert_eq!(page.troubles(), [""; 0]);
}

#[test]
fn nothing_but_the_scripts_of_the_server_runs_on_a_page() {
    let Some(mut served) = Served::shared() else { return };
    served.open(PAGE);
    let page = &mut served.page;
    assert_eq!(page.troubles(), [""; 0], "the page's own scripts may run");
    page.eval(
        "(() => { const script = document.createElement('script'); script.textContent = 'window.intruder = 1';
            document.head.append(script);
            document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.intruder = 2\">'); })()",
    );
    let broken = "performance.getEntriesByType('resource').some(entry => entry.name.endsWith('/x'))";
    page.until(broken);
    assert!(page.holds("window.intruder === undefined"));
    let fetched = page.text("fetch('http://127.0.0.1:1/').then(() => 'sent', error => error.name)");
    assert_eq!(fetched, "TypeError");
    let refused = page.troubles().into_iter().filter(|trouble| trouble.contains("Content Security Policy"));
    assert!(refused.count() >= 3, "it is the policy that refused");
}

#[test]
fn the_static_site_replays_a_recording_and_says_so() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go(gallery::LISTINGS);
    assert!(page.text(HOW).contains("Replay plays a recording."));
    page.click(BUTTON);
    page.until("document.querySelector('.card > .timeline .replaying')");
    assert!(page.holds("document.querySelector('.run-panel').hidden"), "no second figure");
    // Of a program whose timeline is not on the page, the recording comes.
    page.go(gallery::CHAPTER);
    page.click("[data-run='process-class/arguments'] > button");
    page.until("document.querySelector('.run-stage .replaying')");
    let said = page.text("document.querySelector('.run-panel:not([hidden]) > .run-said').textContent");
    assert_eq!(said, "This is a recording of an earlier run.");
    assert_eq!(page.troubles(), [""; 0]);
}

#[test]
fn without_javascript_the_page_says_how_to_run_it() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.scripts(false);
    page.go(gallery::LISTINGS);
    page.click(".how > summary");
    assert!(page.holds("document.querySelector('.how > p').checkVisibility()"));
    assert!(
        page.text("document.querySelector('.how > p').innerText")
            .contains("cargo run -- run introduction/at_work")
    );
}
