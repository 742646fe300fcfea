//! The note for the instructor that a page carries: how many minutes it takes, what to draw and to ask, and how long each
//! section takes. The notes of a chapter's pages together are the chapter's.
//!
//! It is an aside, hidden until the page is in teaching mode. Plans add its minutes up, and `{{#notes folder}}` collects it.
//! A section's minutes are an item of a list, `- 5 min: [Zombies](#zombies)`; one that may be cut begins `- 5 min, 2 when late: `
//! or `- 5 min, none when late: `. The page's minutes less those of its exercise are shared out among them.

use std::path::{Path, PathBuf};

use mdbook_driver::book::{Book, Chapter as Entry};

use crate::page::link::moved;
use crate::page::structure::{self, Chapter, address, is_index, parts};

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
    /// How the minutes without the exercise are shared out; empty if it does not say.
    pub sections: Vec<Share>,
}

/// What a section takes of a page's minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Its heading, in Markdown.
    pub heading: String,
    /// How long it takes.
    pub minutes: u32,
    /// How long it takes when time is short.
    pub when_late: u32,
}

impl Note {
    /// How long the page takes without its first exercise.
    pub fn teaching(&self) -> u32 {
        self.minutes - self.first.unwrap_or(0)
    }

    /// How many of these minutes can be saved when time is short.
    pub fn can_be_cut(&self) -> u32 {
        self.sections.iter().map(|share| share.minutes - share.when_late).sum()
    }
}

/// A page that has a note, or a chapter whose pages have notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taught {
    /// Its path from `src`, without `.md`; of a chapter of several pages, or of a part, its folder.
    pub page: String,
    /// The file, from `src`, from which the links in the note lead.
    pub file: PathBuf,
    /// Its title in the table of contents.
    pub title: String,
    /// The part that it belongs to.
    pub part: Option<Part>,
    /// The note.
    pub note: Note,
}

/// A part that has pages with notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its title, without the number.
    pub title: String,
    /// The page that opens it, from `src`.
    pub file: PathBuf,
    /// Whether it has chapters, rather than pages.
    pub is_divided: bool,
}

impl Taught {
    /// Where it is in the site, from the site's root.
    pub fn address(&self) -> String {
        address(&self.file)
    }
}

/// The pages and chapters that have a note, in the book's order. A note that cannot be read is left out: its own page tells of that.
pub fn taught(book: &Book) -> Vec<Taught> {
    let parts = parts(book);
    let divided: Vec<&Chapter<'_>> =
        parts.iter().flat_map(|part| &part.chapters).filter(|chapter| !chapter.pages.is_empty()).collect();
    let is = |one: &Entry, other: &Entry| one.path == other.path;
    let part = |entry: &Entry| {
        let has = |part: &&structure::Part<'_>| part.chapters.iter().any(|chapter| is(chapter.entry, entry));
        let part = parts.iter().find(has)?;
        let file = part.entry.path.clone()?;
        Some(Part { title: part.title.to_owned(), file, is_divided: part.is_divided() })
    };
    let pages = book.chapters().filter_map(|entry| {
        if let Some(chapter) = divided.iter().find(|chapter| is(chapter.entry, entry)) {
            return together(chapter, part(entry));
        }
        let is_page = divided.iter().any(|chapter| chapter.pages.iter().any(|page| is(page, entry)));
        let (file, note) = of(entry).filter(|_| !is_page)?;
        let page = file.with_extension("").to_str()?.to_owned();
        Some(Taught { page, file, title: entry.name.clone(), part: part(entry), note })
    });
    pages.collect()
}

/// The note of a page, and the page's file.
fn of(entry: &Entry) -> Option<(PathBuf, Note)> {
    Some((entry.path.clone()?, read(&entry.content).ok()??))
}

/// The notes of a chapter's pages as one.
fn together(chapter: &Chapter<'_>, part: Option<Part>) -> Option<Taught> {
    let home = chapter.entry.path.clone()?;
    let notes =
        chapter.entries().filter_map(|entry| of(entry).map(|(file, note)| (&*entry.name, file, note)));
    let note = joined(notes, &home);
    let page = if is_index(&home) { home.parent()?.to_path_buf() } else { home.with_extension("") };
    let page = page.to_str()?.to_owned();
    (note.minutes > 0).then(|| Taught { page, file: home, title: chapter.entry.name.clone(), part, note })
}

/// Notes as one on the page `home`: of each the title of its page, the file, and the note.
fn joined<'a>(notes: impl Iterator<Item = (&'a str, PathBuf, Note)>, home: &Path) -> Note {
    let mut whole = Note { minutes: 0, first: None, line: 1, text: String::new(), sections: vec![] };
    for (title, file, note) in notes {
        whole.minutes += note.minutes;
        whole.first = whole.first.or(note.first);
        let minutes = note.minutes;
        whole.text += &moved(&format!("**{title}**, {minutes} minutes. {}\n\n", note.text), &file, home);
        whole.sections.extend(note.sections);
    }
    whole
}

/// The notes of a part that has pages and no chapters, as one; `None` if these pages are not those of such a part.
pub fn of_part(pages: &[&Taught]) -> Option<Taught> {
    let part = pages.first()?.part.clone().filter(|part| !part.is_divided)?;
    if pages.iter().any(|page| page.part.as_ref() != Some(&part)) || pages.len() == 1 {
        return None;
    }
    let notes = pages.iter().map(|page| (&*page.title, page.file.clone(), page.note.clone()));
    let note = joined(notes, &part.file);
    let page = part.file.parent()?.to_str()?.to_owned();
    Some(Taught { page, file: part.file.clone(), title: part.title.clone(), part: Some(part), note })
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
    let note = Note { minutes, first, line, text: text.trim().to_owned(), sections: shares(&lines, open)? };
    let shared: u32 = note.sections.iter().map(|share| share.minutes).sum();
    if !note.sections.is_empty() && shared != note.teaching() {
        let message = format!("its sections take {shared} minutes, and {} are for them", note.teaching());
        return Err((line, message));
    }
    Ok(Some(note))
}

/// What the note that begins on the line `open`, counted from 1, says of the page's sections.
fn shares(page: &[&str], open: usize) -> Result<Vec<Share>, (usize, String)> {
    let headings: Vec<&str> =
        page.iter().filter_map(|line| line.strip_prefix("# ").or_else(|| line.strip_prefix("## "))).collect();
    let (mut shares, mut next) = (vec![], 0);
    for (text, line) in page.iter().zip(1..).skip(open).take_while(|(text, _)| **text != CLOSES) {
        let Some(item) = text.strip_prefix("- ") else { continue };
        let share = share(item).ok_or_else(|| {
            let form =
                "- 5 min: [Heading](#heading)`, or `- 5 min, 2 when late: …`, or `- 5 min, none when late: …";
            (line, format!("an item of a note is a section with its minutes, `{form}`"))
        })?;
        let Some(at) = headings[next..].iter().position(|heading| *heading == share.heading) else {
            return Err((line, format!("no section `{}` comes here in the page's order", share.heading)));
        };
        next += at + 1;
        shares.push(share);
    }
    Ok(shares)
}

/// Reads an item: `5 min, 2 when late: [Zombies](#zombies)`.
fn share(item: &str) -> Option<Share> {
    let (said, link) = item.split_once(": [")?;
    let (heading, _) = link.strip_suffix(')')?.rsplit_once("](#")?;
    let (minutes, when_late) = said.split_once(" min")?;
    let minutes = minutes.parse().ok()?;
    let when_late = match when_late {
        "" => minutes,
        ", none when late" => 0,
        less => less.strip_prefix(", ")?.strip_suffix(" when late")?.parse().ok()?,
    };
    (minutes > 0 && when_late <= minutes).then(|| Share { heading: heading.to_owned(), minutes, when_late })
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
    use mdbook_driver::book::BookItem;

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
            let text = "Draw\na box.".to_owned();
            let expected = Note { minutes, first, line: 5, text, sections: vec![] };
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

    #[test]
    fn the_notes_of_a_part_without_chapters_are_one() {
        let page = |name: &str, path: &str| {
            let note = format!("{OPENS}\n\n{BEGINS}5 minutes. Draw [it](../c.md).\n\n{CLOSES}\n");
            BookItem::Chapter(Entry::new(name, format!("# {name}\n\n{note}"), path, vec![]))
        };
        let mut part = Entry::new("IV. Sharing", "# Sharing\n".to_owned(), "b/README.md", vec![]);
        part.sub_items = vec![page("Pipes", "b/pipes.md"), page("Locks", "b/locks.md")];
        let book = Book::new_with_items(vec![page("Why", "why.md"), BookItem::Chapter(part)]);
        let taught = taught(&book);
        let [why, pipes, locks] = &taught[..] else { panic!("{taught:?}") };
        let whole = of_part(&[pipes, locks]).expect("a part");
        assert_eq!((whole.page.as_str(), whole.title.as_str(), whole.note.minutes), ("b", "Sharing", 10));
        assert_eq!(whole.address(), "b/index.html");
        let text = &whole.note.text;
        assert!(text.contains("**Locks**, 5 minutes. Draw [it](../c.md)."), "{text}");
        assert!(of_part(&[why, pipes]).is_none() && of_part(&[locks]).is_none());
    }

    #[test]
    fn the_notes_of_a_chapters_pages_are_one() {
        let page = |name: &str, path: &str, said: &str| {
            let content = format!(
                "# {name}\n\n{OPENS}\n\n{BEGINS}{said}\n\n- 5 min, 2 when late: [{name}](#here)\n\n{CLOSES}\n"
            );
            BookItem::Chapter(Entry::new(name, content, path, vec![]))
        };
        let mut chapter = Entry::new("Pipes", "# Pipes\n".to_owned(), "b/pipes/README.md", vec![]);
        chapter.sub_items = vec![
            page("Write", "b/pipes/write.md", "5 minutes. Draw [it](../c.md)."),
            page("Check", "b/pipes/check.md", "25 minutes, 20 of them for the first exercise."),
        ];
        let mut part = Entry::new("IV. Sharing", "# Sharing\n".to_owned(), "b/README.md", vec![]);
        part.sub_items = vec![BookItem::Chapter(chapter), page("Locks", "b/locks.md", "5 minutes.")];
        let taught = taught(&Book::new_with_items(vec![BookItem::Chapter(part)]));
        let [pipes, locks] = &taught[..] else { panic!("{taught:?}") };
        assert_eq!((pipes.page.as_str(), pipes.address().as_str()), ("b/pipes", "b/pipes/index.html"));
        assert_eq!((pipes.note.minutes, pipes.note.first, pipes.note.can_be_cut()), (30, Some(20), 6));
        for part in ["**Write**, 5 minutes. Draw [it](../../b/c.md).", "[Check](../../b/pipes/check.md#here)"]
        {
            assert!(pipes.note.text.contains(part), "{part} is not in {}", pipes.note.text);
        }
        assert_eq!((locks.page.as_str(), locks.note.minutes), ("b/locks", 5));
        assert_eq!(of_part(&[pipes, locks]), None);
    }

    /// The note of a page of 20 minutes for three sections, with these items.
    fn shared(items: &str) -> Result<Vec<Share>, (usize, String)> {
        let page = format!(
            "# All\n\n{OPENS}\n\n{BEGINS}30 minutes, 10 of them for the first exercise.\n\n{items}\n\n{CLOSES}\n\n## `fork` it\n\n## More\n"
        );
        let note = read(&page)?.expect("a note");
        Ok(note.sections)
    }

    #[test]
    fn a_note_shares_its_minutes_out() {
        let items = "- 5 min: [All](#all)\n- 12 min, 4 when late: [`fork` it](#fork-it)\n- 3 min, none when late: [More](#more)";
        let share =
            |heading: &str, minutes, when_late| Share { heading: heading.to_owned(), minutes, when_late };
        assert_eq!(
            shared(items),
            Ok(vec![share("All", 5, 5), share("`fork` it", 12, 4), share("More", 3, 0)])
        );
        assert_eq!(shared("Draw."), Ok(vec![]));
    }

    #[test]
    fn minutes_that_do_not_fit_the_page_are_found() {
        for (items, line, problem) in [
            ("- 5 min: [All](#all)", 5, "its sections take 5 minutes, and 20 are for them"),
            ("- 10 min: [More](#more)\n- 10 min: [All](#all)", 8, "no section `All` comes here"),
            ("- 20 min: [Mor](#more)", 7, "no section `Mor` comes here"),
            ("- 20 minutes: [More](#more)", 7, "an item of a note is a section with its minutes"),
            ("- 20 min, 21 when late: [More](#more)", 7, "an item of a note"),
            ("- 0 min: [More](#more)", 7, "an item of a note"),
            ("- [More](#more)", 7, "an item of a note"),
        ] {
            let (at, message) = shared(items).expect_err("a mistake");
            assert!(at == line && message.starts_with(problem), "{at}: {message}");
        }
    }
}
