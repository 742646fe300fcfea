//! A small book in a temporary folder, to plant faults in: this book's configuration and theme, two pages, one listing
//! with its twin, their test and their records.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::this_book;

pub(crate) const PAGE: &str = "src/part/page.md";
pub(crate) const PROGRAM: &str = "chapters-code/sample/examples/greet.rs";
pub(crate) const TWIN: &str = "chapters-code/sample/python/greet.py";
pub(crate) const TESTS: &str = "chapters-code/sample/tests/snapshots.rs";
pub(crate) const RECORD: &str = "chapters-code/sample/records/greet.snap";
pub(crate) const TIMELINE: &str = "chapters-code/sample/records/greet.json";
pub(crate) const TWIN_RECORD: &str = "chapters-code/sample/records/greet.py.snap";

/// A book of its own, removed when dropped.
pub(crate) struct Scratch {
    dir: TempDir,
}

impl Scratch {
    /// A book with nothing wrong in it.
    pub(crate) fn new() -> Scratch {
        let scratch = Scratch { dir: TempDir::with_prefix("scratch-book-").expect("a temporary folder") };
        copy(&this_book().join("book.toml"), &scratch.path("book.toml"));
        copy(&this_book().join("theme"), &scratch.path("theme"));
        let record = "---\nsource: x\nexpression: x\n---\npromise: exact\nended: exit code 0\nstdout:\n  | Hello, reader\nstderr:\n";
        let timeline = "{\"schema\":1,\"listing\":\"sample/greet\",\"machine\":\"m\",\"runs\":[{\"over\":9,\"processes\":[{\"name\":\"main\"}],\"events\":[{\"at\":0,\"process\":0,\"exec\":\"greet\"},{\"at\":5,\"process\":0,\"write\":{\"to\":\"stdout\",\"text\":\"Hello, reader\\n\"}},{\"at\":9,\"process\":0,\"end\":{\"exit\":0}}]}]}\n";
        for (path, text) in [
            ("src/SUMMARY.md", "# Summary\n\n[Introduction](introduction.md)\n\n- [A page](part/page.md)\n"),
            ("src/introduction.md", "# Introduction\n\nGo to [the page](part/page.md#greeting).\n"),
            (
                PAGE,
                "# A page\n\n## Greeting\n\n{{#listing sample/greet}}\n\n{{#output sample/greet}}\n\n{{#listing sample/greet.py:greet}}\n\n{{#output sample/greet.py}}\n",
            ),
            (
                PROGRAM,
                "fn main() {\n    // ANCHOR: greet\n    println!(\"Hello, reader\");\n    // ANCHOR_END: greet\n}\n",
            ),
            (TWIN, "# ANCHOR: greet\nprint(\"Hello, reader\")\n# ANCHOR_END: greet\n"),
            (
                TESTS,
                "#[test]\nfn greet() {\n    check!(\"greet\", exact());\n}\n\n#[test]\nfn greet_in_python() {\n    check!(\"greet.py\", exact());\n}\n",
            ),
            (RECORD, record),
            (TWIN_RECORD, record),
            (TIMELINE, timeline),
        ] {
            scratch.write(path, text);
        }
        scratch
    }

    /// A book whose chapter is a crate that Cargo can build, of nothing but the standard library.
    pub(crate) fn with_a_crate() -> Scratch {
        let scratch = Scratch::new();
        let workspace = "[workspace]\nresolver = \"3\"\nmembers = [\"chapters-code/sample\"]\n";
        scratch.write("Cargo.toml", workspace);
        let package = "[package]\nname = \"sample\"\nedition = \"2024\"\n";
        scratch.write("chapters-code/sample/Cargo.toml", package);
        scratch.write("chapters-code/sample/src/lib.rs", "");
        scratch
    }

    /// Adds a listing with this `main`, and a record, if there is one.
    pub(crate) fn add_listing(&self, name: &str, main: &str, record: Option<&str>) {
        self.write(
            &format!("chapters-code/sample/examples/{name}.rs"),
            &format!("fn main() {{\n{main}\n}}\n"),
        );
        if let Some(record) = record {
            let path = format!("chapters-code/sample/records/{name}.snap");
            self.write(&path, &format!("---\nsource: x\nexpression: x\n---\n{record}"));
        }
    }

    pub(crate) fn root(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        let folder = path.parent().expect("a folder");
        fs::create_dir_all(folder).expect("a folder to write in");
        // As editors do it: nobody reads half a file.
        let half = folder.join(".being-written");
        fs::write(&half, text).expect("a file to write");
        fs::rename(half, path).expect("a file to replace");
    }

    pub(crate) fn append(&self, path: &str, text: &str) {
        let old = fs::read_to_string(self.path(path)).expect("a file to add to");
        self.write(path, &(old + text));
    }

    /// Replaces a text that must be there.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let old = fs::read_to_string(self.path(path)).expect("a file to edit");
        assert!(old.contains(from), "{path} has no `{from}`");
        self.write(path, &old.replace(from, to));
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).expect("a file to remove");
    }
}

pub(crate) fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder to copy to");
        for entry in fs::read_dir(from).expect("a folder to copy") {
            let name = entry.expect("an entry").file_name();
            copy(&from.join(&name), &to.join(&name));
        }
    } else if from.exists() {
        fs::copy(from, to).expect("a file to copy");
    }
}

/// Every file below a folder whose name ends so, sorted.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = vec![];
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}
