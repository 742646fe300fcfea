//! Questions: choose, check, reset, come back; by keys, and without scripts.

use serde_json::json;

use crate::gallery;
use crate::page::Page;

/// The first question of a page with one right choice, and the first one with several.
const ONE: &str = "aside.predict:has([type=radio])";
const SEVERAL: &str = "aside.predict:has([type=checkbox])";

/// What the question says of the choices, one string each, empty before it was asked to.
fn verdicts(page: &mut Page, question: &str) -> Vec<String> {
    let all = page.eval(&format!(
        "[...document.querySelector({question:?}).querySelectorAll('label')]
            .map(label => label.querySelector('.verdict')?.textContent ?? '')"
    ));
    serde_json::from_value(all).expect("texts")
}

/// Which choices are right, as the page has it.
fn right(page: &mut Page, question: &str) -> Vec<bool> {
    let all = page.eval(&format!(
        "[...document.querySelector({question:?}).querySelectorAll('input')].map(input => 'right' in input.dataset)"
    ));
    serde_json::from_value(all).expect("marks")
}

/// What the live region says.
fn status(page: &mut Page, question: &str) -> String {
    page.text(&format!(
        "document.querySelector({question:?}).querySelector('.check [role=status]').textContent"
    ))
}

fn is_open(page: &mut Page, question: &str) -> bool {
    page.holds(&format!("document.querySelector({question:?}).querySelector('details.answer').open"))
}

/// Whether what the program printed is seen.
fn is_unveiled(page: &mut Page, question: &str) -> bool {
    page.holds(&format!("document.querySelector('{question} ~ .veil > .output').checkVisibility()"))
}

fn chosen(page: &mut Page, question: &str) -> Vec<bool> {
    let all = page.eval(&format!(
        "[...document.querySelector({question:?}).querySelectorAll('input')].map(input => input.checked)"
    ));
    serde_json::from_value(all).expect("choices")
}

/// Presses Tab until the focus is on such an element of the question.
fn tab_to(page: &mut Page, question: &str, element: &str) {
    for _ in 0..20 {
        if page.holds(&format!(
            "document.activeElement.matches({element:?}) && document.activeElement.closest({question:?})"
        )) {
            return;
        }
        page.press("Tab");
    }
    panic!("the Tab key does not reach {element} of {question}");
}

/// The page of questions, and the focus just before the first one of this kind.
fn at(page: &mut Page, question: &str) -> String {
    page.go(gallery::QUESTIONS);
    page.eval(&format!(
        "{{ const before = document.createElement('span'); before.tabIndex = -1;
            document.querySelector({question:?}).before(before); before.focus(); }}"
    ));
    gallery::QUESTIONS.to_owned()
}

#[test]
fn a_question_is_answered_checked_and_reset_by_keys() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    let path = at(&mut page, ONE);
    let right = right(&mut page, ONE);
    let wrong = right.iter().position(|right| !right).expect("a wrong choice");

    tab_to(&mut page, ONE, ".check button");
    page.press("Enter");
    assert_eq!(status(&mut page, ONE), "Choose an answer first.");
    assert!(!is_open(&mut page, ONE) && !is_unveiled(&mut page, ONE), "nothing is given away for nothing");

    page.eval(&format!("document.querySelector({ONE:?}).previousElementSibling.focus()"));
    tab_to(&mut page, ONE, "input");
    page.press(" ");
    for _ in 0..wrong {
        page.press("ArrowDown");
    }
    assert_eq!(page.location(), path, "the arrows turned no page");
    assert!(chosen(&mut page, ONE)[wrong], "{:?}", chosen(&mut page, ONE));
    tab_to(&mut page, ONE, ".check button");
    page.press("Enter");
    assert_eq!(status(&mut page, ONE), "✗ Not quite. See the answer below.");
    assert!(is_open(&mut page, ONE) && is_unveiled(&mut page, ONE));
    let said = verdicts(&mut page, ONE);
    for (at, (said, right)) in said.iter().zip(&right).enumerate() {
        let verdict = if *right { "✓ right" } else { "✗ wrong" };
        let yours = if at == wrong { ", your choice" } else { "" };
        assert_eq!(*said, format!("{verdict}{yours}"));
    }

    page.press("Tab");
    assert_eq!(page.text("document.activeElement.textContent"), "Reset");
    page.press(" ");
    assert!(
        !is_open(&mut page, ONE) && !is_unveiled(&mut page, ONE) && !chosen(&mut page, ONE).contains(&true)
    );
    assert!(verdicts(&mut page, ONE).iter().all(String::is_empty) && status(&mut page, ONE).is_empty());
    tab_to(&mut page, ONE, "summary");
    page.press("Enter");
    assert!(is_open(&mut page, ONE), "the answer opens without a choice, too");
    page.click(&format!("{ONE} ~ .veil > summary"));
    assert!(is_unveiled(&mut page, ONE), "so does what it printed");
}

#[test]
fn several_choices_are_right_only_together() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    let path = at(&mut page, SEVERAL);
    let right = right(&mut page, SEVERAL);
    let rights = right.iter().filter(|right| **right).count();
    assert!(rights > 1 && rights < right.len(), "{right:?}");
    let mut found = 0;
    for (at, is_right) in right.iter().enumerate() {
        if *is_right {
            page.click(&format!("{SEVERAL} label:nth-of-type({})", at + 1));
            page.click(&format!("{SEVERAL} .check button"));
            found += 1;
            let expected =
                if found == rights { "✓ That is right." } else { "✗ Not quite. See the answer below." };
            assert_eq!(status(&mut page, SEVERAL), expected, "with {found} of {rights}");
        }
    }
    page.eval(&format!("document.querySelector({SEVERAL:?}).querySelector('input').focus()"));
    page.press("ArrowRight");
    assert_eq!(page.location(), path, "the arrows turned no page");
    let wrong = right.iter().position(|right| !right).expect("a wrong choice");
    page.click(&format!("{SEVERAL} label:nth-of-type({})", wrong + 1));
    assert_eq!(status(&mut page, SEVERAL), "", "another choice is another answer");
    assert!(verdicts(&mut page, SEVERAL).iter().all(String::is_empty));
    page.click(&format!("{SEVERAL} .check button"));
    assert_eq!(status(&mut page, SEVERAL), "✗ Not quite. See the answer below.");
}

#[test]
fn choices_are_kept_over_a_reload_and_forgotten_on_demand() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    let path = at(&mut page, ONE);
    page.click(&format!("{ONE} label:nth-of-type(2)"));
    page.click(&format!("{ONE} .check button"));
    page.click(&format!("{SEVERAL} label:nth-of-type(1)"));
    let (one, several) = (chosen(&mut page, ONE), chosen(&mut page, SEVERAL));
    let said = verdicts(&mut page, ONE);
    page.go(&path);
    assert_eq!((chosen(&mut page, ONE), chosen(&mut page, SEVERAL)), (one.clone(), several.clone()));
    assert_eq!(verdicts(&mut page, ONE), said, "what was checked stays checked");
    assert!(verdicts(&mut page, SEVERAL).iter().all(String::is_empty) && !is_open(&mut page, SEVERAL));
    assert!(is_open(&mut page, ONE) && is_unveiled(&mut page, ONE));
    assert!(!is_unveiled(&mut page, SEVERAL), "what was not checked stays veiled");

    let count = page.eval("document.querySelectorAll('aside.predict:has(fieldset)').length");
    let all = "document.querySelector('.predict-reset [role=status]').textContent";
    assert_eq!(page.text(all), format!("2 of {count} questions answered"));
    page.go(&path);
    page.click(".predict-reset button");
    for _ in 0..2 {
        assert!(page.holds("!document.querySelector('aside.predict :checked, aside.predict .verdict')"));
        assert_eq!(page.text(all), format!("0 of {count} questions answered"));
        page.go(&path);
    }
    assert!(
        page.holds("!Object.keys(localStorage).some(key => key.startsWith('predict/'))"),
        "nothing is left behind"
    );
}

#[test]
fn what_is_kept_for_a_question_that_has_changed_does_no_harm() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    let path = at(&mut page, ONE);
    let key = page.text(&format!("'predict/' + document.querySelector({ONE:?}).dataset.question"));
    for kept in ["{\"chosen\":[\"gone\"],\"checked\":true}", "{", "7", "null", "{\"chosen\":7}"] {
        page.eval(&format!("localStorage.setItem({key:?}, {kept:?})"));
        page.go(&path);
        assert_eq!(page.troubles(), [""; 0], "{kept}");
        assert!(!chosen(&mut page, ONE).contains(&true) && !is_open(&mut page, ONE), "{kept}");
    }
}

#[test]
fn without_javascript_choices_can_be_made_and_the_answer_opens() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.scripts(false);
    at(&mut page, ONE);
    assert!(page.holds("!document.querySelector('.check, .predict-reset')"), "no button that does nothing");
    tab_to(&mut page, ONE, "input");
    page.press(" ");
    assert!(chosen(&mut page, ONE).contains(&true));
    tab_to(&mut page, ONE, "summary");
    assert!(!is_open(&mut page, ONE));
    page.press("Enter");
    assert!(is_open(&mut page, ONE));
    let answer = page.text(&format!("document.querySelector({ONE:?}).querySelector('.right').innerText"));
    let right = right(&mut page, ONE).iter().position(|right| *right).expect("a right choice");
    let letter = char::from(b'A' + u8::try_from(right).expect("few choices"));
    assert!(answer.starts_with(&format!("Right: {letter} ")), "{answer}");
    assert!(!is_unveiled(&mut page, ONE));
    page.click(&format!("{ONE} ~ .veil > summary"));
    assert!(is_unveiled(&mut page, ONE));
}

#[test]
fn on_paper_the_answers_follow_the_chapter() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    at(&mut page, ONE);
    let asked = "document.querySelectorAll('aside.predict > .answer').length";
    let all = page.eval(asked);
    page.eval("window.dispatchEvent(new Event('beforeprint'))");
    assert_eq!(page.eval(asked), json!(0));
    let veils = "document.querySelectorAll('.card > .veil').length";
    assert_eq!(page.eval(veils), json!(0), "what a program printed is an answer, too");
    assert!(page.holds("document.querySelector('.answers > .answer + .veil')"));
    assert_eq!(page.eval("document.querySelectorAll('main > .answers:last-child > .answer').length"), all);
    let first = page.text("document.querySelector('.answers > p').textContent");
    assert_eq!(first, page.text("document.querySelector('aside.predict legend').textContent"));
    page.eval("window.dispatchEvent(new Event('afterprint'))");
    assert_eq!(
        (page.eval(asked), page.eval("document.querySelectorAll('.answers').length")),
        (all, json!(0))
    );
    assert!(page.holds(&format!("{veils} > 0")));
}

#[test]
fn a_question_is_a_group_with_a_name_and_each_choice_has_one() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go(gallery::QUESTIONS);
    let nodes = page.cdp.call("Accessibility.getFullAXTree", json!({}));
    let nodes = nodes["nodes"].as_array().expect("nodes");
    let names = |role: &str| -> Vec<&str> {
        let named = nodes.iter().filter(|node| node["role"]["value"] == json!(role));
        named.map(|node| node["name"]["value"].as_str().unwrap_or_default()).collect()
    };
    let groups = names("group")
        .into_iter()
        .filter(|name| name.starts_with("Predict:") || name.starts_with("Question:"));
    assert_eq!(groups.count(), 2, "{:?}", names("group"));
    let choices = [names("radio"), names("checkbox")].concat();
    assert!(choices.iter().filter(|name| name.len() > 2).count() >= 7, "{choices:?}");
}

#[test]
fn whether_a_program_compiles_is_not_seen_before_the_answer() {
    let Some(reader) = gallery::reader() else { return };
    let mut page = Page::new(reader);
    page.go(gallery::QUESTIONS);
    let card = "document.querySelector('[data-id=\"threads/borrowed_local\"]')";
    let shown = |page: &mut Page| {
        let parts = [".refuses", ".refused-at", "pre.compiler"];
        parts.map(|part| page.holds(&format!("{card}.querySelector('{part}').checkVisibility()")))
    };
    assert_eq!(shown(&mut page), [false; 3]);
    assert!(page.holds(&format!("!{card}.querySelector('.run-it')")));
    page.eval(&format!("{card}.querySelectorAll('input')[1].click()"));
    page.eval(&format!("{card}.querySelector('.check button').click()"));
    assert_eq!(shown(&mut page), [true; 3]);
    // Line 5 is four lines below the first, also where the letters are larger.
    let code = format!("getComputedStyle({card}.querySelector('.listing code'))");
    let first = format!(
        "{card}.querySelector('.listing code').getBoundingClientRect().top + parseFloat({code}.paddingTop)"
    );
    let mark = format!("{card}.querySelector('.refused-at').getBoundingClientRect()");
    let off = format!("Math.abs({mark}.top - ({first}) - 4 * parseFloat({code}.lineHeight))");
    for teaching in [false, true] {
        page.eval(&format!("document.documentElement.classList.toggle('teaching', {teaching})"));
        assert!(page.holds(&format!("{off} < 2")), "the mark is {} px off", page.eval(&off));
        assert!(page.holds(&format!("Math.abs({mark}.height - parseFloat({code}.lineHeight)) < 1")));
    }
}
