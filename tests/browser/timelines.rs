//! The figures of timelines, where the table of properties does not reach: without scripts, and the colors in a drawing.

use serde_json::json;

use crate::gallery;
use crate::page::{Page, Scheme};

#[test]
fn a_timeline_is_complete_without_javascript() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.scripts(false);
    for width in [360, 768, 1280] {
        page.width(width);
        page.go(&gallery::page("tree"));
        let drawing = if width < 700 { ".plot > .tall" } else { ".plot > svg:not(.tall)" };
        assert!(page.holds(&format!("document.querySelector('{drawing}').checkVisibility()")));
        page.click("figure.timeline summary");
        assert!(page.holds(
            "[...document.querySelectorAll('.events li, .wrote li')].every(item => item.checkVisibility({ contentVisibilityAuto: true }) && item.getBoundingClientRect().height > 5)"
        ));
        assert_eq!(page.text("document.querySelector('.plot > svg').getAttribute('role')"), "img");
    }
}

/// axe looks at no text in SVG.
#[test]
fn text_in_a_drawing_stands_out_from_its_ground() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    let cases = ["orphan", "asked"];
    for (scheme, case) in
        [Scheme::Light, Scheme::Dark].into_iter().flat_map(|scheme| cases.map(|case| (scheme, case)))
    {
        page.scheme(scheme);
        page.go(&gallery::page(case));
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
        assert_eq!(weak, json!([]), "{scheme:?}, {case}");
    }
}
