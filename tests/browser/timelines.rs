//! The figures of timelines, as a browser draws them: where things lie, and what a reader can do with them.

use serde_json::{Value, json};

use crate::accessibility::violations;
use crate::cases::{self, THREE};
use crate::page::{Page, Scheme, reader};

const WIDTHS: [u32; 3] = [360, 768, 1280];
/// All scripts of a page, in bytes as `gzip` sends them.
const SCRIPTS: u64 = 40_000;
/// A page with three timelines, likewise.
const PAGE: u64 = 160_000;

/// Visits each run of each figure, in the book and among the cases, at each width. `look` gives what is wrong.
fn every_run(look: &str) -> Vec<String> {
    let mut found = vec![];
    for reader in [cases::reader(), reader()].into_iter().flatten() {
        let mut page = Page::new(reader);
        let paths: Vec<String> = page.site.chapters().map(str::to_owned).collect();
        for path in paths {
            if !String::from_utf8_lossy(page.site.file(&path)).contains("<figure class=\"timeline\"") {
                continue;
            }
            for width in WIDTHS {
                page.width(width);
                page.go(&path);
                let problems = page.eval(&format!(
                    "[...document.querySelectorAll('figure.timeline .run')].flatMap(run => {{
                        run.querySelectorAll('.choice > input').forEach(choice => choice.click());
                        run.querySelectorAll('details').forEach(fold => fold.open = true);
                        const look = {look};
                        return look(run, run.closest('figure')).map(problem =>
                            `${{run.closest('figure').dataset.id}}, run ${{run.dataset.run}}: ${{problem}}`);
                    }})"
                ));
                let problems = problems.as_array().expect("a list");
                found.extend(problems.iter().map(|problem| format!("{path} at {width}: {problem}")));
            }
        }
    }
    found
}

#[test]
fn nothing_overlaps_and_nothing_is_outside() {
    let found = every_run(
        "(run, figure) => {
            const svg = run.querySelector('.plot > svg');
            const box = element => element.getBoundingClientRect();
            const things = [...svg.querySelectorAll('.name, .label, .time, .mark > :first-child')]
                .map(element => ({ is: element.textContent || element.parentElement.dataset.event, box: box(element) }));
            if (things.length < 4) return ['nothing is drawn'];
            const problems = [];
            const outside = (inner, outer) => inner.left < outer.left - 0.5 || inner.right > outer.right + 0.5
                || inner.top < outer.top - 0.5 || inner.bottom > outer.bottom + 0.5;
            things.forEach((one, at) => {
                if (one.box.width < 2 || one.box.height < 2) problems.push(`${one.is} is not seen`);
                if (outside(one.box, box(svg))) problems.push(`${one.is} is outside of its drawing`);
                for (const other of things.slice(at + 1)) {
                    const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
                    const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
                    // The box of a text is as high as its font is for any letter.
                    if (wide > 0.5 && high > 2.5) problems.push(`${one.is} lies on ${other.is}`);
                }
            });
            svg.querySelectorAll('.number').forEach(number => {
                if (outside(box(number), box(svg)) || box(number).width > box(number.previousElementSibling).width)
                    problems.push(`the number ${number.textContent} is larger than its mark`);
            });
            figure.querySelectorAll(':scope > *, .run-body > *, .stage > *, li, p, td').forEach(element => {
                if (!element.closest('.table-wrapper *') && element.checkVisibility() && (box(element).right > box(figure).right + 0.5
                    || box(element).left < box(figure).left - 0.5)) problems.push(`${element.outerHTML.slice(0, 60)} is outside`);
            });
            if (box(figure).right > innerWidth) problems.push('the figure is wider than the page');
            return problems;
        }",
    );
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_event_is_once_in_the_drawing_and_once_in_the_list() {
    let found = every_run(
        "run => {
            const numbers = selector => [...run.querySelectorAll(selector)].map(one => Number(one.dataset.event));
            const drawn = numbers('.plot [data-event]'), told = numbers('.events [data-event]');
            const all = told.map((_, at) => at + 1);
            const places = [...run.querySelectorAll('.plot .mark')].map(mark => mark.firstElementChild.getBoundingClientRect().x
                + mark.firstElementChild.getBoundingClientRect().width / 2);
            return [
                all.length < 3 && `only ${all.length} events`,
                String(told) !== String(all) && `the list has ${told}`,
                String(drawn) !== String(all) && `the drawing has ${drawn}`,
                places.some((x, at) => at > 0 && x <= places[at - 1]) && 'time does not go to the right',
            ].filter(Boolean);
        }",
    );
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What the live region says.
const NOW: &str = "document.querySelector('.status').textContent";

fn focused(page: &mut Page) -> u64 {
    page.eval("Number(document.activeElement.dataset.event ?? 0)").as_u64().expect("a number")
}

#[test]
fn arrow_keys_step_through_the_events() {
    let Some(reader) = cases::reader() else { return };
    let mut page = Page::new(reader);
    let path = cases::page("greeting");
    page.go(&path);
    assert_eq!(
        page.eval("document.querySelectorAll('.plot [tabindex=\"0\"]').length"),
        json!(1),
        "one tab stop"
    );
    page.eval("document.querySelector('.plot [tabindex=\"0\"]').focus()");
    let events =
        page.eval("document.querySelectorAll('.plot [data-event]').length").as_u64().expect("events");
    for event in 1..=events {
        assert_eq!(focused(&mut page), event);
        let said = page.text(NOW);
        let told = page
            .text(&format!("document.querySelector('.events [data-event=\"{event}\"]').textContent.trim()"));
        assert_eq!(said, format!("{event} of {events} {told}"));
        let marked = "[...document.querySelectorAll('.now[data-event]')].map(one => one.dataset.event)";
        assert_eq!(page.eval(marked), json!([event.to_string(), event.to_string()]), "in drawing and list");
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
fn a_pointer_shows_what_it_is_on() {
    let Some(reader) = cases::reader() else { return };
    let mut page = Page::new(reader);
    page.go(&cases::page("tree"));
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
    let Some(reader) = cases::reader() else { return };
    let mut page = Page::new(reader);
    page.go(&cases::page("tree"));
    // Each change is noted in the page, so that none is missed.
    page.eval(
        "window.seen = { events: [], lines: [] };
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
    let count = page.eval("document.querySelectorAll('.plot [data-event]').length").as_u64().expect("events");
    let all: Vec<String> = (1..=count).map(|event| event.to_string()).collect();
    assert_eq!(page.eval("seen.events"), json!(all));
    assert_eq!(page.eval("seen.lines"), json!([0, 1, 2]), "output appears as it was written");
}

#[test]
fn a_replay_can_be_paused() {
    let Some(reader) = cases::reader() else { return };
    let mut page = Page::new(reader);
    page.go(&cases::page("tree"));
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
    let Some(reader) = cases::reader() else { return };
    let mut page = Page::new(reader);
    page.less_motion();
    page.go(&cases::page("greeting"));
    page.eval(
        "window.places = new Set();
        window.watch = new MutationObserver(() => places.add(document.querySelector('.curtain').getAttribute('x')));
        watch.observe(document.querySelector('.curtain'), { attributes: true });
        document.querySelector('.stepper select').value = '4';
        document.querySelectorAll('.stepper button')[2].click()",
    );
    page.until("document.querySelectorAll('.stepper button')[2].textContent.includes('Replay')");
    let between = page.eval(
        "(() => { const stops = [0, ...[...document.querySelectorAll('.plot [data-x]')].map(mark => Number(mark.dataset.x) + 10)];
            return [...places].filter(x => !stops.includes(Number(x))); })()",
    );
    assert_eq!(between, json!([]), "the curtain moved between events");
    let count = page.eval("document.querySelectorAll('.plot [data-event]').length").as_u64().expect("events");
    assert_eq!(page.eval("places.size").as_u64(), Some(count + 1));
}

/// Which runs are seen, by their numbers.
const SEEN: &str = "[...document.querySelectorAll('.run')].filter(run => run.querySelector('.run-body').checkVisibility()).map(run => run.dataset.run)";

#[test]
fn runs_are_flipped_through_with_and_without_javascript() {
    let Some(reader) = cases::reader() else { return };
    let mut page = Page::new(reader);
    for scripts in [true, false] {
        page.scripts(scripts);
        page.go(&cases::page("race"));
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
        assert_eq!(page.location(), cases::page("race"));
    }
}

#[test]
fn a_process_and_its_output_light_each_other_up() {
    let Some(reader) = cases::reader() else { return };
    let mut page = Page::new(reader);
    page.go(&cases::page("race"));
    let lit = "[...document.querySelectorAll('figure.output .lit')].map(line => line.textContent)";
    let lane =
        "[...document.querySelectorAll('.run[data-run=\"0\"] .lane.lit')].map(lane => lane.dataset.process)";

    page.eval("document.querySelector('.plot [data-event=\"10\"]').focus()");
    assert_eq!(page.eval(lit), json!(["Process-2 does task 2"]), "from the drawing to the output, by key");
    assert_eq!(
        page.eval("document.querySelectorAll('.wrote .now').length"),
        json!(1),
        "and in the figure's own"
    );
    assert_eq!(page.eval(lane), json!(["2"]));

    page.eval("document.querySelector('figure.output .line').focus()");
    page.press("ArrowDown");
    page.press("ArrowDown");
    page.press("ArrowDown");
    assert_eq!(page.text("document.activeElement.textContent"), "Process-3 does task 3");
    assert_eq!(page.eval(lane), json!(["3"]), "from the output to the drawing, by key");
    page.press("Enter");
    assert_eq!(focused(&mut page), 13, "Enter leads to the event");

    page.press("Escape");
    page.point("figure.output .line:nth-of-type(1)");
    page.until("document.querySelector('.lane.lit')");
    assert_eq!(page.eval(lane), json!(["1"]), "by mouse");
    assert!(page.holds("document.querySelector('.run[data-run=\"0\"] .plot .now').dataset.event === '8'"));
    page.point("h1");
    page.until("!document.querySelector('.lit')");
    page.point(".run[data-run=\"0\"] .plot [data-event=\"7\"] > rect");
    page.until("document.querySelector('figure.output .lit')");
    assert_eq!(page.eval(lit), json!(["Process-3 does task 3"]));

    // Another run has the same lines in other places.
    page.click(".run[data-run=\"2\"] input");
    page.point("figure.output .line:nth-of-type(1)");
    page.until("document.querySelector('.run[data-run=\"2\"] .lane.lit')");
    let now = page.text("document.querySelector('.run[data-run=\"2\"] .events .now').textContent");
    assert!(now.contains("Process-1 writes"), "{now}");
}

#[test]
fn a_timeline_is_complete_without_javascript() {
    let Some(reader) = cases::reader() else { return };
    let mut page = Page::new(reader);
    page.scripts(false);
    for width in WIDTHS {
        page.width(width);
        page.go(&cases::page("tree"));
        assert!(page.holds("document.querySelector('.plot > svg').checkVisibility()"));
        assert!(!page.holds("document.querySelector('.stepper, .curtain')"), "no control that does nothing");
        page.click("figure.timeline summary");
        assert!(page.holds(
            "[...document.querySelectorAll('.events li, .wrote li')].every(item => item.checkVisibility({ contentVisibilityAuto: true }) && item.getBoundingClientRect().height > 5)"
        ));
        assert_eq!(page.text("document.querySelector('.plot > svg').getAttribute('role')"), "img");
    }
}

#[test]
fn on_paper_all_runs_and_all_words_are_there() {
    let Some(reader) = cases::reader() else { return };
    let mut page = Page::new(reader);
    page.print();
    // As wide as a sheet of A4 inside its margins.
    page.width(672);
    for case in ["race", "tree", "burst"] {
        page.go(&cases::page(case));
        let hidden = page.eval(
            "[...document.querySelectorAll('figure.timeline :is(svg, li, samp)')]
                .filter(one => !one.checkVisibility({ visibilityProperty: true }) || one.getBoundingClientRect().height < 3)
                .map(one => one.outerHTML.slice(0, 80))",
        );
        assert_eq!(hidden, json!([]), "{case} on paper");
        assert!(page.holds("!document.querySelector('.stepper').checkVisibility()"), "controls on paper");
        let cut = page.eval(
            "[...document.querySelectorAll('.plot, .wrote ol, .events ol')]
                .filter(box => box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1).length",
        );
        assert_eq!(cut, json!(0), "nothing of {case} is behind a scroll bar");
    }
}

#[test]
fn axe_finds_nothing_on_timelines() {
    let Some(reader) = cases::reader() else { return };
    let mut page = Page::new(reader);
    let mut found = Vec::new();
    let paths: Vec<String> = page.site.chapters().map(str::to_owned).collect();
    for scheme in [Scheme::Light, Scheme::Dark] {
        page.scheme(scheme);
        for path in &paths {
            for width in [360, 1280] {
                page.width(width);
                page.go(path);
                page.eval("document.querySelectorAll('details').forEach(fold => fold.open = true)");
                page.eval("document.querySelector('.wrote samp, .plot [tabindex]').focus()");
                found.extend(violations(&mut page, &format!("{path} at {width}, {scheme:?}")));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn scripts_and_a_page_with_three_timelines_are_light() {
    let Some(reader) = cases::reader() else { return };
    let mut page = Page::new(reader);
    page.go(THREE);
    let requested = page.requests();
    let mut scripts = page
        .eval(&gzipped("[...document.scripts].map(script => script.textContent).join()"))
        .as_u64()
        .expect("a size");
    let mut all = 0;
    for url in requested.iter().filter(|url| !url.ends_with(".html") || url.ends_with(THREE)) {
        let size = page
            .eval(&gzipped(&format!("await (await fetch({url:?})).arrayBuffer()")))
            .as_u64()
            .expect("a size");
        all += size;
        if url.contains(".js") {
            scripts += size;
        }
    }
    assert_eq!(page.eval("document.querySelectorAll('figure.timeline').length"), json!(3));
    println!("scripts {scripts} bytes, page {all} bytes");
    assert!(scripts > 10_000 && scripts < SCRIPTS, "the scripts weigh {scripts} bytes");
    assert!(all > scripts && all < PAGE, "the page weighs {all} bytes");
}

/// The size of some data as `gzip` sends it.
fn gzipped(data: &str) -> String {
    format!(
        "(async () => (await new Response(new Blob([{data}]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer()).byteLength)()"
    )
}

#[test]
fn the_console_stays_empty() {
    let Some(reader) = cases::reader() else { return };
    let mut page = Page::new(reader);
    let paths: Vec<String> = page.site.chapters().map(str::to_owned).collect();
    for path in paths {
        page.go(&path);
        page.eval("document.querySelectorAll('.plot [data-event], .choice > input, .stepper button').forEach(one => { one.focus(); one.click?.(); })");
        let troubles: Vec<Value> = page.troubles().into_iter().map(Value::from).collect();
        assert_eq!(json!(troubles), json!([]), "{path}");
    }
}
