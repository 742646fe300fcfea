//! What pages keep for the reader: theme, table of contents, pages that were read, answers to questions.
//!
//! A page keeps it in the browser, for its origin. The next start has another origin, so pages that have the pass send each change
//! here, too, and a browser that gets the pass gets all of it. It is in a file of the clone, which git ignores.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::workshop::file;

/// The file's name, in the book's folder.
const FILE: &str = "reader.json";
/// How many things it may have, and how many bytes a name or a value: more than the book has questions and pages.
const MOST: usize = 4096;
const LONGEST: usize = 512;

/// One thing, as a page sends it. Without a value it is to be forgotten.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    name: String,
    value: Option<String>,
}

/// All of it.
pub(crate) struct Kept {
    file: PathBuf,
    /// A change is read, made and written before the next one.
    writing: Mutex<()>,
}

impl Kept {
    /// For the book at `root`.
    pub(crate) fn of(root: &Path) -> Kept {
        Kept { file: root.join(FILE), writing: Mutex::new(()) }
    }

    /// By name. What cannot be read is as if it had never been.
    pub(crate) fn all(&self) -> BTreeMap<String, String> {
        let text = fs::read_to_string(&self.file).unwrap_or_default();
        let all: BTreeMap<String, String> = serde_json::from_str(&text).unwrap_or_default();
        all.into_iter().filter(|(name, _)| is_kept(name)).collect()
    }

    /// Makes a change.
    ///
    /// # Errors
    ///
    /// When pages keep no such thing, or the file cannot be written.
    pub(crate) fn change(&self, Change { name, value }: Change) -> Result<()> {
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_kept(&name) || value.as_ref().is_some_and(|value| value.len() > LONGEST) {
            bail!("no page keeps that");
        }
        let mut all = self.all();
        match value {
            Some(value) => all.insert(name, value),
            None => all.remove(&name),
        };
        if all.len() > MOST {
            bail!("there is no room for more");
        }
        let text = serde_json::to_string_pretty(&all).context("strings are always JSON")?;
        file::replace(&self.file, &(text + "\n"))
    }
}

fn is_kept(name: &str) -> bool {
    let known = matches!(name, "mdbook-theme" | "mdbook-sidebar")
        || ["predict/", "read/"].iter().any(|kind| name.starts_with(kind));
    known && name.len() <= LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(name: &str, value: Option<&str>) -> Change {
        Change { name: name.to_owned(), value: value.map(str::to_owned) }
    }

    #[test]
    fn what_pages_keep_is_there_at_the_next_start_and_nothing_else_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = Kept::of(folder.path());
        assert!(kept.all().is_empty());
        kept.change(change("mdbook-theme", Some("dark"))).expect("a change");
        kept.change(change("read/part/a.html", Some("1"))).expect("a change");
        kept.change(change("predict/a", Some("1"))).expect("a change");
        kept.change(change("predict/a", None)).expect("a change");
        let long = "x".repeat(LONGEST + 1);
        for wrong in
            [change("book-pass", Some("1")), change("predict/b", Some(&long)), change(&long, Some("1"))]
        {
            assert!(kept.change(wrong).is_err());
        }
        let next = Kept::of(folder.path()).all();
        let next: Vec<_> = next.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(next, [("mdbook-theme", "dark"), ("read/part/a.html", "1")]);
    }

    #[test]
    fn a_file_that_is_none_of_ours_is_as_good_as_none() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(FILE), "{\"book-pass\": \"1\", \"mdbook-theme\": \"dark\"}")
            .expect("a file");
        assert_eq!(Kept::of(folder.path()).all().into_keys().collect::<Vec<_>>(), ["mdbook-theme"]);
        fs::write(folder.path().join(FILE), "not JSON").expect("a file");
        assert!(Kept::of(folder.path()).all().is_empty());
    }
}
