//! The note for the instructor that a page carries: how many minutes it takes, and what to draw, to ask and to skip.
//!
//! It is an aside, hidden until the page is in teaching mode. Plans add its minutes up, and `{{#notes folder}}` collects it.

use std::path::Path;

use mdbook_driver::book::Book;

/// What a note begins with.
const BEGINS: &str = "**For the instructor:** ";
const OPENS: &str = "<aside class=\"instructor\">";
const CLOSES: &str = "</aside>";

/// The note of one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// How long the page takes, with its first exercise.
    pub minutes: u32,
    /// How long that exercise takes, if there is one.
    pub first: Option<u32>,
    /// The line of the page on which it says so.
    pub line: usize,
    /// The rest, in Markdown.
    pub text: String,
}

/// A page that has a note.
#[derive(Clone, Debug)]
pub struct Taught {
    /// Its path from `src`, without `.md`.
    pub page: String,
    /// Its title in the table of contents.
    pub title: String,
    /// The note.
    pub note: Note,
}

/// The pages that have a note, in the book's order. One whose note cannot be read is left out: its own page tells of that.
pub fn taught(book: &Book) -> Vec<Taught> {
    let pages = book.chapters().filter_map(|chapter| {
        let note = read(&chapter.content).ok()??;
        let page = chapter.path.as_deref().map(|path| path.with_extension(""))?;
        Some(Taught { page: page.to_str()?.to_owned(), title: chapter.name.clone(), note })
    });
    pages.collect()
}

/// The path of a page from `src`.
pub fn file(page: &str) -> String {
    format!("{page}.md")
}

/// Whether the page lies in this folder of `src`.
pub fn is_in(page: &str, folder: &str) -> bool {
    Path::new(page).parent() == Some(Path::new(folder))
}

/// The note of a page, if it has one.
///
/// # Errors
///
/// The line, counted from 1, and what is wrong there.
pub fn read(page: &str) -> Result<Option<Note>, (usize, String)> {
    let lines: Vec<&str> = page.lines().collect();
    let mut opens = lines.iter().zip(1..).filter(|(text, _)| **text == OPENS).map(|(_, line)| line);
    let Some(open) = opens.next() else { return Ok(None) };
    if let Some(second) = opens.next() {
        return Err((second, "a page has one note for the instructor".to_owned()));
    }
    let body: Vec<&str> = lines[open..].iter().copied().take_while(|line| *line != CLOSES).collect();
    let before = body.iter().take_while(|line| line.is_empty()).count();
    let line = open + before + 1;
    let body = body[before.min(body.len())..].join("\n");
    let wrong = || {
        let message = format!(
            "a note begins `{BEGINS}90 minutes, 40 of them for the first exercise.`, or `90 minutes, no exercise.`, \
             or `90 minutes.`"
        );
        (line, message)
    };
    let (sentence, text) =
        body.strip_prefix(BEGINS).and_then(|body| body.split_once('.')).ok_or_else(wrong)?;
    let (minutes, first) = minutes(sentence).ok_or_else(wrong)?;
    if first.is_some_and(|first| first >= minutes) {
        return Err((line, "no minute is left to teach in".to_owned()));
    }
    Ok(Some(Note { minutes, first, line, text: text.trim().to_owned() }))
}

/// The minutes of the page, and those of its first exercise.
fn minutes(sentence: &str) -> Option<(u32, Option<u32>)> {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    match words[..] {
        [minutes, "minutes"] | [minutes, "minutes,", "no", "exercise"] => Some((minutes.parse().ok()?, None)),
        [minutes, "minutes,", first, "of", "them", "for", "the", "first", "exercise"] => {
            Some((minutes.parse().ok()?, Some(first.parse().ok()?)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(sentence: &str) -> Result<Option<Note>, (usize, String)> {
        read(&format!("# A page\n\n{OPENS}\n\n{BEGINS}{sentence} Draw\na box.\n\n{CLOSES}\n\n## More\n"))
    }

    #[test]
    fn a_note_tells_its_minutes() {
        for (sentence, minutes, first) in [
            ("20 minutes.", 20, None),
            ("20 minutes, no exercise.", 20, None),
            ("90 minutes, 40 of them\nfor the first exercise.", 90, Some(40)),
        ] {
            let expected = Note { minutes, first, line: 5, text: "Draw\na box.".to_owned() };
            assert_eq!(note(sentence), Ok(Some(expected)));
        }
        assert_eq!(read("# A page\n"), Ok(None));
    }

    #[test]
    fn a_note_without_minutes_is_found() {
        for sentence in ["An hour.", "ninety minutes.", "90 minutes, 40 for the exercise.", "90 minutes"] {
            let (line, message) = note(sentence).expect_err("a mistake");
            assert!(line == 5 && message.starts_with("a note begins"), "{line}: {message}");
        }
        let (line, message) = note("30 minutes, 30 of them for the first exercise.").expect_err("a mistake");
        assert_eq!((line, message.as_str()), (5, "no minute is left to teach in"));
        let (line, message) =
            read(&format!("{OPENS}\n{BEGINS}9 minutes.\n{CLOSES}\n{OPENS}\n")).expect_err("two");
        assert_eq!((line, message.as_str()), (4, "a page has one note for the instructor"));
    }
}
