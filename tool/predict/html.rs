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
use crate::render::escape;

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
    let mut html = format!("<fieldset>\n<legend>{legend}{hint}</legend>\n");
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
    let options = {
        let mut options = MarkdownOptions::default();
        options.smart_punctuation = false;
        options
    };
    let mut html = String::new();
    let mut paragraphs = 0;
    for event in new_cmark_parser(text, &options) {
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
