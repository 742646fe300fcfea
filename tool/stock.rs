//! What a stock `mdbook build` calls: the preprocessor as a program, by mdBook's protocol.
//!
//! <https://rust-lang.github.io/mdBook/for_developers/preprocessors.html>

use std::io::{stdin, stdout};

use anyhow::{Context, Result};
use mdbook_preprocessor::{Preprocessor, parse_input};

use crate::preprocess::Listings;

/// Reads a book on stdin, places its listings and outputs, and writes the book to stdout.
///
/// # Errors
///
/// When stdin holds no book, or a directive resolves to nothing.
pub fn preprocess() -> Result<()> {
    let (context, book) = parse_input(stdin().lock()).context(
        "stdin is not a book from mdBook: this command is for book.toml's `[preprocessor.listings]`",
    )?;
    let book = Listings.run(&context, book)?;
    serde_json::to_writer(stdout().lock(), &book).context("cannot hand the book back")
}
