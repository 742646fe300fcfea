//! Where the listings are: every chapter crate, its listings, and the records of them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use supervisor::shell;

/// The folder of a chapter's crate that has the programs: Cargo's examples.
const PROGRAMS: &str = "examples";
/// The folder that has the programs that must not compile. Cargo does not look there.
const REFUSED: &str = "refused";

/// The language of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// A Cargo example: `examples/hello.rs`.
    Rust,
    /// The same program with Python's module: `python/hello.py`.
    Python,
}

/// One listing, known to pages, tests and the tool by one id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The chapter crate: `process-class`.
    pub chapter: String,
    /// The name in its chapter: `hello`, and `hello.py` for its twin.
    pub name: String,
    /// Whether the compiler refuses it, which is what it shows.
    pub refused: bool,
}

impl Listing {
    /// The listing called `name` in the crate `chapter`. Whether its files exist is not looked at.
    pub fn new(chapter: impl Into<String>, name: impl Into<String>) -> Listing {
        Listing { chapter: chapter.into(), name: name.into(), refused: false }
    }

    /// The listing called `name` in the crate `chapter` that must not compile.
    pub fn refused(chapter: impl Into<String>, name: impl Into<String>) -> Listing {
        Listing { refused: true, ..Listing::new(chapter, name) }
    }

    /// Whether it is a program that can be built and run, and so has a timeline.
    pub fn is_program(&self) -> bool {
        self.language() == Language::Rust && !self.refused
    }

    /// The id that pages use: `process-class/hello`, `process-class/hello.py`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.chapter, self.name)
    }

    /// The language, which the name tells: a twin's ends in `.py`.
    pub fn language(&self) -> Language {
        if self.name.ends_with(".py") { Language::Python } else { Language::Rust }
    }

    /// The source file, from the workspace's root.
    pub fn source(&self) -> PathBuf {
        let chapter = Path::new("chapters-code").join(&self.chapter);
        match self.language() {
            Language::Rust => {
                let folder = if self.refused { REFUSED } else { PROGRAMS };
                chapter.join(folder).join(format!("{}.rs", self.name))
            }
            Language::Python => chapter.join("python").join(&self.name),
        }
    }

    /// The file of the record, from the workspace's root.
    pub fn record(&self) -> PathBuf {
        self.generated("snap")
    }

    /// The file of its timeline, from the workspace's root. Only programs have one, no twins.
    pub fn timeline(&self) -> PathBuf {
        self.generated("json")
    }

    fn generated(&self, ending: &str) -> PathBuf {
        Path::new("chapters-code").join(&self.chapter).join("records").join(format!("{}.{ending}", self.name))
    }

    /// The command that runs it, or shows what the compiler says of it, typed in the workspace's root.
    pub fn command(&self) -> String {
        match self.language() {
            Language::Rust if self.refused => shell::command(["cargo", "run", "-q", "--", "run", &self.id()]),
            Language::Rust => shell::command(["cargo", "run", "-q", "--example", &self.name]),
            Language::Python => shell::command(["python3", &self.source().to_string_lossy()]),
        }
    }
}

/// A crate of listings: a folder of `chapters-code` with a `tests/snapshots.rs`. Git keeps no empty folder, so one that was only
/// begun has none for its programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// The name of its folder, which is the crate's.
    pub name: String,
    /// Its listings by name, each program before its twin.
    pub listings: Vec<Listing>,
    /// The names of the records in `records`, with or without a listing of that name.
    pub records: Vec<String>,
    /// The names of the timelines in `records`, with or without a listing of that name.
    pub timelines: Vec<String>,
}

impl Chapter {
    /// The file of its tests, from the workspace's root.
    pub fn tests(&self) -> PathBuf {
        Path::new("chapters-code").join(&self.name).join("tests/snapshots.rs")
    }
}

/// All chapters of a workspace, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    /// The chapters, also those that have no listings yet.
    pub chapters: Vec<Chapter>,
}

impl Catalog {
    /// Reads the folders under `root`, the workspace's root.
    ///
    /// # Errors
    ///
    /// When a folder cannot be read; the error names it.
    pub fn read(root: &Path) -> io::Result<Catalog> {
        let home = root.join("chapters-code");
        let mut chapters = vec![];
        for name in entries(&home)? {
            let folder = home.join(&name);
            if folder.join("tests/snapshots.rs").is_file() {
                chapters.push(chapter(&folder, name)?);
            }
        }
        Ok(Catalog { chapters })
    }

    /// Every listing of every chapter.
    pub fn listings(&self) -> impl Iterator<Item = &Listing> {
        self.chapters.iter().flat_map(|chapter| &chapter.listings)
    }

    /// The listing with this id, if there is one.
    pub fn get(&self, id: &str) -> Option<&Listing> {
        self.listings().find(|listing| listing.id() == id)
    }
}

fn chapter(folder: &Path, name: String) -> io::Result<Chapter> {
    let programs = names(&folder.join(PROGRAMS), ".rs")?;
    let refused = names(&folder.join(REFUSED), ".rs")?;
    let twins = names(&folder.join("python"), ".py")?.into_iter().map(|twin| twin + ".py");
    let run = programs.into_iter().chain(twins).map(|listing| Listing::new(&name, listing));
    let refused = refused.into_iter().map(|listing| Listing::refused(&name, listing));
    let mut listings: Vec<Listing> = run.chain(refused).collect();
    listings.sort_by(|a, b| a.name.cmp(&b.name));
    let records = names(&folder.join("records"), ".snap")?;
    let timelines = names(&folder.join("records"), ".json")?;
    Ok(Chapter { name, listings, records, timelines })
}

/// The names in a folder that end so, without that ending. A folder that does not exist has none.
fn names(folder: &Path, ending: &str) -> io::Result<Vec<String>> {
    if !folder.exists() {
        return Ok(vec![]);
    }
    let stem = |name: String| name.strip_suffix(ending).map(str::to_owned);
    let mut names: Vec<String> = entries(folder)?.into_iter().filter_map(stem).collect();
    names.sort();
    Ok(names)
}

/// The names in a folder, sorted. Names that are not UTF-8 are none of ours.
fn entries(folder: &Path) -> io::Result<Vec<String>> {
    let named = |e: io::Error| io::Error::new(e.kind(), format!("cannot read {}: {e}", folder.display()));
    let mut names = vec![];
    for entry in fs::read_dir(folder).map_err(named)? {
        names.extend(entry.map_err(named)?.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a temporary folder");
        for file in files {
            let file = root.path().join("chapters-code").join(file);
            fs::create_dir_all(file.parent().expect("a file in a folder")).expect("its folder");
            fs::write(file, "").expect("the file");
        }
        root
    }

    #[test]
    fn listings_twins_and_records_are_found() {
        let root = workspace(&[
            "waiting/examples/zombie.rs",
            "waiting/tests/snapshots.rs",
            "process-class/examples/hello.rs",
            "process-class/examples/by_hand.rs",
            "process-class/python/hello.py",
            "process-class/python/notes.txt",
            "process-class/tests/snapshots.rs",
            "process-class/records/hello.snap",
            "process-class/records/hello.py.snap",
            "process-class/records/hello.snap.new",
            "process-class/records/orphan.snap",
            "process-class/records/hello.json",
            "process-class/records/lost.json",
            "multiprocess/src/lib.rs",
            "benchmarks/examples/peer.rs",
            "pool/tests/snapshots.rs",
            "threads/refused/borrowed.rs",
            "threads/tests/snapshots.rs",
        ]);
        let catalog = Catalog::read(root.path()).expect("a catalog");
        let ids: Vec<String> = catalog.listings().map(Listing::id).collect();
        let all = [
            "process-class/by_hand",
            "process-class/hello",
            "process-class/hello.py",
            "threads/borrowed",
            "waiting/zombie",
        ];
        assert_eq!(ids, all);
        let runs = |id: &str| catalog.get(id).expect("a listing").is_program();
        assert_eq!(all.map(runs), [true, true, false, false, true]);
        let chapters: Vec<&str> = catalog.chapters.iter().map(|chapter| &*chapter.name).collect();
        assert_eq!(chapters, ["pool", "process-class", "threads", "waiting"], "one has no listing yet");
        assert_eq!(catalog.chapters[1].records, ["hello", "hello.py", "orphan"]);
        assert_eq!(catalog.chapters[1].timelines, ["hello", "lost"]);
        let hello = catalog.get("process-class/hello").expect("a listing");
        assert!(root.path().join(hello.timeline()).is_file());
        for listing in catalog.listings() {
            assert!(root.path().join(listing.source()).is_file(), "{listing:?}");
        }
        assert!(root.path().join(catalog.chapters[3].tests()).is_file());
        assert_eq!(catalog.get("process-class/hello.rs"), None);
        let twin = catalog.get("process-class/hello.py").expect("the twin");
        assert!(root.path().join(twin.record()).is_file());
        assert_eq!(twin.command(), "python3 chapters-code/process-class/python/hello.py");
    }

    #[test]
    fn a_missing_folder_is_named() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let error = Catalog::read(root.path()).expect_err("there are no chapters").to_string();
        assert!(error.contains("chapters-code"), "{error}");
    }
}
