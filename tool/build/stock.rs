//! What a stock `mdbook build` calls: the preprocessor and a small backend as programs, by mdBook's protocols.
//!
//! A preprocessor is not told where the pages go, so what is left to do then is done by a backend, which mdBook runs
//! after its own.
//!
//! <https://rust-lang.github.io/mdBook/for_developers/index.html>

use std::io::{stdin, stdout};
use std::path::PathBuf;

use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_preprocessor::{Preprocessor, parse_input};
use serde::Deserialize;

use crate::build;
use crate::build::preprocess::Listings;
use crate::build::shown::Shown;

/// Reads a book on stdin, places its listings and outputs, and writes the book to stdout.
///
/// # Errors
///
/// When stdin holds no book, or a directive resolves to nothing.
pub fn preprocess() -> Result<()> {
    let (context, book) = parse_input(stdin().lock()).context(
        "stdin is not a book from mdBook: this command is for book.toml's `[preprocessor.listings]`",
    )?;
    let book = Listings::default().run(&context, book)?;
    serde_json::to_writer(stdout().lock(), &book).context("cannot hand the book back")
}

/// Reads mdBook's render context on stdin and finishes the pages that mdBook wrote: their descriptions, and the sources
/// of the listings beside them.
///
/// # Errors
///
/// When stdin holds no render context, or a page or source cannot be written.
pub fn finish() -> Result<()> {
    let context: serde_json::Value = serde_json::from_reader(stdin().lock()).context(
        "stdin is not a render context from mdBook: this command is for book.toml's `[output.listings]`",
    )?;
    let root = PathBuf::deserialize(&context["root"])?;
    let ours = PathBuf::deserialize(&context["destination"])?;
    let config = build::config(&root)?;
    // In the context is the book with its includes, which are no words of its pages.
    let book = MDBook::load_with_config(&root, config.clone())?.book;
    // With several outputs, each has a folder beside the others.
    let shown = Shown::of(&root, &book)?;
    build::finish(&root, &book, &shown, &config, &ours.with_file_name("html"))
}
