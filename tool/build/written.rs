//! The pages as mdBook wrote them, read once for all that is left to do with them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use mdbook_driver::book::{Book, BookItem, Chapter};
use sha2::{Digest, Sha256};

use crate::page::structure::address;

/// A page of the site.
#[derive(Clone, Debug)]
pub struct Written<'a> {
    /// The chapter that it shows.
    pub chapter: &'a Chapter,
    /// The title of the book's part that it belongs to.
    pub part: Option<&'a str>,
    /// Its address, from the site's root.
    pub url: String,
    /// Its HTML.
    pub html: String,
}

/// Reads the pages of a book, in its order.
///
/// # Errors
///
/// When a page cannot be read.
pub fn written<'a>(book: &'a Book, site: &Path) -> Result<Vec<Written<'a>>> {
    let mut part = None;
    let page = |item: &'a BookItem| {
        let chapter = match item {
            BookItem::Chapter(chapter) => chapter,
            BookItem::PartTitle(title) => {
                part = Some(title.as_str());
                return None;
            }
            BookItem::Separator => {
                part = None;
                return None;
            }
        };
        let url = address(chapter.path.as_ref()?);
        Some(read(&site.join(&url)).map(|html| Written { chapter, part, url, html }))
    };
    book.iter().filter_map(page).collect()
}

/// The name of a script in what mdBook has written, and of the script in its place. A browser keeps a script by its name, so the name
/// changes with what is in it.
#[derive(Clone, Debug, Default)]
pub struct Replaced {
    old: String,
    new: String,
}

impl Replaced {
    /// Replaces the script whose name begins so. `make` is given its text, and returns the new one.
    ///
    /// # Errors
    ///
    /// When mdBook has left no such script, or the new one cannot be written.
    pub fn script(site: &Path, name: &str, make: impl FnOnce(String) -> Result<String>) -> Result<Replaced> {
        let names = fs::read_dir(site)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let is_it = |file: &String| {
            let rest = file.strip_prefix(name).and_then(|rest| rest.strip_suffix(".js"));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        let old =
            names.into_iter().find(is_it).with_context(|| format!("mdBook has written no {name}.js"))?;
        let text = make(read(&site.join(&old))?)?;
        fs::remove_file(site.join(&old)).with_context(|| format!("cannot remove {old}"))?;
        Replaced::write(site, name, old, &text)
    }

    /// Writes a script for which the template has the name `old`.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(site: &Path, name: &str, old: String, text: &str) -> Result<Replaced> {
        let hash = Sha256::digest(text.as_bytes());
        let hash: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let new = format!("{name}-{hash}.js");
        fs::write(site.join(&new), text).with_context(|| format!("cannot write {new}"))?;
        Ok(Replaced { old, new })
    }

    /// The page with the new name.
    pub fn in_page(&self, html: &str) -> String {
        html.replacen(&self.old, &self.new, 1)
    }
}

/// Reads a file of the site.
///
/// # Errors
///
/// When that fails.
pub fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}
