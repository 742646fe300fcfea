//! An exercise on its page: title, minutes, the command that begins it, the task, and folded hints, starting point and solution.
//!
//! The texts are in `workshop/exercises`. Their links are resolved as if they stood on the page.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use records::catalog::Language;
use workshop::{ALL, Exercise, Mistake, Text};

use crate::page::code::Code;
use crate::page::directive::{self, Directive, Kind, Line};
use crate::page::render::{Listed, Page};
use crate::teach::note::Note;
use crate::text::nearest::nearest;

/// The folder of the part whose chapters are taught, from `src`.
pub const CHAPTERS: &str = "process-based-parallelism";

/// The exercise of this name.
///
/// # Errors
///
/// A sentence for the author, with the nearest name.
pub fn find(name: &str) -> Result<&'static Exercise, String> {
    Exercise::find(name).ok_or_else(|| {
        let near = nearest(name, ALL.iter().map(|exercise| exercise.name));
        format!("there is no exercise `{name}`; the nearest is `{}`", near.unwrap_or_default())
    })
}

/// The page that an exercise belongs to, from `src`.
pub fn page(exercise: &Exercise) -> PathBuf {
    Path::new(exercise.page).with_extension("md")
}

/// What stands in a link to an exercise behind `#`.
pub fn anchor(exercise: &Exercise) -> String {
    format!("exercise-{}", exercise.name)
}

/// The programs that a page shows of an exercise: what one begins with, and one that passes.
pub fn programs(exercise: &Exercise) -> [Code; 2] {
    [exercise.start(), exercise.solution()].map(|path| Code {
        id: path.display().to_string(),
        site_path: format!("listings/{}", path.display()),
        language: Language::Rust,
        command: None,
        path,
    })
}

/// The exercises that a page shows, in its order.
pub fn shown(page: &str) -> impl Iterator<Item = &'static Exercise> {
    page.lines().filter_map(|line| match directive::read(line) {
        Ok(Line::Directive(Directive { kind: Kind::Exercise, id, .. })) => Exercise::find(id),
        _ => None,
    })
}

/// What is wrong with the minutes that a page's note gives its first exercise.
pub fn contradicts(note: &Note, page: &str) -> Option<String> {
    let first = shown(page).next()?;
    (note.first != Some(first.minutes)).then(|| {
        format!(
            "the first exercise, `{}`, takes {} minutes; the note has to say `{} of them for the first exercise`",
            first.name, first.minutes, first.minutes
        )
    })
}

/// Reads the text of an exercise, as its file has it once the links in it are resolved.
///
/// # Errors
///
/// Everything that the author has to fix in the file.
pub fn read(text: &str) -> Result<Text, Vec<Mistake>> {
    let mistakes: Vec<Mistake> = text
        .lines()
        .zip(1..)
        .filter(|(text, _)| directive::read(text) != Ok(Line::Text))
        .map(|(_, line)| {
            let message = "the text of an exercise holds no directives: link to what a page shows".to_owned();
            Mistake { line, message }
        })
        .collect();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let text = Text::read(text).map_err(|mistake| vec![mistake])?;
    if text.title.contains("](") {
        let message = "a title becomes a link, and holds none".to_owned();
        return Err(vec![Mistake { line: 1, message }]);
    }
    Ok(text)
}

/// The exercise, in Markdown. `programs` are the texts of [`programs`].
pub fn markdown(page: &mut Page, exercise: &Exercise, text: &Text, shown: &[String; 2]) -> String {
    let [start, solution] = programs(exercise);
    let mut program = |code: &Code, text: &str| {
        let text = page.code(code, None, text, None, &BTreeSet::new());
        page.card(code, &Listed::default(), &text)
    };
    let hints: String = text
        .hints
        .iter()
        .zip(1..)
        .map(|(hint, number)| fold("exercise-hint", &format!("Hint {number}"), hint))
        .collect();
    format!(
        "### {title} {{#{anchor}}}\n\n\
         <p class=\"begin\"><strong>{minutes} minutes.</strong> This begins it:</p>\n\n\
         ```sh\ncargo run -- workshop start {name}\n```\n\n\
         {task}\n\n\
         <div class=\"exercise-help\">\n\n{hints}{start}{solution}</div>\n\n",
        title = text.title,
        anchor = anchor(exercise),
        minutes = exercise.minutes,
        name = exercise.name,
        task = text.task,
        start = fold("exercise-start", "The starting point", &program(&start, &shown[0])),
        solution = fold(
            "exercise-solution",
            "A solution",
            &format!("{}\n\n{}", text.solution, program(&solution, &shown[1]))
        ),
    )
}

/// A fold. Blank lines around Markdown end and begin the HTML.
fn fold(class: &str, summary: &str, inside: &str) -> String {
    format!(
        "<details class=\"{class}\">\n<summary>{summary}</summary>\n\n{}\n\n</details>\n\n",
        inside.trim_end()
    )
}
