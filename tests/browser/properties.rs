//! What holds on every page: a table. A page is loaded for a desk, which then becomes a phone and a tablet, and again without
//! scripts. Some pages are looked at thoroughly: with what costs much, on paper, and loaded on the phone. A new property is a row.

use std::collections::HashMap;

use serde_json::Value;

use crate::axe::{self, Rules};
use crate::page::{Page, Scheme};

/// What a page may weigh on the wire, in bytes: HTML, style, typefaces and scripts, compressed as hosts do.
const WEIGHT: u64 = 160_000;
/// All of its scripts, likewise.
const SCRIPTS: u64 = 50_000;
/// How high a page of a chapter is at most, in screens of 800 pixels.
const SCREENS: f64 = 12.0;
/// When something must be seen, in milliseconds.
const FIRST_PAINT: f64 = 1000.0;

/// How a page is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
enum View {
    /// 1280 pixels wide, the folds as the page has them.
    Desk,
    /// As wide as a sheet of A4 inside its margins.
    Paper,
    /// 360 pixels wide, with all folds open.
    Phone,
    /// 768 pixels wide, likewise.
    Tablet,
    /// 1280 pixels wide, without scripts.
    Plain,
}
use View::{Desk, Paper, Phone, Plain, Tablet};

/// On which pages a property is looked at.
#[derive(Clone, Copy, PartialEq)]
enum On {
    /// On each page, once.
    Every,
    /// On the pages of the gallery, and of the book on those that [`crate::share`] names.
    Some,
}
use On::{Every, Some as Named};

struct Property {
    name: &'static str,
    views: &'static [View],
    on: On,
    /// What is wrong, a string each.
    look: fn(&mut Visit) -> Vec<String>,
}

/// The table. Rows are looked at in this order.
const PROPERTIES: &[Property] = &[
    Property {
        name: "the console is empty",
        views: &[Desk, Phone, Plain],
        on: Every,
        look: |visit| visit.page.troubles(),
    },
    // Before the folds are opened.
    Property { name: "it is not long", views: &[Desk], on: Every, look: long },
    Property { name: "no other host is asked", views: &[Desk], on: Every, look: foreign },
    Property { name: "it is light", views: &[Desk], on: Every, look: weight },
    Property { name: "a copy is the listing", views: &[Desk], on: Every, look: copies },
    Property {
        name: "a program has one card",
        views: &[Desk, Plain],
        on: Every,
        look: |visit| visit.list(CARDS),
    },
    Property {
        name: "teaching mode has the note's minutes",
        views: &[Desk],
        on: Every,
        look: |visit| visit.list(MINUTES),
    },
    Property {
        name: "a question and its choices have names",
        views: &[Desk],
        on: Every,
        look: |visit| visit.list(QUESTIONS),
    },
    Property {
        name: "every event is drawn and told once",
        views: &[Desk, Phone],
        on: Every,
        look: |visit| visit.list(&in_every_run(EVENTS)),
    },
    Property {
        name: "no part of a figure overlaps",
        views: &[Desk, Phone, Tablet],
        on: Every,
        look: |visit| visit.list(&in_every_run(OVERLAPS)),
    },
    Property {
        name: "a drawing has its place and words that can be read",
        views: &[Desk, Phone, Tablet],
        on: Every,
        look: |visit| visit.list(&in_every_run(DRAWN)),
    },
    Property {
        name: "no word is too small to read",
        views: &[Phone],
        on: Every,
        look: |visit| visit.list(SMALL),
    },
    Property {
        name: "nothing scrolls sideways",
        views: &[Desk, Phone, Tablet],
        on: Every,
        look: |visit| visit.list(SIDEWAYS),
    },
    Property {
        name: "a table fits, a wide one as cards",
        views: &[Phone],
        on: Every,
        look: |visit| visit.list(CARDS_OF_TABLES),
    },
    Property {
        name: "what surrounds a text has its edges",
        views: &[Desk, Phone, Tablet],
        on: Every,
        look: |visit| visit.list(EDGES),
    },
    Property {
        name: "quotation marks are real in text and straight in code",
        views: &[Desk],
        on: Every,
        look: |visit| visit.list(QUOTES),
    },
    Property {
        name: "it is finished",
        views: &[Desk, Phone],
        on: Every,
        look: |visit| visit.list(UNFINISHED),
    },
    Property {
        name: "it reads the same without scripts",
        views: &[Desk, Plain],
        on: Every,
        look: same_texts,
    },
    Property {
        name: "nothing is hidden without scripts",
        views: &[Plain],
        on: Every,
        look: |visit| visit.list(HIDDEN),
    },
    Property { name: "axe finds nothing", views: &[Desk], on: Every, look: axe_finds },
    Property { name: "axe finds nothing", views: &[Phone, Tablet], on: Named, look: axe_finds },
    Property { name: "the edge of each control is seen", views: &[Desk], on: Named, look: edges },
    Property { name: "its controls can be used", views: &[Phone], on: Named, look: controls },
    Property {
        name: "everything is on paper",
        views: &[Paper],
        on: Named,
        look: |visit| visit.list(PRINTED),
    },
    Property { name: "it is fast", views: &[Desk], on: Every, look: first_paint },
];

/// A tab that goes from page to page.
pub(crate) struct Visit {
    page: Page,
    path: String,
    view: View,
    is_thorough: bool,
    /// The texts of the page, as it has them with scripts.
    texts: Value,
    /// What the files of the site weigh that more than one page asks for.
    weights: HashMap<String, u64>,
}

impl Visit {
    pub(crate) fn new(page: Page) -> Visit {
        Visit {
            page,
            path: String::new(),
            view: Desk,
            is_thorough: false,
            texts: Value::Null,
            weights: HashMap::new(),
        }
    }

    /// Looks at a page, thoroughly or not, and gives what is wrong with it.
    pub(crate) fn look(&mut self, path: &str, thoroughly: bool) -> Vec<String> {
        path.clone_into(&mut self.path);
        self.is_thorough = thoroughly;
        let mut found = vec![];
        for view in [Desk, Paper, Phone, Tablet, Plain] {
            if view == Paper && !thoroughly {
                continue;
            }
            self.view = view;
            self.take();
            for property in PROPERTIES.iter().filter(|property| property.views.contains(&view)) {
                if property.on == Every || thoroughly {
                    let problems = (property.look)(self);
                    found.extend(
                        problems
                            .iter()
                            .map(|problem| format!("{path}, {view:?}: {}: {problem}", property.name)),
                    );
                }
            }
        }
        found
    }

    /// Takes the view. The paper is printed from what is on the desk, and a tablet is a phone that is wider. Unless a page is
    /// looked at thoroughly, the phone is the desk, made narrow: the table of contents, which is closed there, is all that a
    /// width changes while a page is loaded.
    fn take(&mut self) {
        let page = &mut self.page;
        page.width(match self.view {
            Desk | Plain => 1280,
            Paper => 672,
            Phone => 360,
            Tablet => 768,
        });
        page.scripts(self.view != Plain);
        match self.view {
            Paper => page.print(),
            Tablet => {}
            Phone if !self.is_thorough => {
                page.eval("document.getElementById('mdbook-sidebar-toggle-anchor').checked = false");
            }
            Desk | Phone | Plain => {
                page.scheme(Scheme::Light);
                page.go(&self.path);
            }
        }
        if self.view == Phone {
            page.eval("document.querySelectorAll('details').forEach(fold => fold.open = true)");
        }
    }

    /// The strings that a script of the page gives.
    fn list(&mut self, script: &str) -> Vec<String> {
        serde_json::from_value(self.page.eval(script)).expect("a list of strings")
    }
}

/// A program that looks at each run of each timeline on the page: `look` is a function of a run and its figure.
fn in_every_run(look: &str) -> String {
    format!(
        "[...document.querySelectorAll('figure.timeline .run')].flatMap(run => {{
            run.querySelectorAll('.choice > input').forEach(choice => choice.click());
            run.querySelectorAll('details').forEach(fold => fold.open = true);
            for (let fold = run.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
            const look = {look};
            return look(run, run.closest('figure')).map(problem =>
                `${{run.closest('figure').dataset.id}}, run ${{run.dataset.run}}: ${{problem}}`);
        }})"
    )
}

const OVERLAPS: &str = "(run, figure) => {
    const svg = [...run.querySelectorAll('.plot > svg')].find(svg => svg.checkVisibility());
    const box = element => element.getBoundingClientRect();
    const things = [...svg.querySelectorAll('.name, .label, .time, .mark > :first-child')]
        .map(element => ({ is: element.textContent || element.parentElement.dataset.event, box: box(element),
            slants: element.matches('.tall .name') }));
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
            // The box of a text is as high as its font is for any letter, and that of a slanted one holds its neighbors, too.
            if (!(one.slants && other.slants) && wide > 0.5 && high > 2.5) problems.push(`${one.is} lies on ${other.is}`);
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
}";

const EVENTS: &str = "run => {
    const numbers = selector => [...run.querySelectorAll(selector)].map(one => Number(one.dataset.event));
    const wide = numbers('.plot > :not(.tall) [data-event]'), tall = numbers('.tall [data-event]');
    const told = numbers('.events > ol > [data-event]'), all = told.map((_, at) => at + 1);
    const isTall = run.querySelector('.tall').checkVisibility();
    const places = [...run.querySelectorAll(isTall ? '.tall .mark' : '.plot > :not(.tall) .mark')].map(mark => {
        const box = mark.firstElementChild.getBoundingClientRect();
        return isTall ? box.y + box.height / 2 : box.x + box.width / 2;
    });
    return [
        all.length < 3 && `only ${all.length} events`,
        String(told) !== String(all) && `the list has ${told}`,
        String(wide) !== String(all) && `the wide drawing has ${wide}`,
        String(tall) !== String(all) && `the tall drawing has ${tall}`,
        places.some((place, at) => at > 0 && place <= places[at - 1]) && 'time goes back',
    ].filter(Boolean);
}";

/// One of both drawings is displayed, with words of eleven pixels at least. The wide one scrolls only if its marks are dots, and
/// without what counts orders and chooses a run, it has most of its figure. A figure of dots is low, and so is one of a single thread.
const DRAWN: &str = "(run, figure) => {
    const height = element => element?.getBoundingClientRect().height ?? 0;
    const seen = [...run.querySelectorAll('.plot > svg')].filter(svg => svg.checkVisibility());
    if (seen.length !== 1) return [`${seen.length} drawings are displayed`];
    const [svg] = seen, isTall = svg.matches('.tall'), isDots = svg.matches('.plot-dots');
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const sizes = [...svg.querySelectorAll('text')].map(text => parseFloat(getComputedStyle(text).fontSize) * scale);
    const folds = [...figure.querySelectorAll('details > :not(summary)')].filter(fold => fold.checkVisibility() && !fold.closest('.seen'));
    const rest = folds.reduce((sum, fold) => sum + height(fold), height(figure.querySelector('.seen')) + height(figure.querySelector('.choice')));
    const share = height(svg) / (height(figure) - rest);
    return [
        sizes.length < 2 && 'it has no words',
        Math.min(...sizes) < 10.95 && `its smallest words have ${Math.min(...sizes)} pixels`,
        isTall !== innerWidth < 700 && `the ${isTall ? 'tall' : 'wide'} drawing is displayed at ${innerWidth}`,
        !(isDots && !isTall) && svg.parentElement.scrollWidth > svg.parentElement.clientWidth + 1 && 'it scrolls',
        svg.querySelectorAll('.name').length > 1 && share < (isDots ? 0.45 : 0.55) && `its drawing has ${share.toFixed(2)} of its height`,
    ].filter(Boolean);
}";

/// Words of less than eleven pixels, in plots and folds, too.
const SMALL: &str = "(() => {
    document.querySelectorAll('main details').forEach(fold => fold.open = true);
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), small = new Set();
    while (words.nextNode()) {
        const { data, parentElement: of } = words.currentNode, svg = of.ownerSVGElement;
        if (data.trim() && of.checkVisibility({ visibilityProperty: true }) && !of.closest('.visually-hidden')) {
            const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
            const size = parseFloat(getComputedStyle(of).fontSize) * scale;
            if (size < 10.95) small.add(`${of.className.baseVal ?? of.className} has ${size.toFixed(1)} pixels`);
        }
    }
    return [...small];
})()";

pub(crate) const SIDEWAYS: &str = "[
    document.documentElement.scrollWidth !== innerWidth && `it is ${document.documentElement.scrollWidth} wide`,
    ...[...document.querySelectorAll('body *')].filter(element => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.right > innerWidth + 1
            && !element.closest('pre, .table-wrapper, .plot > svg, .sidebar, .visually-hidden, .buttons');
    }).map(element => element.outerHTML.slice(0, 120)),
].filter(Boolean)";

/// Tables in figures repeat what is drawn, and scroll.
pub(crate) const CARDS_OF_TABLES: &str = "[...document.querySelectorAll('main .table-wrapper:not(figure *)')].filter(box => box.checkVisibility()).flatMap(box => {
    const heads = [...box.querySelectorAll('thead th')].map(head => head.textContent.trim());
    const problems = box.scrollWidth > box.clientWidth ? [`it is ${box.scrollWidth} wide in ${box.clientWidth}`] : [];
    for (const row of heads.length > 2 ? box.querySelectorAll('tbody > tr') : []) {
        [...row.cells].forEach((cell, at) => {
            const label = getComputedStyle(cell, '::before').content;
            const wanted = at > 0 && heads[at] && cell.hasChildNodes() ? heads[at] : '';
            if (!(wanted ? label.includes(`${wanted}: `) : label === 'none')) problems.push(`${cell.textContent} has the label ${label}`);
        });
    }
    return problems.map(problem => `${heads.join(', ')}: ${problem}`);
})";

/// On a phone a box may also run from edge to edge.
const EDGES: &str = "(() => {
    const blocks = [...document.querySelectorAll('main > *')].filter(one => one.checkVisibility() && one.getBoundingClientRect().height > 0);
    const [left, right] = [...document.querySelectorAll('main > :is(h1, p)')].filter(one => one.checkVisibility())
        .map(one => one.getBoundingClientRect()).map(box => [box.left, box.right])[0];
    return blocks.filter(one => {
        const box = one.getBoundingClientRect();
        const is = (from, to) => Math.abs(box.left - from) < 1 && Math.abs(box.right - to) < 1;
        return !is(left, right) && !(innerWidth <= 600 && is(0, innerWidth));
    }).map(one => `${one.outerHTML.slice(0, 60)} is from ${one.getBoundingClientRect().left} to ${one.getBoundingClientRect().right}`);
})()";

/// What a program wrote is code, too, where it is quoted in a sentence.
const QUOTES: &str = "(() => {
    const problems = [], walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    let texts = 0;
    while (walk.nextNode()) {
        const inside = walk.currentNode.parentElement, text = walk.currentNode.data;
        const isCode = inside.closest('code, samp, kbd, pre');
        if (inside.closest('svg, .events, script, style, noscript')) continue;
        texts += 1;
        if (!isCode && /[\"']|--/.test(text)) problems.push(`straight: ${text}`);
        if (inside.closest('code') && /[‘’“”]/.test(text)) problems.push(`curly: ${text}`);
    }
    return texts < 2 ? ['there is no text'] : problems;
})()";

/// All that a page shows of a program is in frames of one kind, of which only the first has a caption, on one line, with all that
/// can be done. What follows a question is veiled.
const CARDS: &str = "(() => {
    const cards = [...document.querySelectorAll('.card')];
    const ORDER = ['figcaption', '.part-of', '.run-panel', '.listing', '.predict', '.output', '.timeline', '.veil', '.from-python'];
    const rank = part => ORDER.findIndex(kind => part.matches(kind));
    const problems = cards.flatMap(card => {
        const id = card.dataset.id, same = cards.filter(other => other.dataset.id === id);
        const count = selector => same.flatMap(other => [...other.querySelectorAll(selector)]).length;
        const parts = [...card.children], ranks = parts.map(rank), asked = parts.some(part => part.matches('.predict'));
        const caption = card.querySelector(':scope > figcaption');
        return [
            count(':scope > figcaption') !== 1 && 'it has not one caption',
            count(':scope > figcaption > .acts > .run-it') > 1 && 'it has a second button that runs it',
            caption && !caption.querySelector('.listing-id')?.textContent && 'its caption has no name',
            caption?.checkVisibility() && caption.getBoundingClientRect().height > (innerWidth < 600 ? 90 : 48) && 'its caption is more than a line',
            ranks.some((rank, at) => rank < 0 || at > 0 && rank < ranks[at - 1]) && `its parts are ${parts.map(part => part.className)}`,
            asked && parts.some(part => part.matches('.output, .timeline, .from-python')) && 'an answer is not veiled',
        ].filter(Boolean).map(problem => `${id}: ${problem}`);
    });
    const lost = [...document.querySelectorAll('.listing, .output, figure.timeline')].filter(part =>
        part.closest('.card')?.dataset.id !== part.dataset.id).map(part => `${part.dataset.id}: a part of it is in no card`);
    const keys = document.querySelectorAll('main .key[popover]').length;
    const figures = document.querySelector('.card figure.timeline:not(:has(.plot-story))');
    return [...problems, ...lost, keys !== (figures ? 1 : 0) && `${keys} keys to the signs`].filter(Boolean);
})()";

/// Small things that a reader notices at once, and the author of a page does not.
const UNFINISHED: &str = "(() => {
    const all = selector => [...document.querySelectorAll(selector)].filter(one => one.checkVisibility());
    const inner = text => { const range = document.createRange(); range.selectNodeContents(text); return range; };
    const lines = one => new Set([...inner(one).getClientRects()].map(line => Math.round(line.bottom / 8))).size;
    const edge = one => one.getBoundingClientRect().left;
    const here = location.href.split(/[?#]/)[0];
    return [
        ...all('main a[href]:not([href^=\"#\"])').filter(link => link.href === here)
            .map(link => `a link to this page itself: ${link.textContent}`),
        ...all('main p').filter(text => /:$/.test(text.textContent.trim()))
            .filter(text => !text.nextElementSibling || text.nextElementSibling.matches('p, h2, h3, h4'))
            .map(text => `announced, and not there: ${text.textContent.slice(-60)}`),
        ...all('td[style*=right]').filter(cell => lines(cell) > 1).map(cell => `broken in two: ${cell.textContent}`),
        ...all('main figure details').filter(fold => parseFloat(getComputedStyle(fold).borderLeftWidth) > 0)
            .filter(fold => edge(fold) < edge(fold.closest('figure')) + 4)
            .map(fold => `a fold on the edge of its figure: ${fold.textContent.trim().slice(0, 40)}`),
    ];
})()";

/// The note's first sentence is what the line of teaching mode shows of it.
const MINUTES: &str = "(() => {
    const plain = element => element?.textContent.replace(/\\s+/g, ' ').trim();
    const note = plain(document.querySelector('main .instructor'));
    const minutes = note?.replace('For the instructor: ', '').split('.')[0];
    const said = plain(document.querySelector('.teach-minutes'));
    return said === minutes ? [] : [`${said}, and the note has ${minutes}`];
})()";

const QUESTIONS: &str = "[...document.querySelectorAll('aside.predict fieldset')].flatMap(group => [
    !/^(Predict|Question): ./.test(group.querySelector(':scope > legend:first-child')?.textContent) && 'no legend',
    ...[...group.querySelectorAll('input')].map(input => !(input.labels[0]?.textContent.trim().length > 2) && 'no label'),
]).filter(Boolean)";

/// The blocks of text on a page, one string each.
const TEXTS: &str = "[...document.querySelectorAll('main :is(h1, h2, h3, h4, p, li, td, th, pre > code, pre > samp, figcaption)')]
    .map(element => {
        const text = element.cloneNode(true);
        text.querySelectorAll('.buttons, .run-it, .run-note').forEach(controls => controls.remove());
        return text.textContent;
    })";

const HIDDEN: &str = "[
    document.documentElement.classList.contains('js') && 'scripts run',
    document.querySelector('.buttons, .stepper, .drawn, .check, .predict-reset, .run-it > *, .run-panel, #teach-line')
        && 'a control that does nothing',
    ...[...document.querySelectorAll('main :is(p, li, pre, td, h1, h2, h3, figcaption, svg)')]
        .filter(element => !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
        .filter(element => !element.closest('details:not([open]), .instructor, [popover]'))
        // Another run of a timeline: its switch works without scripts, which a test of timelines holds.
        .filter(element => !element.closest('.run:has(> .choice > input:not(:checked))'))
        // The drawing for a narrow page.
        .filter(element => !element.matches('.tall'))
        .map(element => element.outerHTML.slice(0, 120)),
].filter(Boolean)";

const PRINTED: &str = "(() => {
    const seen = one => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
    const tall = one => one.getBoundingClientRect().height > 2;
    const all = selector => [...document.querySelectorAll(selector)];
    const short = one => one.outerHTML.slice(0, 80);
    return [
        ...all('.menu-bar, .sidebar, .on-this-page, .skip-link, .buttons, .acts, .key-button, .tall, .stepper, .check, .predict-reset, #teach-line')
            .filter(seen).map(one => `on paper: ${short(one)}`),
        ...all('main :is(p, li, pre, td, h1, h2, h3, figcaption, svg, samp)').filter(one => !one.closest('.tall, .instructor, .run-panel, .on-this-page'))
            .filter(one => one.textContent.trim() && !(seen(one) && tall(one))).map(one => `not on paper: ${short(one)}`),
        ...all('.plot, .wrote ol, .events ol, main pre, main pre > code')
            .filter(box => box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1)
            .map(box => `behind a scroll bar: ${short(box)}`),
        ...all('aside.predict:has(fieldset)').filter(aside => {
            const right = aside.querySelector('.right'), last = [...aside.querySelectorAll('label')].at(-1);
            return right.getBoundingClientRect().top < last.getBoundingClientRect().bottom;
        }).map(aside => `its answer is not below: ${short(aside)}`),
    ];
})()";

/// Buttons and fields whose edge has less than 3 to 1 against what it is in.
const CONTROLS: &str = "(() => {
    const numbers = color => color.match(/[\\d.]+/g).map(Number);
    const light = color => {
        const [red, green, blue] = numbers(color).map(part => part / 255)
            .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const ground = element => {
        const color = getComputedStyle(element).backgroundColor;
        return (numbers(color)[3] ?? 1) > 0 || !element.parentElement ? color : ground(element.parentElement);
    };
    return [...document.querySelectorAll('button, select, input:not([type=radio], [type=checkbox])')].flatMap(control => {
        const { borderTopWidth, borderTopColor } = getComputedStyle(control);
        if (!control.checkVisibility() || borderTopWidth === '0px' || numbers(borderTopColor)[3] === 0) return [];
        const [edge, around] = [borderTopColor, ground(control.parentElement)].map(light);
        const ratio = (Math.max(edge, around) + 0.05) / (Math.min(edge, around) + 0.05);
        return ratio < 3 ? [`${ratio.toFixed(2)}: ${control.outerHTML.slice(0, 80)}`] : [];
    });
})()";

fn edges(visit: &mut Visit) -> Vec<String> {
    let mut found = vec![];
    for scheme in [Scheme::Dark, Scheme::Light] {
        visit.page.scheme(scheme);
        found.extend(visit.list(CONTROLS).into_iter().map(|edge| format!("{scheme:?}: {edge}")));
    }
    found
}

fn foreign(visit: &mut Visit) -> Vec<String> {
    let origin = visit.page.site.origin.clone();
    visit.page.requests().into_iter().filter(|url| !url.starts_with(&origin)).collect()
}

fn weight(visit: &mut Visit) -> Vec<String> {
    // What is asked for twice comes out of the browser's cache.
    let mut requested = visit.page.requests();
    requested.sort();
    requested.dedup();
    let (mut all, mut scripts) = (0, 0);
    for url in &requested {
        let url = url.split(['?', '#']).next().expect("an address");
        let is_page = url.ends_with(&visit.path);
        // Prefetched while the reader reads: the next page is not this one's weight.
        if url.ends_with(".html") && !is_page || !url.starts_with(&visit.page.site.origin) {
            continue;
        }
        let weight = match visit.weights.get(url) {
            Some(weight) => *weight,
            None => gzipped(&mut visit.page, url),
        };
        if !is_page {
            visit.weights.insert(url.to_owned(), weight);
        }
        all += weight;
        scripts += if url.ends_with(".js") { weight } else { 0 };
    }
    let heavy = |what: &str, weight, most| {
        (weight >= most)
            .then(|| format!("{what} weighs {weight} bytes, and {most} are allowed: {requested:?}"))
    };
    let nothing = (requested.len() <= 5 || scripts < 10_000)
        .then(|| format!("hardly anything is loaded: {requested:?}"));
    [heavy("it", all, WEIGHT), heavy("all of its scripts", scripts, SCRIPTS), nothing]
        .into_iter()
        .flatten()
        .collect()
}

/// The size of a file of the site as `gzip` sends it.
fn gzipped(page: &mut Page, url: &str) -> u64 {
    page.eval(&format!(
        "fetch({url:?}).then(answer => new Response(answer.body.pipeThrough(new CompressionStream('gzip'))).arrayBuffer())
            .then(bytes => bytes.byteLength)"
    ))
    .as_u64()
    .expect("a size")
}

/// What the copy button of a listing puts on the clipboard is its code; that this is so is held on the gallery.
fn copies(visit: &mut Visit) -> Vec<String> {
    let copies = visit.page.eval(
        "[...document.querySelectorAll('.listing')].map(listing => {
            const caption = document.querySelector(`.card[data-id=\"${CSS.escape(listing.dataset.id)}\"] > figcaption`);
            const button = listing.querySelector('.clip-button') ?? listing.parentElement.querySelector(':is(figcaption, .part-of) .clip-button');
            return [caption.querySelector('a.listing-id').pathname, listing.dataset.anchor ?? '',
                button ? listing.querySelector('pre > code').textContent : 'no button'];
        })",
    );
    let copies: Vec<[String; 3]> = serde_json::from_value(copies).expect("a list of texts");
    let problem = |[link, anchor, text]: [String; 3]| {
        let source = String::from_utf8_lossy(visit.page.site.file(&link)).into_owned();
        let for_the_tool = ["ANCHOR", "// ARGUMENT:", "// TIMELINE:"];
        let is_shown = |line: &&str| !for_the_tool.iter().any(|mark| line.contains(mark));
        let source: Vec<&str> = source.lines().filter(is_shown).collect();
        let text: Vec<&str> = text.lines().collect();
        let is_so = if anchor.is_empty() {
            text == source
        } else {
            let trimmed =
                |lines: &[&str]| -> Vec<String> { lines.iter().map(|line| line.trim().to_owned()).collect() };
            !text.is_empty() && source.windows(text.len()).any(|lines| trimmed(lines) == trimmed(&text))
        };
        (!is_so).then(|| format!("{link} has something else than {text:?}"))
    };
    copies.into_iter().filter_map(problem).collect()
}

fn same_texts(visit: &mut Visit) -> Vec<String> {
    let texts = visit.page.eval(TEXTS);
    if visit.view == Desk {
        visit.texts = texts;
        return vec![];
    }
    let (without, with) = (texts.as_array().expect("texts"), visit.texts.as_array().expect("texts"));
    let other = without.iter().zip(with).find(|(without, with)| without != with);
    let other = other.map(|(without, with)| format!("{without} in place of {with}"));
    let fewer = (without.len() != with.len() || with.len() < 2)
        .then(|| format!("{} texts in place of {}", without.len(), with.len()));
    other.into_iter().chain(fewer).collect()
}

/// Where it may cost much: what all rules find in light, and in dark those that ask for a color. The others ask for none.
fn axe_finds(visit: &mut Visit) -> Vec<String> {
    visit.page.eval("document.querySelectorAll('.veil').forEach(veil => { veil.open = true; })");
    if !visit.is_thorough {
        return axe::look(&mut visit.page, "document", Rules::ButColors);
    }
    let mut found = vec![];
    for (scheme, rules) in [(Scheme::Dark, Rules::Colors), (Scheme::Light, Rules::All)] {
        visit.page.scheme(scheme);
        let violations = axe::look(&mut visit.page, "document", rules);
        found.extend(violations.into_iter().map(|violation| format!("{scheme:?}: {violation}")));
    }
    found
}

/// Uses what can be used: marks, runs, buttons, and the search.
fn controls(visit: &mut Visit) -> Vec<String> {
    let page = &mut visit.page;
    page.eval(
        // The marks of a drawing are all alike, and one case has hundreds.
        "document.querySelectorAll('.plot .mark:nth-of-type(-n + 30), .choice > input, .stepper button, .predict input, .check button')
            .forEach(one => { one.focus(); one.click?.(); });
        document.activeElement.blur()",
    );
    page.press("/");
    page.until("window.searchIndex && document.activeElement.id === 'search-field'");
    page.press("Escape");
    let still = page.holds("document.getElementById('search').open");
    let mut troubles = page.troubles();
    troubles.extend(still.then(|| "the search does not close".to_owned()));
    troubles
}

/// A page of a part of the book.
fn long(visit: &mut Visit) -> Vec<String> {
    let screens = screens(&mut visit.page);
    let is_long = screens > SCREENS;
    is_long.then(|| format!("{screens:.1} screens; divide it, {SCREENS} are the most")).into_iter().collect()
}

/// How many screens of 1280 × 800 a page of a part has; 0 elsewhere.
fn screens(page: &mut Page) -> f64 {
    page.eval("document.querySelector('nav.place') ? document.documentElement.scrollHeight / 800 : 0")
        .as_f64()
        .expect("a number")
}

fn first_paint(visit: &mut Visit) -> Vec<String> {
    let page = &mut visit.page;
    let mut times = vec![];
    // A busy machine may be slow several times in a row, but not always.
    for _ in 0..8 {
        page.until("performance.getEntriesByName('first-contentful-paint').length");
        let painted = page.eval("performance.getEntriesByName('first-contentful-paint')[0].startTime");
        let painted = painted.as_f64().expect("milliseconds");
        if painted < FIRST_PAINT {
            return vec![];
        }
        times.push(painted);
        page.go(&visit.path);
    }
    vec![format!("nothing is seen for {times:?} ms")]
}
