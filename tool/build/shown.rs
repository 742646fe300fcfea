//! What the pages of a book show of the chapters' crates, read from all of them once.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mdbook_driver::book::Book;
use records::catalog::Catalog;

use crate::page::code::Code;
use crate::page::directive::{self, Directive, Kind, Line};
use crate::page::link::Places;
use crate::teach::exercise;

/// What placing, linking and copying have to know of the whole book.
#[derive(Debug)]
pub struct Shown {
    /// The listings that there are.
    pub catalog: Catalog,
    /// Where links to listings lead.
    pub places: Places,
    /// The code on the pages, by id. Directives that resolve to nothing are skipped.
    pub code: BTreeMap<String, Code>,
    /// The pages that show the output of a listing, by its id, in the order of the book.
    outputs: HashMap<String, Vec<PathBuf>>,
}

impl Shown {
    /// Reads the pages of a book.
    ///
    /// # Errors
    ///
    /// When the chapters' folders cannot be read.
    pub fn of(root: &Path, book: &Book) -> Result<Shown> {
        let catalog = Catalog::read(root).context("cannot find the listings")?;
        let mut shown =
            Shown { catalog, places: Places::default(), code: BTreeMap::new(), outputs: HashMap::new() };
        for chapter in book.chapters() {
            for line in chapter.content.lines() {
                if let Ok(Line::Directive(directive)) = directive::read(line) {
                    shown.add(root, &directive, chapter.path.as_deref());
                }
            }
        }
        Ok(shown)
    }

    fn add(&mut self, root: &Path, directive: &Directive<'_>, page: Option<&Path>) {
        let code = match directive.kind {
            Kind::Listing => {
                if let Some(page) = page.and_then(Path::to_str) {
                    self.places.add(directive, page);
                }
                Code::find(root, &self.catalog, directive.id).into_iter().collect()
            }
            Kind::Output => {
                let pages = self.outputs.entry(directive.id.to_owned()).or_default();
                pages.extend(page.map(Path::to_path_buf));
                vec![]
            }
            Kind::Exercise => {
                exercise::find(directive.id).map(exercise::programs).map(Vec::from).unwrap_or_default()
            }
            _ => vec![],
        };
        self.code.extend(code.into_iter().map(|code| (code.id.clone(), code)));
    }

    /// How often the pages before this one, which shows it too, show the output of a listing.
    pub fn outputs_before(&self, id: &str, page: &Path) -> usize {
        let pages = self.outputs.get(id).map(Vec::as_slice).unwrap_or_default();
        pages.iter().position(|other| other == page).unwrap_or(pages.len())
    }
}
