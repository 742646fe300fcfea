//! A book as all its editions have it: its parts, their chapters and pages, in the order of the summary.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mdbook_driver::book::{Book, BookItem, Chapter};
use supervisor::Temporary;

use crate::build;
use crate::build::written::{Written, written};
use crate::editions::date::Date;
use crate::editions::dom::Node;
use crate::editions::page::{Answers, Page};

/// The page that a browser opens first. An edition has a cover of its own.
pub(crate) const COVER: &str = "index.html";

/// What an edition is made of.
#[derive(Debug)]
pub(crate) struct Edition {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) language: String,
    pub(crate) authors: Vec<String>,
    /// Where the site is, if that is known.
    pub(crate) address: Option<String>,
    pub(crate) date: Date,
    /// Parts, and pages that belong to none.
    pub(crate) entries: Vec<Entry>,
    /// The site that it was made from.
    pub(crate) site: Temporary,
}

/// A line of the table of contents, with what is below it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) title: String,
    /// `None` for the title of a part without a page.
    pub(crate) page: Option<Page>,
    pub(crate) children: Vec<Entry>,
}

impl Entry {
    /// Shows this entry and all below it, in the order of the book.
    pub(crate) fn walk_mut(&mut self, see: &mut impl FnMut(&mut Entry)) {
        see(self);
        self.children.iter_mut().for_each(|entry| entry.walk_mut(see));
    }

    /// The last page of this entry and all below it.
    fn last_page(&mut self) -> Option<&mut Page> {
        self.children.iter_mut().rev().find_map(Entry::last_page).or(self.page.as_mut())
    }

    fn close(&mut self, answers: Answers) {
        if let Some(page) = self.last_page() {
            page.text.children.extend(answers.section(&page.url).map(Node::Element));
        }
    }
}

impl Edition {
    /// Builds the site in passing and takes its pages.
    ///
    /// # Errors
    ///
    /// When the book cannot be built.
    pub(crate) fn read(root: &Path) -> Result<Edition> {
        let site = Temporary::new()?;
        let config = build::config(root)?;
        let address = config.get("preprocessor.listings.address").context("in book.toml")?;
        let book = build::build(root, site.path(), config)?;
        let config = &book.config.book;
        Ok(Edition {
            title: config.title.clone().unwrap_or_default(),
            description: config.description.clone().unwrap_or_default(),
            language: config.language.clone().unwrap_or_else(|| "en".to_owned()),
            authors: config.authors.clone(),
            address,
            date: Date::of(root)?,
            entries: entries(&book.book, site.path())?,
            site,
        })
    }
}

/// The pages of a site, by the paths of their chapters.
type Pages<'a> = BTreeMap<PathBuf, Written<'a>>;

fn entries(book: &Book, site: &Path) -> Result<Vec<Entry>> {
    let written = written(book, site)?.into_iter();
    let pages: Pages<'_> = written.filter_map(|page| Some((page.chapter.path.clone()?, page))).collect();
    let mut entries: Vec<Entry> = vec![];
    let mut in_part = false;
    for item in &book.items {
        match item {
            BookItem::PartTitle(title) => {
                entries.push(Entry { title: title.clone(), page: None, children: vec![] });
                in_part = true;
            }
            BookItem::Separator => in_part = false,
            BookItem::Chapter(chapter) if in_part => {
                let part = entries.last_mut().expect("the part has begun");
                part.children.extend(whole_chapter(chapter, &pages));
            }
            BookItem::Chapter(chapter) => {
                let mut answers = Answers::default();
                if let Some(mut entry) = entry(chapter, &pages, &mut answers) {
                    entry.close(answers);
                    entry.children =
                        below(chapter).filter_map(|chapter| whole_chapter(chapter, &pages)).collect();
                    entries.push(entry);
                }
            }
        }
    }
    Ok(entries)
}

/// A chapter with all its pages, its answers on the last of them.
fn whole_chapter(chapter: &Chapter, pages: &Pages<'_>) -> Option<Entry> {
    let mut answers = Answers::default();
    let mut whole = with_all_below(chapter, pages, &mut answers)?;
    whole.close(answers);
    Some(whole)
}

fn with_all_below(chapter: &Chapter, pages: &Pages<'_>, answers: &mut Answers) -> Option<Entry> {
    let mut entry = entry(chapter, pages, answers)?;
    entry.children = below(chapter).filter_map(|chapter| with_all_below(chapter, pages, answers)).collect();
    Some(entry)
}

fn below(chapter: &Chapter) -> impl Iterator<Item = &Chapter> {
    chapter.sub_items.iter().filter_map(|item| match item {
        BookItem::Chapter(chapter) => Some(chapter),
        _ => None,
    })
}

fn entry(chapter: &Chapter, pages: &Pages<'_>, answers: &mut Answers) -> Option<Entry> {
    let page = pages.get(chapter.path.as_ref()?).filter(|page| page.url != COVER)?;
    let page = Page::take(&page.html, &page.url, answers)?;
    Some(Entry { title: chapter.name.clone(), page: Some(page), children: vec![] })
}
