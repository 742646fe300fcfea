//! How a book is divided. A part has chapters, and a chapter is one page or has several. If each is one page, readers take it for a
//! part that has pages and no chapters.
//!
//! SUMMARY.md nests them: an item such as `[III. Sharing](sharing/README.md)` at the top is a part, its numeral is the number of the
//! part, the items in it are its chapters, and the items in a chapter are that chapter's pages. Whatever has no numeral is not divided.
//!
//! A page asks its question in a line of its own, `<p class="asks" data-after="pipes locks">How do I …?</p>`. Behind `data-after` are the
//! chapters that a reader needs first, by the last part of their paths.

use std::path::Path;

use mdbook_driver::book::{Book, BookItem, Chapter as Entry};

/// A part of the book.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// Its number, as a Roman numeral.
    pub numeral: &'a str,
    /// Its title, without the number.
    pub title: &'a str,
    /// The page that opens it.
    pub entry: &'a Entry,
    /// Its chapters.
    pub chapters: Vec<Chapter<'a>>,
}

/// A chapter.
#[derive(Clone, Debug)]
pub struct Chapter<'a> {
    /// The page that opens it; of a chapter of one page, that page.
    pub entry: &'a Entry,
    /// Its pages in order; none if it is not divided.
    pub pages: Vec<&'a Entry>,
}

impl Part<'_> {
    /// Whether it has chapters, rather than pages.
    pub fn is_divided(&self) -> bool {
        self.chapters.iter().any(|chapter| !chapter.pages.is_empty())
    }
}

impl<'a> Chapter<'a> {
    /// What a reader of the chapter reads, in order.
    pub fn entries(&self) -> impl Iterator<Item = &'a Entry> {
        std::iter::once(self.entry).chain(self.pages.iter().copied())
    }

    /// By what others name it: the last part of its path.
    pub fn name(&self) -> &'a str {
        let path = self.entry.path.as_deref().unwrap_or(Path::new(""));
        let path = if is_index(path) { path.parent().unwrap_or(path) } else { path };
        path.file_stem().and_then(|name| name.to_str()).unwrap_or_default()
    }
}

/// The parts of a book.
pub fn parts(book: &Book) -> Vec<Part<'_>> {
    entries(&book.items).filter_map(part).collect()
}

/// The numeral and the title of a part, if an item of this name is one.
pub fn numbered(name: &str) -> Option<(&str, &str)> {
    let (numeral, title) = name.split_once(". ")?;
    let is_roman = !numeral.is_empty() && numeral.chars().all(|c| "IVXLC".contains(c));
    is_roman.then_some((numeral, title))
}

fn part(entry: &Entry) -> Option<Part<'_>> {
    let (numeral, title) = numbered(&entry.name)?;
    let chapters = entries(&entry.sub_items)
        .map(|entry| Chapter { entry, pages: entries(&entry.sub_items).collect() })
        .collect();
    Some(Part { numeral, title, entry, chapters })
}

fn entries(items: &[BookItem]) -> impl Iterator<Item = &Entry> {
    items.iter().filter_map(|item| match item {
        BookItem::Chapter(entry) => Some(entry),
        _ => None,
    })
}

/// What a page declares about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asks<'a> {
    /// Its question.
    pub question: &'a str,
    /// The chapters that a reader needs first.
    pub after: Vec<&'a str>,
}

/// What a page declares, if it does: above its first section.
pub fn asks(page: &str) -> Option<Asks<'_>> {
    page.lines().take_while(|line| !line.starts_with("## ")).find_map(|line| {
        let rest = line.strip_prefix("<p class=\"asks\"")?;
        let (attributes, text) = rest.split_once('>')?;
        let question = text.strip_suffix("</p>")?;
        let after = attributes.trim().strip_prefix("data-after=\"").and_then(|names| names.strip_suffix('"'));
        Some(Asks { question, after: after.unwrap_or_default().split_whitespace().collect() })
    })
}

/// Whether mdBook makes this page the index of its folder.
pub fn is_index(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("readme") || stem == "index")
}

/// Where a page is in the site, from the site's root.
pub fn address(path: &Path) -> String {
    let path = if is_index(path) { path.with_file_name("index.html") } else { path.with_extension("html") };
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_declares_its_question_and_what_comes_first() {
        let page = "# A title\n\n<p class=\"asks\" data-after=\"pipes locks\">How?</p>\n\nSo.\n";
        assert_eq!(asks(page), Some(Asks { question: "How?", after: vec!["pipes", "locks"] }));
        assert_eq!(asks("<p class=\"asks\">Why?</p>"), Some(Asks { question: "Why?", after: vec![] }));
        assert_eq!(asks("# A title\n\nWhy?\n"), None);
        assert_eq!(asks("# A title\n\n## How to ask\n\n<p class=\"asks\">Why?</p>\n"), None);
    }

    #[test]
    fn a_numeral_makes_a_part() {
        let page = |name: &str, path: &str| Entry::new(name, String::new(), path, vec![]);
        let mut chapter = page("Pipes", "b/pipes/README.md");
        chapter.sub_items.push(BookItem::Chapter(page("Write", "b/pipes/write.md")));
        let mut part = page("IV. Sharing", "b/README.md");
        part.sub_items = vec![BookItem::Chapter(chapter), BookItem::Chapter(page("Locks", "b/locks.md"))];
        let book = Book::new_with_items(vec![
            BookItem::Chapter(page("Why", "why.md")),
            BookItem::Chapter(part),
            BookItem::Chapter(page("Errors. All", "errors.md")),
        ]);
        let parts = parts(&book);
        let [part] = &parts[..] else { panic!("{parts:?}") };
        assert_eq!((part.numeral, part.title), ("IV", "Sharing"));
        let names: Vec<(&str, usize)> =
            part.chapters.iter().map(|chapter| (chapter.name(), chapter.pages.len())).collect();
        assert_eq!(names, [("pipes", 1), ("locks", 0)]);
    }

    #[test]
    fn a_readme_is_its_folders_index() {
        for (path, wanted) in
            [("a/README.md", "a/index.html"), ("a/index.md", "a/index.html"), ("b.md", "b.html")]
        {
            assert_eq!(address(Path::new(path)), wanted);
        }
    }
}
