//! The place of a page in its part and its chapter, how many minutes it takes, and what comes next.
//!
//! A page shows it above its title and on the card at its end. [`contents`](Places::contents) is what the page that opens a part or a
//! chapter has in place of `{{#contents}}`.

use std::collections::HashMap;
use std::fmt::{self, Write};
use std::path::Path;

use mdbook_driver::book::{Book, Chapter as Entry};

use crate::figure::graph::{Node, graph};
use crate::page::directive::{self, Directive, Kind, Line};
use crate::page::structure::{self, Chapter, Part, address, asks};
use crate::predict::part::{Part as Piece, parts};
use crate::teach::exercise;
use crate::teach::plan::timetable::Minutes;
use crate::text::html::escape;

/// How many words of prose are read in a minute, with a look at the figures between them.
const WORDS: usize = 200;
/// How many figures are read in a minute.
const FIGURES: usize = 2;

/// The places of all pages of a book.
#[derive(Debug)]
pub struct Places<'a> {
    parts: Vec<Part<'a>>,
    times: HashMap<&'a Path, Time>,
    /// The question of each page.
    questions: HashMap<&'a Path, &'a str>,
    /// All pages in order.
    order: Vec<&'a Entry>,
}

/// Where a page is.
enum Place<'p, 'a> {
    /// It opens a part.
    Part(&'p Part<'a>),
    /// It opens a chapter, or is all of it.
    Chapter(&'p Part<'a>, &'p Chapter<'a>),
    /// It is a page of a chapter, counted from 1.
    Page(&'p Part<'a>, &'p Chapter<'a>, usize),
}

impl<'a> Places<'a> {
    /// Reads the pages of a book, as they were written.
    pub fn of(book: &'a Book) -> Places<'a> {
        let order: Vec<&Entry> = book.chapters().filter(|entry| entry.path.is_some()).collect();
        let with_path = |entry: &&'a Entry| Some((entry.path.as_deref()?, *entry));
        Places {
            parts: structure::parts(book),
            times: order
                .iter()
                .filter_map(with_path)
                .map(|(path, entry)| (path, time(&entry.content)))
                .collect(),
            questions: order
                .iter()
                .filter_map(with_path)
                .filter_map(|(path, entry)| Some((path, asks(&entry.content)?.question)))
                .collect(),
            order,
        }
    }

    fn place(&self, path: &Path) -> Option<Place<'_, 'a>> {
        let is = |entry: &Entry| entry.path.as_deref() == Some(path);
        self.parts.iter().find_map(|part| {
            if is(part.entry) {
                return Some(Place::Part(part));
            }
            part.chapters.iter().find_map(|chapter| {
                if is(chapter.entry) {
                    return Some(Place::Chapter(part, chapter));
                }
                let at = chapter.pages.iter().position(|entry| is(entry))?;
                Some(Place::Page(part, chapter, at + 1))
            })
        })
    }

    /// What a page has above its title: part and chapter, which page of how many it is, and its minutes. A page outside of all parts
    /// has nothing there.
    pub fn line(&self, path: &Path) -> Option<String> {
        let link =
            |entry: &Entry, text: &str| format!("<a href=\"{}\">{}</a>", href(path, entry), escape(text));
        let (above, beside) = match self.place(path)? {
            Place::Part(part) => {
                let entries = part.chapters.iter().flat_map(Chapter::entries);
                let what = if part.is_divided() { "chapters" } else { "pages" };
                let beside = format!("{} {what} · {}", part.chapters.len(), self.sum(entries));
                (format!("Part {}", part.numeral), beside)
            }
            Place::Chapter(part, chapter) => {
                let pages = match chapter.pages.len() {
                    0 if part.is_divided() => String::new(),
                    0 => format!("Page {} of {} · ", number(part, chapter), part.chapters.len()),
                    pages => format!("{pages} pages · "),
                };
                (part_link(part, &link), format!("{pages}{}", self.sum(chapter.entries())))
            }
            Place::Page(part, chapter, number) => {
                let above =
                    format!("{} · {}", part_link(part, &link), link(chapter.entry, &chapter.entry.name));
                let minutes = self.sum(std::iter::once(chapter.pages[number - 1]));
                (above, format!("Page {number} of {} · {minutes}", chapter.pages.len()))
            }
        };
        Some(format!(
            "<nav class=\"place\" aria-label=\"Place in the book\"><span>{above}</span> <span>{beside}</span></nav>"
        ))
    }

    /// The minutes of the page after this one.
    pub fn next_minutes(&self, path: &Path) -> Option<String> {
        let at = self.order.iter().position(|entry| entry.path.as_deref() == Some(path))?;
        Some(self.sum(self.order.get(at + 1).copied().into_iter()).to_string())
    }

    /// The question of the page after this one.
    pub fn next_question(&self, path: &Path) -> Option<&'a str> {
        let at = self.order.iter().position(|entry| entry.path.as_deref() == Some(path))?;
        self.questions.get(self.order.get(at + 1)?.path.as_deref()?).copied()
    }

    /// The time that some pages take together.
    fn sum<'e>(&self, entries: impl Iterator<Item = &'e Entry>) -> Time {
        let of = |entry: &Entry| entry.path.as_deref().and_then(|path| self.times.get(path)).copied();
        entries.filter_map(of).fold(Time::default(), |sum, time| Time {
            reading: sum.reading + time.reading,
            exercises: sum.exercises + time.exercises,
        })
    }

    /// What is in the part or in the chapter that this page opens.
    ///
    /// # Errors
    ///
    /// A sentence for the author: that the page opens neither, or that a chapter needs one that does not come before it.
    pub fn contents(&self, path: &Path) -> Result<String, String> {
        let is = |entry: &Entry| entry.path.as_deref() == Some(path);
        if let Some(part) = self.parts.iter().find(|part| is(part.entry)) {
            return self.of_part(path, part);
        }
        match self.place(path) {
            Some(Place::Chapter(part, chapter)) if !chapter.pages.is_empty() => {
                let number = number(part, chapter);
                let items = chapter.pages.iter().zip(1..).map(|(page, at)| {
                    let number = format!("{}.{number}.{at}", part.numeral);
                    self.item(path, page, &number, self.sum(std::iter::once(*page)), "")
                });
                Ok(list(items))
            }
            _ => Err("`{{#contents}}` belongs on the page that opens a part or a chapter of several pages"
                .to_owned()),
        }
    }

    fn of_part(&self, path: &Path, part: &Part<'a>) -> Result<String, String> {
        let mut nodes = vec![];
        for (at, chapter) in part.chapters.iter().enumerate() {
            let needs = asks(&chapter.entry.content).unwrap_or_default().after;
            let needs: Result<Vec<usize>, String> = needs
                .into_iter()
                .map(|name| {
                    part.chapters[..at].iter().position(|before| before.name() == name).ok_or_else(|| {
                        format!(
                            "`{}` needs `{name}`, which is no chapter before it in this part",
                            chapter.name()
                        )
                    })
                })
                .collect();
            let (label, href) = (chapter.entry.name.clone(), href(path, chapter.entry));
            nodes.push(Node { label, href, needs: needs? });
        }
        let items = part.chapters.iter().zip(&nodes).enumerate().map(|(at, (chapter, node))| {
            let number = format!("{}.{}", part.numeral, at + 1);
            let needs: Vec<String> =
                node.needs.iter().map(|&need| escape(&part.chapters[need].entry.name)).collect();
            let first = match needs.is_empty() {
                true => String::new(),
                false => format!("<span class=\"after\">Read first: {}</span>", needs.join(", ")),
            };
            self.item(path, chapter.entry, &number, self.sum(chapter.entries()), &first)
        });
        if !part.is_divided() {
            return Ok(list(items));
        }
        Ok(format!(
            "<figure class=\"needs\">\n<figcaption>What builds on what: a line leads down from each chapter to those that need \
             it</figcaption>\n{}\n</figure>\n\n{}",
            graph(&nodes),
            list(items)
        ))
    }

    fn item(&self, from: &Path, entry: &Entry, number: &str, time: Time, more: &str) -> String {
        let question = entry.path.as_deref().and_then(|path| self.questions.get(path)).copied();
        let mut item = format!(
            "<li><span class=\"number\">{number}</span> <a href=\"{}\">{}</a> <span class=\"minutes\">{time}</span>",
            href(from, entry),
            escape(&entry.name),
        );
        if let Some(question) = question {
            let _ = write!(item, "<span class=\"question\">{question}</span>");
        }
        item + more + "</li>\n"
    }
}

/// Which of a part's chapters it is, counted from 1.
fn number(part: &Part<'_>, chapter: &Chapter<'_>) -> usize {
    part.chapters.iter().take_while(|other| other.entry.path != chapter.entry.path).count() + 1
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("<ol class=\"pages\">\n{}</ol>\n", items.collect::<String>())
}

fn part_link(part: &Part<'_>, link: &impl Fn(&Entry, &str) -> String) -> String {
    link(part.entry, &format!("Part {}: {}", part.numeral, part.title))
}

/// The address of a page, from another one.
fn href(from: &Path, to: &Entry) -> String {
    let up = "../".repeat(from.components().count().saturating_sub(1));
    format!("{up}{}", to.path.as_deref().map(address).unwrap_or_default())
}

/// How many minutes a page takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Time {
    /// To be read.
    reading: u32,
    /// To do its exercises.
    exercises: u32,
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = if self.exercises > 0 { " + exercises" } else { "" };
        write!(f, "{}{more}", Minutes(self.reading))
    }
}

/// The time that a page takes. What is folded or for the instructor does not count.
fn time(page: &str) -> Time {
    let (mut words, mut figures, mut exercises) = (0, 0, 0);
    let mut hidden = None;
    for (_, piece) in parts(page) {
        let line = match piece {
            Piece::Line(line) => line.trim(),
            Piece::Block(block) => {
                words += block.lines.iter().map(|line| line.split_whitespace().count()).sum::<usize>();
                continue;
            }
        };
        if let Some(end) = hidden {
            hidden = Some(end).filter(|end| line != *end);
            continue;
        }
        match directive::read(line) {
            Ok(Line::Directive(Directive { kind: Kind::Listing | Kind::Timeline | Kind::Plot, .. })) => {
                figures += 1
            }
            Ok(Line::Directive(Directive { kind: Kind::Exercise, id, .. })) => {
                exercises += exercise::find(id).map_or(0, |exercise| exercise.minutes);
            }
            Ok(Line::Text) if line.starts_with("<details") => hidden = Some("</details>"),
            Ok(Line::Text) if line.starts_with("<aside class=\"instructor\"") => hidden = Some("</aside>"),
            Ok(Line::Text) if !line.starts_with(['#', '<', '|']) => words += line.split_whitespace().count(),
            _ => {}
        }
    }
    let read = words.div_ceil(WORDS) + figures / FIGURES;
    Time { reading: u32::try_from(read.max(1)).unwrap_or(u32::MAX), exercises }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mdbook_driver::book::BookItem;

    fn book(second: &str) -> Book {
        let page = |name: &str, content: &str, path: &str| Entry::new(name, content.to_owned(), path, vec![]);
        let mut pipes = page("Pipes", "<p class=\"asks\">What is a pipe?</p>", "b/pipes/README.md");
        for (name, path) in [("Write", "b/pipes/write.md"), ("Read", "b/pipes/read.md")] {
            pipes.sub_items.push(BookItem::Chapter(page(
                name,
                &format!("<p class=\"asks\">{name}?</p>"),
                path,
            )));
        }
        let mut part = page("IV. Sharing", "", "b/README.md");
        part.sub_items =
            vec![BookItem::Chapter(pipes), BookItem::Chapter(page("Locks", second, "b/locks.md"))];
        Book::new_with_items(vec![BookItem::Chapter(page("Why", "", "why.md")), BookItem::Chapter(part)])
    }

    const LOCKS: &str = "<p class=\"asks\" data-after=\"pipes\">Who waits?</p>";

    #[test]
    fn a_page_says_where_it_is() {
        let book = book(LOCKS);
        let places = Places::of(&book);
        let line = |path: &str| places.line(Path::new(path)).unwrap_or_default();
        for part in [
            "<a href=\"../../b/index.html\">Part IV: Sharing</a> · <a href=\"../../b/pipes/index.html\">Pipes</a>",
            "<span>Page 2 of 2 · 1 min</span>",
        ] {
            assert!(line("b/pipes/read.md").contains(part), "{part} is not in {}", line("b/pipes/read.md"));
        }
        assert!(line("b/pipes/README.md").contains("<span>2 pages · 3 min</span>"));
        assert!(line("b/locks.md").contains("<span>1 min</span>"));
        assert!(line("b/README.md").contains("<span>Part IV</span> <span>2 chapters · 4 min</span>"));
        assert_eq!(line("why.md"), "");
    }

    #[test]
    fn the_next_page_is_announced_by_its_question() {
        let book = book(LOCKS);
        let places = Places::of(&book);
        let next = |path: &str| places.next_question(Path::new(path));
        assert_eq!(next("b/pipes/README.md"), Some("Write?"));
        assert_eq!(next("b/pipes/read.md"), Some("Who waits?"));
        assert_eq!([next("why.md"), next("b/locks.md")], [None, None]);
    }

    #[test]
    fn what_opens_a_part_or_a_chapter_lists_what_is_in_it() {
        let book = book(LOCKS);
        let places = Places::of(&book);
        let part = places.contents(Path::new("b/README.md")).expect("the contents");
        let items = [
            "<span class=\"number\">IV.2</span> <a href=\"../b/locks.html\">Locks</a>",
            "Who waits?</span><span class=\"after\">Read first: Pipes</span>",
        ];
        assert!(
            items.iter().all(|item| part.contains(item)) && part.matches("class=\"need\"").count() == 1,
            "{part}"
        );
        let chapter = places.contents(Path::new("b/pipes/README.md")).expect("the contents");
        assert!(chapter.contains("IV.1.2</span> <a href=\"../../b/pipes/read.html\">Read</a>"), "{chapter}");
        for path in ["why.md", "b/locks.md", "b/pipes/read.md"] {
            assert!(places.contents(Path::new(path)).is_err_and(|mistake| mistake.contains("opens a part")));
        }
    }

    #[test]
    fn a_part_without_chapters_has_pages() {
        let mut book = book(LOCKS);
        let [_, BookItem::Chapter(part)] = &mut book.items[..] else { panic!("a part") };
        let [BookItem::Chapter(pipes), _] = &mut part.sub_items[..] else { panic!("two pages") };
        pipes.sub_items.clear();
        let places = Places::of(&book);
        let line = |path: &str| places.line(Path::new(path)).expect("a place");
        assert!(line("b/README.md").contains("<span>2 pages · 2 min</span>"), "{}", line("b/README.md"));
        assert!(line("b/locks.md").contains("<span>Page 2 of 2 · 1 min</span>"), "{}", line("b/locks.md"));
        let contents = places.contents(Path::new("b/README.md")).expect("the contents");
        assert!(contents.starts_with("<ol") && contents.contains("Read first: Pipes"), "{contents}");
        assert!(contents.contains("What is a pipe?</span>"), "{contents}");
    }

    #[test]
    fn a_chapter_needs_only_chapters_before_it() {
        let book = book("<p class=\"asks\" data-after=\"pips\">Who waits?</p>");
        let mistake = Places::of(&book).contents(Path::new("b/README.md")).expect_err("a mistake");
        assert_eq!(mistake, "`locks` needs `pips`, which is no chapter before it in this part");
    }

    #[test]
    fn minutes_are_counted_in_words_figures_and_exercises() {
        let prose = "word ".repeat(WORDS * 2);
        assert_eq!(time(&prose).to_string(), "2 min");
        assert_eq!(time(&format!("# A title\n\n<details>\n\n{prose}\n\n</details>\n")).reading, 1);
        assert_eq!(time(&format!("{prose}\n\n{}", "{{#listing a/b}}\n\n".repeat(FIGURES * 3))).reading, 5);
        let exercise = exercise::find("leaves_zombies").expect("an exercise");
        let time = time(&format!("{prose}\n\n{{{{#exercise leaves_zombies}}}}\n"));
        assert_eq!((time.exercises, time.to_string().as_str()), (exercise.minutes, "2 min + exercises"));
    }
}
