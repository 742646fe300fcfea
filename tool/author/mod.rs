//! What an author does to a listing: `book new` begins it, `book record` records it.
//!
//! - [`begin`]: the files of a new listing, or of a new chapter's crate.
//! - [`output`]: what a listing prints, which its test records. [`timeline`]: how it runs; [`choice`] says which runs are
//!   kept.
//! - [`mod@overhead`]: what tracing costs.

pub mod begin;
pub mod choice;
pub mod output;
pub mod overhead;
pub mod timeline;

use std::path::Path;

use anyhow::{Context, Result};
use records::catalog::{Catalog, Listing};

use crate::terminal::stop::Stop;
use crate::workspace::program::find;

/// Records these listings, or all of them if there are none: what they print, and how those in Rust run. Orders and ends are
/// counted in so many runs.
///
/// # Errors
///
/// When a listing cannot be built, run or traced, or breaks its promise.
pub fn record(root: &Path, ids: &[String], times: u32) -> Result<()> {
    let stop = Stop::new()?;
    let listings = listings(root, ids)?;
    output::record(root, if ids.is_empty() { &[] } else { &listings }, &stop)?;
    for listing in programs(listings) {
        let recorded = timeline::record(root, &listing, times, &stop);
        recorded.with_context(|| format!("`{}` is not recorded", listing.id()))?;
    }
    Ok(())
}

/// Measures how much longer these listings take when they are traced, or all of them if there are none.
///
/// # Errors
///
/// Those of [`overhead::measure`].
pub fn overhead(root: &Path, ids: &[String]) -> Result<()> {
    let listings: Vec<Listing> = programs(listings(root, ids)?).collect();
    overhead::measure(root, &listings, &Stop::new()?)
}

fn listings(root: &Path, ids: &[String]) -> Result<Vec<Listing>> {
    if ids.is_empty() {
        return Ok(Catalog::read(root)?.listings().cloned().collect());
    }
    ids.iter().map(|id| find(root, id)).collect()
}

/// Twins have no timelines: what Python's interpreter does at its start would hide what its module does. Neither have programs
/// that must not compile.
fn programs(listings: Vec<Listing>) -> impl Iterator<Item = Listing> {
    listings.into_iter().filter(|listing| listing.is_program())
}
