//! The recordings: the figure of each listing's timeline as a file of its own, for a page whose *Run* can only replay.

use std::fs;
use std::path::Path;
use std::thread;

use anyhow::{Context, Result};
use records::catalog::Listing;
use records::record::Record;
use records::timeline::Timeline;

use crate::build::shown::Shown;
use crate::figure::timeline::figure::{Look, alone};

/// Where in the site the recording of a listing is. It is a piece of a page, and by its name no page.
pub fn recording(listing: &Listing) -> String {
    format!("timelines/{}.txt", listing.id())
}

/// Writes the recordings of the listings that are shown. A figure that stands on a page is not taken from here.
///
/// # Errors
///
/// When a timeline cannot be read, or a file cannot be written.
pub fn write(root: &Path, shown: &Shown, site: &Path) -> Result<()> {
    let listings: Vec<&Listing> = shown.code.keys().filter_map(|id| shown.catalog.get(id)).collect();
    let share = listings.len().div_ceil(thread::available_parallelism().map_or(1, usize::from)).max(1);
    thread::scope(|scope| {
        let write = |some: &[&Listing]| some.iter().try_for_each(|listing| write_one(root, listing, site));
        let threads: Vec<_> = listings.chunks(share).map(|some| scope.spawn(move || write(some))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("a thread that writes recordings"))
    })
}

fn write_one(root: &Path, listing: &Listing, site: &Path) -> Result<()> {
    let path = root.join(listing.timeline());
    if !path.is_file() {
        return Ok(());
    }
    let timeline = Timeline::read(&path)?;
    let record = root.join(listing.record());
    let record = (timeline.seen.is_some() && record.is_file()).then(|| Record::read(&record)).transpose()?;
    let html = alone(&timeline, Look::Whole, record.as_ref(), "a recording");
    let file = site.join(recording(listing));
    fs::create_dir_all(file.parent().unwrap_or(site))?;
    fs::write(&file, html).with_context(|| format!("cannot write {}", file.display()))
}
