//! What a reader does with a timeline: step, point, replay, flip through runs, see who wrote what.

use serde_json::json;

use crate::gallery;
use crate::page::Page;

/// What the live region says.
const NOW: &str = "document.querySelector('.status').textContent";

fn focused(page: &mut Page) -> u64 {
    page.eval("Number(document.activeElement.dataset.event ?? 0)").as_u64().expect("a number")
}

#[test]
fn arrow_keys_step_through_the_events() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    let path = gallery::page("greeting");
    page.go(&path);
    assert_eq!(
        page.eval("document.querySelectorAll('.plot > :not(.tall) [tabindex=\"0\"]').length"),
        json!(1),
        "one tab stop"
    );
    page.eval("document.querySelector('.plot [tabindex=\"0\"]').focus()");
    let events = page
        .eval("document.querySelectorAll('.plot > :not(.tall) [data-event]').length")
        .as_u64()
        .expect("events");
    for event in 1..=events {
        assert_eq!(focused(&mut page), event);
        let said = page.text(NOW);
        let told = page
            .text(&format!("document.querySelector('.events [data-event=\"{event}\"]').textContent.trim()"));
        assert_eq!(said, format!("{event} of {events} {told}"));
        let marked = "[...document.querySelectorAll('.now[data-event]')].map(one => one.dataset.event)";
        assert_eq!(page.eval(marked), json!(vec![event.to_string(); 3]), "in both drawings and the list");
        page.press("ArrowRight");
    }
    assert_eq!(focused(&mut page), events, "the last event is the last");
    page.press("Home");
    assert_eq!(focused(&mut page), 1);
    page.press("ArrowDown");
    assert_eq!(focused(&mut page), 2, "down and up stay with the process");
    page.press("ArrowDown");
    assert_eq!(focused(&mut page), 4);
    page.press("End");
    assert_eq!(focused(&mut page), events);
    page.press("ArrowLeft");
    assert_eq!(focused(&mut page), events - 1);
    page.press("Escape");
    assert!(page.holds("document.querySelectorAll('.now[data-event], .lit').length === 0"));
    assert_eq!(page.location(), path, "the arrows turned no page");
    page.eval("document.querySelector('.stepper button').focus()");
    page.press("ArrowRight");
    page.press("ArrowRight");
    assert!(page.text(NOW).starts_with("2 of "), "on a button the arrows step too");
    assert_eq!(page.location(), path);
}

#[test]
fn a_click_beside_the_marks_takes_the_nearest_and_from_then_on_the_arrows_step() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    let path = gallery::page("greeting");
    page.go(&path);
    let events = page
        .eval("document.querySelectorAll('.plot > :not(.tall) [data-event]').length")
        .as_u64()
        .expect("events");
    page.eval("[...document.querySelectorAll('.plot > :not(.tall) .time')].at(-1).classList.add('last')");
    let last = ".plot .time.last";
    let near = page.eval(&format!(
        "(() => {{ const box = document.querySelector('{last}').getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
            return Math.min(...[...document.querySelectorAll('.plot > :not(.tall) .mark > :first-child')].map(mark => mark.getBoundingClientRect())
                .map(mark => Math.hypot(mark.x + mark.width / 2 - x, mark.y + mark.height / 2 - y))); }})()"
    ));
    assert!(near.as_f64() > Some(25.0), "the click is beside the marks: {near}");
    page.click(last);
    let clicked = focused(&mut page);
    assert!(clicked * 2 > events, "{clicked} is in the later half");
    page.press("ArrowLeft");
    assert_eq!(focused(&mut page), clicked - 1);
    // After that the keys are the figure's, wherever on the page the reader clicks.
    page.click("h1");
    assert!(page.holds("!document.activeElement.closest('.plot')"));
    page.press("ArrowLeft");
    assert_eq!(page.eval("Number(document.querySelector('.plot .now').dataset.event)"), json!(clicked - 2));
    for _ in 0..events {
        page.press("ArrowRight");
    }
    assert_eq!(page.location(), path, "no arrow turned the page");
}

#[test]
fn arrows_turn_no_page_while_a_link_or_a_button_has_the_focus() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go(gallery::LISTINGS);
    for control in ["main a", "main .clip-button", "main summary"] {
        page.eval(&format!("document.querySelector('{control}').focus()"));
        page.press("ArrowRight");
        assert_eq!(page.location(), gallery::LISTINGS, "{control}");
    }
    page.eval("document.activeElement.blur()");
    page.press("ArrowRight");
    page.arrive();
    assert_ne!(page.location(), gallery::LISTINGS);
}

#[test]
fn a_pointer_shows_what_it_is_on() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go(&gallery::page("tree"));
    page.point(".plot [data-event=\"9\"] > rect");
    page.until("document.querySelector('.plot .now')?.dataset.event === '9'");
    assert!(page.text(NOW).starts_with("9 of "));
    page.point("h1");
    page.until("!document.querySelector('.plot .now')");
    page.click(".plot [data-event=\"3\"] > rect");
    assert_eq!(focused(&mut page), 3);
    page.point("h1");
    assert!(page.holds("document.querySelector('.plot .now').dataset.event === '3'"), "what is chosen stays");
}

#[test]
fn a_replay_shows_events_and_output_in_their_order() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go(&gallery::page("tree"));
    // Each change is noted in the page, so that none is missed.
    page.eval(
        "document.querySelector('.events').open = true;
        window.seen = { events: [], lines: [] };
        window.watch = new MutationObserver(() => {
            const now = document.querySelector('.plot .now')?.dataset.event;
            if (now && now !== seen.events.at(-1)) seen.events.push(now);
            const written = [...document.querySelectorAll('.wrote li')].filter(line => line.checkVisibility({ visibilityProperty: true })).length;
            if (written !== seen.lines.at(-1)) seen.lines.push(written);
        });
        watch.observe(document.querySelector('.run'), { subtree: true, attributes: true })",
    );
    page.eval("(() => { const speed = document.querySelector('.stepper select'); speed.value = '4'; })()");
    page.eval("document.querySelectorAll('.stepper button')[2].click()");
    assert_eq!(page.text("document.querySelectorAll('.stepper button')[2].textContent"), "Pause");
    page.until("document.querySelectorAll('.stepper button')[2].textContent.includes('Replay')");
    let count = page
        .eval("document.querySelectorAll('.plot > :not(.tall) [data-event]').length")
        .as_u64()
        .expect("events");
    let seen = page.eval("seen.events.map(Number)");
    let seen: Vec<u64> =
        seen.as_array().expect("a list").iter().map(|event| event.as_u64().expect("a number")).collect();
    // On a busy machine a frame comes late and shows the second of two events.
    assert!(seen.is_sorted_by(|a, b| a < b) && seen.len() as u64 > count / 2, "{seen:?}");
    assert_eq!((seen.first(), seen.last()), (Some(&1), Some(&count)));
    assert_eq!(page.eval("seen.lines"), json!([0, 1, 2]), "output appears as it was written");
}

#[test]
fn a_replay_can_be_paused() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go(&gallery::page("tree"));
    page.eval("document.querySelectorAll('.stepper button')[2].click()");
    page.until("document.querySelector('.plot .now')");
    page.eval("document.querySelectorAll('.stepper button')[2].click()");
    let event = page.text("document.querySelector('.plot .now').dataset.event");
    assert!(page.holds("!document.querySelector('.replaying, .unwritten')"), "everything is seen again");
    page.eval("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
    assert_eq!(page.text("document.querySelector('.plot .now').dataset.event"), event);
}

#[test]
fn with_less_motion_a_replay_steps() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.less_motion();
    page.go(&gallery::page("greeting"));
    page.eval(
        "window.places = new Set();
        const { svg, drawn } = { svg: document.querySelector('.plot > :not(.tall)'), drawn: document.querySelector('.drawn') };
        window.watch = new MutationObserver(() => places.add(svg.viewBox.baseVal.width - parseFloat(drawn.getAttribute('style').split(' ')[2])));
        watch.observe(drawn, { attributes: true });
        document.querySelector('.stepper select').value = '4';
        document.querySelectorAll('.stepper button')[2].click()",
    );
    page.until("document.querySelectorAll('.stepper button')[2].textContent.includes('Replay')");
    let between = page.eval(
        "(() => { const stops = [...document.querySelectorAll('.plot > :not(.tall) .mark')].map(mark => mark.transform.baseVal[0].matrix.e + 10);
            return [...places].filter(x => !stops.some(stop => Math.abs(stop - Number(x)) < 0.01)); })()",
    );
    assert_eq!(between, json!([]), "it was drawn between events");
    let count = page
        .eval("document.querySelectorAll('.plot > :not(.tall) [data-event]').length")
        .as_u64()
        .expect("events");
    assert_eq!(page.eval("places.size").as_u64(), Some(count));
}

/// Which runs are seen, by their numbers.
const SEEN: &str = "[...document.querySelectorAll('.run')].filter(run => run.querySelector('.run-body').checkVisibility()).map(run => run.dataset.run)";

#[test]
fn runs_are_flipped_through_with_and_without_javascript() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    for scripts in [true, false] {
        page.scripts(scripts);
        page.go(&gallery::page("race"));
        page.eval("document.querySelectorAll('.events').forEach(fold => fold.open = true)");
        assert_eq!(page.eval(SEEN), json!(["0"]));
        let output = |page: &mut Page| {
            page.eval(
                "[...document.querySelectorAll('.wrote')].find(output => output.checkVisibility()).innerText",
            )
        };
        let first = output(&mut page);
        page.click(".run[data-run=\"1\"] input");
        assert_eq!(page.eval(SEEN), json!(["1"]), "by mouse, scripts: {scripts}");
        assert_ne!(output(&mut page), first, "another run, another order");
        page.press("ArrowRight");
        assert_eq!(page.eval(SEEN), json!(["2"]), "by key, scripts: {scripts}");
        assert_eq!(page.location(), gallery::page("race"));
    }
}

#[test]
fn a_process_and_its_output_light_each_other_up() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go(&gallery::page("race"));
    let lit = "[...document.querySelectorAll('.output .lit')].map(line => line.textContent)";
    let lane = "[...document.querySelectorAll('.run[data-run=\"0\"] .plot > :not(.tall) .lane.lit')].map(lane => lane.dataset.process)";

    page.eval("document.querySelector('.plot [data-event=\"10\"]').focus()");
    assert_eq!(page.eval(lit), json!(["Process-2 does task 2"]), "from the drawing to the output, by key");
    assert_eq!(
        page.eval("document.querySelectorAll('.wrote .now').length"),
        json!(1),
        "and in the figure's own"
    );
    assert_eq!(page.eval(lane), json!(["2"]));

    page.eval("document.querySelector('.output .line').focus()");
    page.press("ArrowDown");
    page.press("ArrowDown");
    page.press("ArrowDown");
    assert_eq!(page.text("document.activeElement.textContent"), "Process-3 does task 3");
    assert_eq!(page.eval(lane), json!(["3"]), "from the output to the drawing, by key");
    page.press("Enter");
    assert_eq!(focused(&mut page), 13, "Enter leads to the event");

    page.press("Escape");
    page.point(".output .line:nth-of-type(1)");
    page.until("document.querySelector('.lane.lit')");
    assert_eq!(page.eval(lane), json!(["1"]), "by mouse");
    assert!(page.holds("document.querySelector('.run[data-run=\"0\"] .plot .now').dataset.event === '8'"));
    page.point("h1");
    page.until("!document.querySelector('.lit')");
    page.point(".run[data-run=\"0\"] .plot [data-event=\"7\"] > rect");
    page.until("document.querySelector('.output .lit')");
    assert_eq!(page.eval(lit), json!(["Process-3 does task 3"]));

    // Another run has the same lines in other places.
    page.click(".run[data-run=\"2\"] input");
    page.point(".output .line:nth-of-type(1)");
    page.until("document.querySelector('.run[data-run=\"2\"] .lane.lit')");
    let now = page.text("document.querySelector('.run[data-run=\"2\"] .events .now').textContent");
    assert!(now.contains("Process-1 writes"), "{now}");
}

#[test]
fn an_event_marks_the_line_of_code_that_printed() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go(gallery::CHAPTER);
    let figure = "figure.timeline[data-id=\"process-class/three_at_once\"]";
    let code = "document.querySelector('.listing[data-id=\"process-class/three_at_once\"] > pre')";
    let marked = format!(
        "{code}.matches('.prints') ? {code}.querySelector('code').textContent.split('\\n')[{code}.style.getPropertyValue('--printing')] : ''"
    );
    page.eval(&format!("document.querySelector('{figure}').closest('.veil')?.setAttribute('open', '')"));
    assert_eq!(page.text(&marked), "");
    // Each word that gets a color is a node of its own.
    page.until(&format!("{code}.querySelector('code.hljs')"));
    for (line, source) in
        [("all three are started", "all three are started"), ("does task 2", "does task {task}")]
    {
        page.eval(&format!(
            "(() => {{ const line = [...document.querySelectorAll('{figure} .wrote li')].find(line => line.textContent.includes('{line}'));
                document.querySelector(`{figure} .plot [data-event=\"${{line.dataset.by}}\"]`).focus(); }})()"
        ));
        let marked = page.text(&marked);
        assert!(marked.contains("println!") && marked.contains(source), "{line} is from {marked}");
        // The mark is where the line is.
        let (top, height) = (
            format!("getComputedStyle({code}, '::after').top"),
            format!("getComputedStyle({code}, '::after').height"),
        );
        let text = format!(
            "(() => {{ const range = document.createRange(), walk = document.createTreeWalker({code}.querySelector('code'), NodeFilter.SHOW_TEXT);
                while (range.collapsed && walk.nextNode()) if (walk.currentNode.data.includes('{}')) range.selectNode(walk.currentNode);
                return range.getBoundingClientRect().top - {code}.getBoundingClientRect().top; }})()",
            &source[..9]
        );
        let within = format!("Math.abs({text} - parseFloat({top})) < parseFloat({height}) / 2");
        assert!(page.holds(&within), "{} {} {}", page.text(&top), page.text(&height), page.eval(&text));
    }
    page.press("Escape");
    assert_eq!(page.text(&marked), "");
}

#[test]
fn on_a_phone_time_goes_down() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.phone();
    let path = gallery::page("tree");
    page.go(&path);
    page.tap(".tall [data-event=\"3\"] > .label");
    page.until("document.querySelector('.tall .now')?.dataset.event === '3'");
    assert_eq!(focused(&mut page), 3, "words lead to their event");
    page.press("ArrowDown");
    assert_eq!(focused(&mut page), 4);
    page.press("ArrowUp");
    page.press("ArrowLeft");
    assert_eq!(focused(&mut page), 2);
    assert_eq!(page.location(), path);
    page.eval(
        "window.places = [];
        const drawn = document.querySelector('.tall .drawn');
        window.watch = new MutationObserver(() => places.push(drawn.getAttribute('style').match(/inset\\(0(?:px)? 0(?:px)? ([\\d.]+)px\\)/)?.[1]));
        watch.observe(drawn, { attributes: true });
        document.querySelector('.stepper select').value = '4';
        document.querySelectorAll('.stepper button')[2].click()",
    );
    page.until("document.querySelectorAll('.stepper button')[2].textContent.includes('Replay')");
    assert!(page.holds(
        "places.length > 2 && places.every((left, at) => left && (at === 0 || Number(left) <= Number(places[at - 1])))"
    ));
    // A phone that is turned has room for the wide drawing, which shows the same event.
    page.screen(800, 360);
    assert!(page.holds("document.querySelector('.plot > :not(.tall)').checkVisibility()"));
    let now = page.eval("[...document.querySelectorAll('.plot .now')].map(mark => mark.dataset.event)");
    let last = page.eval("document.querySelectorAll('.tall [data-event]').length").to_string();
    assert_eq!(now, json!([last, last]));
}
