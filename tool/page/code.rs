//! Code that a page can show: a listing, or a source file of one of the crates.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use records::catalog::{Catalog, Language, Listing};

/// A file of code, by the id that pages use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// `process-class/hello` for a listing, `multiprocess/src/wire/file.rs` for a source file.
    pub id: String,
    /// The file, from the book's root.
    pub path: PathBuf,
    /// The language, for the colors.
    pub language: Language,
    /// The command that runs it. A source file is a part of something and has none.
    pub command: Option<String>,
    /// Where the file is in the site.
    pub site_path: String,
}

/// The folders of a crate whose files can be shown.
const SOURCES: [&str; 2] = ["src", "tests"];

impl Code {
    /// The code with this id, if there is any.
    pub fn find(root: &Path, catalog: &Catalog, id: &str) -> Option<Code> {
        catalog.get(id).map(Code::of_listing).or_else(|| Code::of_source(root, id))
    }

    fn of_listing(listing: &Listing) -> Code {
        let path = listing.source();
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        Code {
            id: listing.id(),
            site_path: format!("listings/{}/{file}", listing.chapter),
            language: listing.language(),
            command: Some(listing.command()),
            path,
        }
    }

    fn of_source(root: &Path, id: &str) -> Option<Code> {
        let inside = Path::new(id);
        let plain = inside.components().all(|part| matches!(part, Component::Normal(_)));
        let path = Path::new("chapters-code").join(inside);
        let is_source = SOURCES.iter().any(|folder| inside.iter().nth(1) == Some(OsStr::new(folder)))
            && inside.extension()? == "rs";
        (plain && is_source && root.join(&path).is_file()).then(|| Code {
            id: id.to_owned(),
            path,
            language: Language::Rust,
            command: None,
            site_path: format!("listings/{id}"),
        })
    }

    /// What a caption calls it: a listing by its name, a source file by its id.
    pub fn short_name(&self) -> &str {
        match self.command {
            Some(_) => self.id.rsplit('/').next().unwrap_or(&self.id),
            None => &self.id,
        }
    }

    /// The file's name.
    pub fn file_name(&self) -> &str {
        self.site_path.rsplit('/').next().unwrap_or(&self.site_path)
    }
}

/// All ids that [`Code::find`] finds, to name the nearest of.
pub fn all_ids(root: &Path, catalog: &Catalog) -> Vec<String> {
    let mut ids: Vec<String> = catalog.listings().map(Listing::id).collect();
    let home = root.join("chapters-code");
    let crates = std::fs::read_dir(&home).into_iter().flatten().filter_map(Result::ok);
    for entry in crates {
        for folder in SOURCES {
            sources(&home, &entry.path().join(folder), &mut ids);
        }
    }
    ids
}

/// The ids of the source files below a folder. What cannot be read has no id to suggest.
fn sources(home: &Path, folder: &Path, ids: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            sources(home, &path, ids);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            ids.extend(path.strip_prefix(home).ok().and_then(Path::to_str).map(str::to_owned));
        }
    }
}
