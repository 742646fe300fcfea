//! Editions of the book for e-readers and for paper, made of the pages of the site.
//!
//! In reading order: `dom` is a page as a tree; `page` is what an edition takes from one; `edition` is the whole book;
//! `places` says where in an edition a link leads, and `date` from when it is; `epub` is the edition for e-readers.
//! `pdf` is the one for paper: `chromium` prints it, and `destinations` are the page numbers for its table of contents.

mod chromium;
mod date;
mod destinations;
mod dom;
mod edition;
pub mod epub;
mod page;
pub mod pdf;
mod places;

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::build::offline::MADE;

/// Where editions go: to the folder that was named, or beside what Cargo builds.
///
/// # Errors
///
/// When the current folder is not known.
pub fn folder(root: &Path, named: Option<PathBuf>) -> Result<PathBuf> {
    Ok(match named {
        Some(folder) => std::path::absolute(folder)?,
        None => root.join(MADE),
    })
}
