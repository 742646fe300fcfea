//! The figures of timelines, as a browser draws them: where things lie, on paper and without scripts too, and their weight.

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

/// axe looks at no text in SVG.
#[test]
fn text_in_a_drawing_stands_out_from_its_ground() {
    let Some(reader) = cases::reader() else { return };
    let mut page = Page::new(reader);
    for scheme in [Scheme::Light, Scheme::Dark] {
        page.scheme(scheme);
        page.go(&cases::page("orphan"));
        page.eval("document.querySelector('.plot [data-event=\"6\"]').focus()");
        let weak = page.eval(
            "(() => {
                const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
                const light = color => {
                    brush.fillStyle = color;
                    brush.fillRect(0, 0, 1, 1);
                    const [r, g, b] = [...brush.getImageData(0, 0, 1, 1).data].map(part => part / 255)
                        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
                    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                };
                const fill = element => getComputedStyle(element).fill;
                const lanes = [...document.querySelectorAll('.plot .lane')].map(fill);
                const sheet = getComputedStyle(document.querySelector('figure.timeline')).backgroundColor;
                const grounds = text => text.matches('.time') ? [sheet]
                    : text.matches('.number') ? [fill(text.previousElementSibling)] : lanes;
                const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                const texts = [...document.querySelectorAll('.plot text')];
                if (texts.length < 20 || new Set(lanes).size < 2) return ['too little is drawn, or no lane is lit'];
                return texts.flatMap(text => grounds(text).map(ground => [text.textContent, ratio(light(fill(text)), light(ground))]))
                    .filter(([, contrast]) => contrast < 4.5);
            })()",
        );
        assert_eq!(weak, json!([]), "{scheme:?}");
    }
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
