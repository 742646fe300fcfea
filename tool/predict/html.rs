//! What takes a block's place: the question, its choices as controls of a form, the answer in a fold.
//!
//! It is whole without JavaScript: choices can be made, and the fold opens. `theme/predict.js` adds the check. The explanation
//! stays Markdown, so that mdBook follows its links.

use std::fmt::Write;

use mdbook_markdown::pulldown_cmark::{Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

use crate::predict::Mistake;
use crate::predict::part::Block;
use crate::predict::question::{Choice, Question};
use crate::text::html::escape;

/// Choices of at most this many letters are set side by side.
const BRIEF: usize = 12;

/// Writes a question on the page of this name.
///
/// # Errors
///
/// When the question or a choice holds Markdown that has no place there.
pub fn html(question: &Question, block: &Block<'_>, page: &str) -> Result<String, Vec<Mistake>> {
    let mut mistakes = vec![];
    let mut inline = |text: &str, line: usize| {
        inline(text).unwrap_or_else(|message| {
            mistakes.push(Mistake { line, message });
            String::new()
        })
    };
    let asked = inline(&question.asked, 2);
    let choices: Vec<(String, &Choice)> =
        question.choices.iter().map(|choice| (inline(&choice.text, choice.right.line), choice)).collect();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let id = id(question, block);
    let kind = if block.recalls { "Question:" } else { "Predict:" };
    let mut html =
        format!("<aside class=\"predict\" id=\"{id}\" data-question=\"{page}/{id}\">\n", page = escape(page));
    if choices.is_empty() {
        let _ = writeln!(html, "<p class=\"asked\"><strong>{kind}</strong> {asked}</p>");
    } else {
        html += &form(&format!("<strong>{kind}</strong> {asked}"), &choices, &format!("{page}/{id}"));
    }
    html += "<details class=\"answer\">\n<summary>Answer</summary>\n";
    if !choices.is_empty() {
        let _ = writeln!(html, "<p class=\"right\"><strong>Right:</strong> {}</p>", right(&choices));
    }
    // Blank lines around Markdown end and begin the HTML.
    let _ = write!(html, "\n{}\n\n</details>\n</aside>\n", question.explanation);
    Ok(html)
}

/// The choices: one can be chosen where one is right, otherwise several.
fn form(legend: &str, choices: &[(String, &Choice)], name: &str) -> String {
    let several = choices.iter().filter(|(_, choice)| choice.right.hold).count() > 1;
    let (kind, hint) = match several {
        true => ("checkbox", " <small>Several are right.</small>"),
        false => ("radio", ""),
    };
    let brief = match choices.iter().all(|(_, choice)| choice.text.chars().count() <= BRIEF) {
        true => " class=\"brief\"",
        false => "",
    };
    let mut html = format!("<fieldset{brief}>\n<legend>{legend}{hint}</legend>\n");
    for ((text, choice), letter) in choices.iter().zip('A'..) {
        let _ = writeln!(
            html,
            "<label><input type=\"{kind}\" name=\"{name}\" value=\"{value:08x}\"{right}> \
             <span><b>{letter}</b> {text}</span></label>",
            name = escape(name),
            value = hash(&choice.text),
            right = if choice.right.hold { " data-right" } else { "" },
        );
    }
    html + "</fieldset>\n"
}

fn right(choices: &[(String, &Choice)]) -> String {
    let right = choices.iter().zip('A'..).filter(|((_, choice), _)| choice.right.hold);
    let right: Vec<String> = right.map(|((text, _), letter)| format!("<b>{letter}</b> {text}")).collect();
    right.join("; ")
}

/// The same for as long as listing and question stay the same, wherever on the page they stand.
pub fn id(question: &Question, block: &Block<'_>) -> String {
    let name = block.id.rsplit('/').next().unwrap_or(block.id).replace(|c: char| !c.is_alphanumeric(), "-");
    format!("predict-{name}-{:08x}", hash(&format!("{} {}", block.id, question.asked)))
}

/// FNV-1a, because what readers' browsers keep under it must outlive a change of compilers.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Text that can stand in a legend and in a label: emphasis and code, no links, no blocks.
fn inline(text: &str) -> Result<String, String> {
    let mut html = String::new();
    let mut paragraphs = 0;
    for event in new_cmark_parser(text, &MarkdownOptions::default()) {
        match event {
            Event::Start(Tag::Paragraph) => paragraphs += 1,
            Event::End(TagEnd::Paragraph) => {}
            Event::Text(text) => html += &escape(&text),
            Event::Code(code) => {
                let _ = write!(html, "<code>{}</code>", escape(&code));
            }
            Event::SoftBreak => html.push('\n'),
            Event::Start(Tag::Emphasis) => html += "<em>",
            Event::End(TagEnd::Emphasis) => html += "</em>",
            Event::Start(Tag::Strong) => html += "<strong>",
            Event::End(TagEnd::Strong) => html += "</strong>",
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => {
                return Err("a link has its place in the explanation: here a click chooses".to_owned());
            }
            other => {
                return Err(format!(
                    "a question and a choice are one paragraph with emphasis and code in it, which {other:?} is not"
                ));
            }
        }
    }
    match paragraphs {
        1 => Ok(html),
        _ => Err("a question and a choice are one paragraph each".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predict::part::{Part, parts};

    fn render(page: &str) -> Result<String, Vec<Mistake>> {
        let parts = parts(page);
        let Some((_, Part::Block(block))) = parts.last() else { panic!("{parts:?}") };
        html(&Question::read(block).expect("a question"), block, "part-page")
    }

    const ONE: &str = "```predict a/b\nIs `<a>` *it*?\n\n- [ ] {{x}} <!-- lines 1 -->\n- [x] **b** <!-- lines 2 -->\n\nSee [there](there.md).\n```\n";

    #[test]
    fn one_right_choice_makes_radio_buttons() {
        let html = render(ONE).expect("a question");
        for part in [
            "<legend><strong>Predict:</strong> Is <code>&lt;a&gt;</code> <em>it</em>?</legend>",
            "<b>A</b> &#123;&#123;x}}</span>",
            " data-right> <span><b>B</b> <strong>b</strong></span>",
            "<p class=\"right\"><strong>Right:</strong> <b>B</b> <strong>b</strong></p>",
            "\n\nSee [there](there.md).\n\n</details>\n</aside>\n",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        assert_eq!(html.matches("type=\"radio\"").count(), 2);
        assert_eq!(html.matches("data-right").count(), 1);
        assert!(!html.contains("lines 1") && !html.contains("<details class=\"answer\" open"), "{html}");
    }

    #[test]
    fn several_right_choices_make_check_boxes() {
        let html = render(&ONE.replace("- [ ]", "- [x]")).expect("a question");
        assert_eq!(html.matches("type=\"checkbox\"").count(), 2);
        assert!(html.contains("it</em>? <small>Several are right.</small></legend>"), "{html}");
        assert!(html.contains("<b>A</b> &#123;&#123;x}}; <b>B</b> <strong>b</strong></p>"), "{html}");
    }

    #[test]
    fn choices_share_a_line_if_each_is_short() {
        let html = render(ONE).expect("a question");
        assert!(html.contains("<fieldset class=\"brief\">"), "{html}");
        let html = render(&ONE.replace("**b**", "a sentence of words")).expect("a question");
        assert!(html.contains("<fieldset>"), "{html}");
    }

    #[test]
    fn an_open_question_has_no_controls() {
        let page = "## Check yourself\n```predict a/b\nWhat?\n<!-- lines 1 -->\n\nThis.\n```\n";
        let html = render(page).expect("a question");
        assert!(html.contains("<p class=\"asked\"><strong>Question:</strong> What?</p>"), "{html}");
        assert!(!html.contains("fieldset") && !html.contains("input") && !html.contains("Right:"), "{html}");
    }

    #[test]
    fn the_id_changes_with_the_question_and_with_nothing_else() {
        let id = |page: &str| {
            let html = render(page).expect("a question");
            html.split('"').nth(3).expect("an id").to_owned()
        };
        let first = id(ONE);
        assert_eq!(first, "predict-b-5ec4c2a6");
        assert_eq!(id(&format!("# A\n\n{}", ONE.replace("See", "Look").replace("**b**", "c"))), first);
        assert_ne!(id(&ONE.replace("*it*", "that")), first);
        assert_ne!(id(&ONE.replace("a/b", "c/b")), first, "the same name elsewhere");
    }

    #[test]
    fn a_value_belongs_to_a_choice_and_not_to_its_place() {
        let values = |page: &str| {
            let html = render(page).expect("a question");
            let mut values: Vec<String> =
                html.split("value=\"").skip(1).map(|rest| rest[..8].to_owned()).collect();
            values.sort();
            values
        };
        let swapped = ONE
            .replace("- [ ] {{x}} <!-- lines 1 -->\n", "")
            .replace("lines 2 -->\n", "lines 2 -->\n- [ ] {{x}} <!-- lines 1 -->\n");
        assert_eq!(values(ONE), values(&swapped));
        assert_ne!(values(ONE), values(&ONE.replace("**b**", "c")));
    }

    #[test]
    fn what_a_legend_or_a_label_cannot_hold_is_refused() {
        for (from, to, line, part) in [
            ("*it*", "[it](it.md)", 2, "a link has its place in the explanation"),
            ("**b**", "![b](b.png)", 5, "a link has its place in the explanation"),
            ("**b**", "<b>b</b>", 5, "one paragraph with emphasis and code"),
            ("**b**", "# b", 5, "one paragraph with emphasis and code"),
            ("**b**", "1. b", 5, "one paragraph with emphasis and code"),
        ] {
            let mistakes = render(&ONE.replace(from, to)).expect_err(to);
            assert_eq!(mistakes.len(), 1, "{mistakes:?}");
            assert!(mistakes[0].line == line && mistakes[0].message.contains(part), "{mistakes:?}");
        }
    }
}
