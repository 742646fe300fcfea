//! From the book's folder to a site, with mdBook as a library.
//!
//! In reading order: [`shown`] reads what all pages show, and [`preprocess`] puts it on them, figures [`sealed`]; `backend` is
//! mdBook's; [`mod@written`] reads what mdBook wrote, [`contents`] is the table of contents, [`mod@style`] makes one style sheet of all, and [`search`] an index;
//! [`mod@describe`] opens the figures, and adds each page's [`outline`], the columns of its [`tables`] and what it says about itself;
//! [`place`] is where a page is in its part and chapter, and [`moved`] leads from addresses of before;
//! [`recordings`] are what *Run* replays where nothing can be run, and [`offline`] are editions that were made
//! before. [`stock`] is the way in for a stock `mdbook build`, and
//! [`notices`] decides which of mdBook's messages are shown.

mod backend;
pub mod contents;
pub mod describe;
pub mod moved;
pub mod notices;
pub mod offline;
pub mod outline;
pub mod place;
pub mod preprocess;
pub mod recordings;
pub mod sealed;
pub mod search;
pub mod shown;
pub mod stock;
pub mod style;
pub mod tables;
pub mod written;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, bail};
use mdbook_driver::MDBook;
use mdbook_driver::book::Book;
use mdbook_driver::config::{Config, HtmlConfig};
use supervisor::{Temporary, temporary};

use crate::build::backend::Backend;
use crate::build::describe::describe;
use crate::build::offline::Editions;
use crate::build::place::Places;
use crate::build::preprocess::Listings;
use crate::build::shown::Shown;
use crate::build::written::written;

/// Where the site goes if nobody says: `build-dir` of book.toml.
///
/// # Errors
///
/// When book.toml cannot be read.
pub fn default_dest(root: &Path) -> Result<PathBuf> {
    Ok(root.join(config(root)?.build.build_dir))
}

/// Writes the site for any host. The folder `dest` is replaced in one step, and not touched if the build fails.
///
/// Where the folder itself has to stay, because something is mounted there or only what is in it may be changed, its files are
/// replaced one after the other.
///
/// # Errors
///
/// When the book cannot be built, or `dest` holds files that are not an earlier site.
pub fn write_site(root: &Path, dest: &Path) -> Result<()> {
    let dest = dest.canonicalize().unwrap_or_else(|_| dest.to_path_buf());
    temporary::sweep(&dest);
    refuse_other_files(&dest)?;
    let work = workplace(&dest)?;
    let (site, old) = (work.path().join("site"), work.path().join("old"));
    build(root, &site, config(root)?)?;
    if work.path().starts_with(&dest) {
        fs::create_dir(&old).and_then(|()| move_files(&dest, &old)).and_then(|()| move_files(&site, &dest))
    } else if dest.exists() {
        fs::rename(&dest, &old).and_then(|()| fs::rename(&site, &dest))
    } else {
        fs::rename(&site, &dest)
    }
    .with_context(|| format!("cannot replace {}", dest.display()))
}

/// A folder from which a site gets to its destination by being renamed: beside that one, or in it.
fn workplace(dest: &Path) -> Result<Temporary> {
    let parent = dest.parent().with_context(|| format!("{} cannot be a site", dest.display()))?;
    fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    if is_mounted(dest) {
        return Ok(Temporary::new_in(dest)?);
    }
    match Temporary::new_in(parent) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied && dest.is_dir() => {
            Ok(Temporary::new_in(dest)?)
        }
        made => Ok(made?),
    }
}

/// Whether something is mounted there. Such a folder cannot be renamed.
fn is_mounted(folder: &Path) -> bool {
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    // A blank in a path is written by its number, as a backslash is.
    let path = |place: &str| place.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    mounts.lines().filter_map(|line| line.split(' ').nth(4)).any(|place| Path::new(&path(place)) == folder)
}

/// Moves what is in one folder to another, without the folders that are not the book's.
fn move_files(from: &Path, to: &Path) -> io::Result<()> {
    for name in names(from)? {
        fs::rename(from.join(&name), to.join(&name))?;
    }
    Ok(())
}

/// The files and folders of a site: all but a folder for work in passing, and what a file system of its own is born with.
fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    let names: io::Result<Vec<_>> = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect();
    let is_other = |name: &OsString| {
        name == "lost+found" || name.as_encoded_bytes().starts_with(temporary::PREFIX.as_bytes())
    };
    Ok(names?.into_iter().filter(|name| !is_other(name)).collect())
}

/// Writes the site that `book serve` shows; its pages reload when `reload`, a path of the server, says so.
///
/// # Errors
///
/// When the book cannot be built.
pub fn build_served(root: &Path, dest: &Path, reload: &str) -> Result<()> {
    let mut config = config(root)?;
    config.set("output.html.live-reload-endpoint", reload)?;
    // The 404 page is served under any path, here without the folder that the site may have on its host.
    config.set("output.html.site-url", "/")?;
    build(root, dest, config)?;
    Ok(())
}

/// Writes the site to an empty folder, and gives the book as mdBook read it.
///
/// # Errors
///
/// When the book cannot be built.
pub(crate) fn build(root: &Path, dest: &Path, mut config: Config) -> Result<MDBook> {
    config.build.build_dir = dest.to_path_buf();
    let mut book = MDBook::load_with_config(root, config).context("cannot read the book")?;
    let listings = Listings::default();
    book.with_preprocessor(listings.clone());
    book.with_renderer(Backend);
    book.build()?;
    let shown = listings
        .shown()
        .context("mdBook did not run the preprocessor: is `[preprocessor.listings]` in book.toml?")?;
    finish(root, &book.book, shown, &book.config, dest)?;
    Ok(book)
}

/// What is left to do when mdBook has written the pages: each gets its figures, its place and a description of its own, and beside them
/// go the sources that they link to, recordings of how those ran, and what leads on from old addresses. `book` is as it was written.
///
/// # Errors
///
/// When a page cannot be written, or a source cannot be copied.
pub fn finish(root: &Path, book: &Book, shown: &Shown, config: &Config, site: &Path) -> Result<()> {
    let pages = written(book, site)?;
    let index = thread::scope(|scope| {
        let index = scope.spawn(|| search::write(&pages, shown, config, root, site));
        recordings::write(root, shown, site)?;
        for code in shown.code.values() {
            let copy = site.join(&code.site_path);
            fs::create_dir_all(copy.parent().unwrap_or(site))?;
            fs::copy(root.join(&code.path), &copy)
                .with_context(|| format!("cannot copy {}", code.path.display()))?;
        }
        index.join().expect("the thread that writes the search index")
    })?;
    let contents = contents::write(book, site)?;
    let editions = Editions::copy(root, site)?;
    describe(&pages, &contents, &editions, &Places::of(book), &index, config, site)?;
    moved::write(root, &pages, site)
}

/// book.toml with mdBook's variables (`MDBOOK_…`) over it.
pub(crate) fn config(root: &Path) -> Result<Config> {
    let mut config = Config::from_disk(root.join("book.toml"))?;
    config.update_from_env()?;
    // mdBook takes its defaults, without a word, when this table holds a mistake.
    let html: HtmlConfig = config.get("output.html").context("in book.toml")?.unwrap_or_default();
    // Other outputs are for a stock `mdbook build`, and would move the pages into a folder of their own.
    config.set("output", BTreeMap::from([("html", html)]))?;
    Ok(config)
}

/// A build replaces the whole folder: it must not be somebody's home.
fn refuse_other_files(dest: &Path) -> Result<()> {
    let names = match names(dest) {
        Ok(names) => names,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            bail!("{} is a file: name a folder for the site", dest.display())
        }
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", dest.display())),
    };
    let is_site = || dest.join(".nojekyll").is_file() && dest.join("toc.html").is_file();
    if !names.is_empty() && !is_site() {
        bail!(
            "{} holds files that are not an earlier build of the book, and a build would replace them: \
             name an empty folder or a new one",
            dest.display()
        );
    }
    Ok(())
}
