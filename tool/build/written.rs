//! The pages as mdBook wrote them, read once for all that is left to do with them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use mdbook_driver::book::{Book, Chapter};

/// A page of the site.
#[derive(Clone, Debug)]
pub struct Written<'a> {
    /// The chapter that it shows.
    pub chapter: &'a Chapter,
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
    let page = |chapter: &'a Chapter| {
        let path = chapter.path.as_ref()?;
        // mdBook makes a folder's README its index.
        let is_readme = path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("readme"));
        let path = if is_readme { path.with_file_name("index.html") } else { path.with_extension("html") };
        Some(read(&site.join(&path)).map(|html| Written { chapter, url: path.display().to_string(), html }))
    };
    book.chapters().filter_map(page).collect()
}

/// Reads a file of the site.
///
/// # Errors
///
/// When that fails.
pub fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}
