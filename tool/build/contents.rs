//! The table of contents: parts that fold, the chapters of a part, and the pages of a chapter.
//!
//! mdBook would write a flat list, which folds only with scripts. This list takes its place in the two files that mdBook writes
//! for all pages: `toc.js` fills the sidebar, and `toc.html` is shown there where no scripts run. The page for an unknown address
//! has the list in its text.
//!
//! In `SUMMARY.md`, a part is an item that has chapters below it. Under a `#` title, each item is one entry, whatever is below it.
//! So the index of the errors stands for the pages of all errors.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use mdbook_driver::book::{Book, BookItem, Chapter};

use crate::build::written::{Replaced, read};
use crate::page::structure::address;
use crate::text::html::escape;

/// Where `toc.js.hbs` and `toc.html.hbs` of the theme want the list, and `404.md`.
const PLACE: &str = "<!--contents-->";

/// What a page has to know of the table of contents.
#[derive(Debug)]
pub struct Contents {
    /// The address of its entry for each page.
    entries: BTreeMap<String, String>,
    script: Replaced,
    list: String,
}

/// Writes the table of contents into the site.
///
/// # Errors
///
/// When the theme leaves no place for it, or a file cannot be written.
pub fn write(book: &Book, site: &Path) -> Result<Contents> {
    let groups = groups(&book.items);
    let list: String = groups.iter().map(|group| list(group)).collect();
    let page = site.join("toc.html");
    let html = filled(&read(&page)?, &named(&list)).context("in theme/toc.html.hbs")?;
    fs::write(&page, html).with_context(|| format!("cannot write {}", page.display()))?;
    let quoted = serde_json::to_string(&list).context("a text is always JSON")?;
    let script = Replaced::script(site, "toc", |old| filled(&old, &quoted).context("in theme/toc.js.hbs"))?;
    let mut entries = BTreeMap::new();
    groups.iter().flatten().for_each(|entry| entry.place(&mut entries));
    Ok(Contents { entries, script, list })
}

impl Contents {
    /// The page at this address, which is told what it is and where it is listed. A page outside the book is told neither, and
    /// may show the list in its text.
    pub fn in_page(&self, html: &str, url: &str) -> String {
        let html = self.script.in_page(html);
        let Some(entry) = self.entries.get(url) else { return html.replacen(PLACE, &self.list, 1) };
        let (url, entry) = (escape(url), escape(entry));
        html.replacen("data-page=\"\"", &format!("data-page=\"{url}\" data-entry=\"{entry}\""), 1).replacen(
            "toc.html\"",
            &format!("toc.html#{entry}\""),
            1,
        )
    }
}

/// The list, each link of which has its address as its id, so that the address of a frame can name it.
fn named(list: &str) -> String {
    let mut links = list.split("<a href=\"");
    let first = links.next().unwrap_or_default().to_owned();
    links.fold(first, |named, link| {
        let url = link.split('"').next().unwrap_or_default();
        format!("{named}<a id=\"{url}\" href=\"{link}")
    })
}

fn filled(text: &str, list: &str) -> Result<String> {
    let (before, after) = text.split_once(PLACE).with_context(|| format!("there is no {PLACE}"))?;
    Ok(format!("{before}{list}{after}"))
}

/// A line of the list, and what folds below it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Entry {
    title: String,
    /// `None` for a title, which has no page.
    url: Option<String>,
    /// The addresses of the other pages that it stands for.
    others: Vec<String>,
    below: Vec<Entry>,
}

impl Entry {
    /// A chapter with all that is below it.
    fn of(chapter: &Chapter) -> Entry {
        let below = chapters(&chapter.sub_items).map(Entry::of).collect();
        Entry { below, ..Entry::one(chapter, vec![]) }
    }

    /// A chapter in one line.
    fn one(chapter: &Chapter, others: Vec<String>) -> Entry {
        let url = chapter.path.as_deref().map(address);
        Entry { title: chapter.name.clone(), url, others, below: vec![] }
    }

    /// Adds for each page that it stands for, and for those below it, where they are listed.
    fn place(&self, entries: &mut BTreeMap<String, String>) {
        if let Some(url) = &self.url {
            let pages = self.others.iter().chain([url]);
            entries.extend(pages.map(|page| (page.clone(), url.clone())));
        }
        self.below.iter().for_each(|entry| entry.place(entries));
    }
}

fn chapters(items: &[BookItem]) -> impl Iterator<Item = &Chapter> {
    items.iter().filter_map(|item| match item {
        BookItem::Chapter(chapter) => Some(chapter),
        _ => None,
    })
}

/// The addresses of all pages in these items.
fn urls(items: &[BookItem]) -> Vec<String> {
    let of = |chapter: &Chapter| {
        chapter.path.as_deref().map(address).into_iter().chain(urls(&chapter.sub_items)).collect::<Vec<_>>()
    };
    chapters(items).flat_map(of).collect()
}

/// What follows one another in one group of entries.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A page without a number.
    Page,
    Part,
    Title,
}

/// The entries in groups. A line in the summary ends what is below a title.
fn groups(items: &[BookItem]) -> Vec<Vec<Entry>> {
    let mut groups: Vec<Vec<Entry>> = vec![];
    let mut last = None;
    for item in items {
        let (kind, entry) = match item {
            BookItem::Separator => {
                last = None;
                continue;
            }
            BookItem::PartTitle(title) => (Kind::Title, Entry { title: title.clone(), ..Entry::default() }),
            BookItem::Chapter(chapter) if last == Some(Kind::Title) => {
                let title = groups.last_mut().and_then(|group| group.last_mut()).expect("the title");
                title.below.push(Entry::one(chapter, urls(&chapter.sub_items)));
                continue;
            }
            BookItem::Chapter(chapter) => {
                (if chapter.number.is_some() { Kind::Part } else { Kind::Page }, Entry::of(chapter))
            }
        };
        if last != Some(kind) {
            groups.push(vec![]);
        }
        groups.last_mut().expect("the group of this kind").push(entry);
        last = Some(kind);
    }
    groups
}

/// The list as pages have it. It folds without scripts.
fn list(entries: &[Entry]) -> String {
    let item = |Entry { title, url, below, .. }: &Entry| {
        let title = escape(title);
        let link = match url {
            Some(url) => Some(format!("<a href=\"{}\">{title}</a>", escape(url))),
            // What is not written yet.
            None => below.is_empty().then(|| format!("<span class=\"later\">{title}</span>")),
        };
        let fold = match &link {
            // The link opens the page, and the fold is a button of its own beside it.
            Some(_) => format!("<summary><span class=\"visually-hidden\">In {title}</span></summary>"),
            None => format!("<summary>{title}</summary>"),
        };
        let fold = (!below.is_empty()).then(|| format!("<details>{fold}{}</details>", list(below)));
        format!("<li>{}{}</li>\n", link.unwrap_or_default(), fold.unwrap_or_default())
    };
    format!("<ol>\n{}</ol>\n", entries.iter().map(item).collect::<String>())
}

#[cfg(test)]
mod tests {
    use mdbook_driver::book::SectionNumber;

    use super::*;

    fn chapter(path: &str, below: Vec<BookItem>) -> BookItem {
        let name = path.trim_end_matches(".md");
        let number = path.starts_with("part").then(SectionNumber::default);
        let chapter = Chapter { sub_items: below, number, ..Chapter::new(name, String::new(), path, vec![]) };
        BookItem::Chapter(chapter)
    }

    fn book() -> Vec<BookItem> {
        vec![
            chapter("why.md", vec![]),
            chapter(
                "part/README.md",
                vec![chapter("part/a/README.md", vec![chapter("part/a/one.md", vec![])])],
            ),
            BookItem::Chapter(Chapter {
                number: Some(SectionNumber::default()),
                ..Chapter::new_draft("More later", vec![])
            }),
            BookItem::PartTitle("R & D".to_owned()),
            chapter("errors/README.md", vec![chapter("errors/a.md", vec![chapter("errors/b.md", vec![])])]),
            BookItem::Separator,
            chapter("last.md", vec![]),
        ]
    }

    #[test]
    fn a_part_folds_and_an_item_under_a_title_stands_for_what_is_below_it() {
        let groups = groups(&book());
        let text: String = groups.iter().map(|group| list(group)).collect();
        let text = text.replace('\n', "");
        assert_eq!(
            text,
            "<ol><li><a href=\"why.html\">why</a></li></ol>\
             <ol><li><a href=\"part/index.html\">part/README</a>\
             <details><summary><span class=\"visually-hidden\">In part/README</span></summary>\
             <ol><li><a href=\"part/a/index.html\">part/a/README</a>\
             <details><summary><span class=\"visually-hidden\">In part/a/README</span></summary>\
             <ol><li><a href=\"part/a/one.html\">part/a/one</a></li></ol>\
             </details></li></ol></details></li>\
             <li><span class=\"later\">More later</span></li>\
             </ol><ol><li><details><summary>R &amp; D</summary>\
             <ol><li><a href=\"errors/index.html\">errors/README</a></li></ol></details></li></ol>\
             <ol><li><a href=\"last.html\">last</a></li></ol>"
        );
        assert_eq!(
            named("<ol><a href=\"a.html\">A</a></ol>"),
            "<ol><a id=\"a.html\" href=\"a.html\">A</a></ol>"
        );
    }

    #[test]
    fn each_page_has_its_place_and_no_other_page_has_one() {
        let mut entries = BTreeMap::new();
        groups(&book()).iter().flatten().for_each(|entry| entry.place(&mut entries));
        let contents = Contents { entries, script: Replaced::default(), list: "<ol></ol>".to_owned() };
        let page = "<nav data-page=\"\"><iframe src=\"../toc.html\"><p><!--contents--></p>";
        let of = |url: &str| contents.in_page(page, url);
        assert_eq!(
            of("errors/b.html"),
            "<nav data-page=\"errors/b.html\" data-entry=\"errors/index.html\"><iframe src=\"../toc.html#errors/index.html\"><p><!--contents--></p>"
        );
        assert!(of("part/a/one.html").contains("toc.html#part/a/one.html\""));
        assert_eq!(of("404.html"), page.replace(PLACE, "<ol></ol>"));
    }

    #[test]
    fn a_theme_without_a_place_for_the_list_is_refused() {
        assert!(filled("nothing", "list").expect_err("no place").to_string().contains(PLACE));
        assert_eq!(filled(&format!("a{PLACE}b"), "list").expect("a place"), "alistb");
    }
}
