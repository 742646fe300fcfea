//! What a participant has done, `progress.json`.
//!
//! It is kept by the exercises' names, so that exercises may be added and moved. What this book does not know, because a
//! newer or an older one wrote it, is kept.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::workshop::file;

const SCHEMA: u32 = 1;

/// The file.
#[derive(Clone, Debug)]
pub struct Progress {
    folder: PathBuf,
}

/// What is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    schema: u32,
    /// The exercise that was begun last.
    #[serde(default)]
    pub current: Option<String>,
    #[serde(default)]
    exercises: BTreeMap<String, Mark>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

/// What was done about one exercise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mark {
    /// A check has passed.
    pub done: bool,
    /// A check of a changed program has failed.
    pub tried: bool,
    /// How many hints were given.
    pub hints: usize,
    /// The sum of the starting point that was put there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

impl Default for State {
    fn default() -> State {
        State { schema: SCHEMA, current: None, exercises: BTreeMap::new(), other: Map::new() }
    }
}

impl State {
    /// What was done about an exercise.
    pub fn of(&self, exercise: &str) -> Mark {
        self.exercises.get(exercise).cloned().unwrap_or_default()
    }

    /// The same, to change it.
    pub fn of_mut(&mut self, exercise: &str) -> &mut Mark {
        self.exercises.entry(exercise.to_owned()).or_default()
    }
}

impl Progress {
    /// The file in this folder.
    pub fn new(folder: &Path) -> Progress {
        Progress { folder: folder.to_owned() }
    }

    fn path(&self) -> PathBuf {
        self.folder.join("progress.json")
    }

    /// What is in it; nothing, if there is no file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is damaged. The error says what to do.
    pub fn read(&self) -> Result<State> {
        let path = self.path();
        let state = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(Error::from),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(State::default()),
            Err(error) => Err(error.into()),
        };
        let state: State = state.with_context(|| {
            format!(
                "{path} is damaged. Your programs are not: move it away, `mv {path} {path}.damaged`, and check each \
                 program once to have it marked again",
                path = path.display(),
            )
        })?;
        if state.schema != SCHEMA {
            bail!(
                "{} was written by another version of the book: schema {SCHEMA} is known here, and it has {}. Update the \
                 book, or move that file away",
                path.display(),
                state.schema,
            );
        }
        Ok(state)
    }

    /// Changes what is in it. Two tools at once change it one after the other.
    ///
    /// # Errors
    ///
    /// Those of [`Progress::read`], and when it cannot be written; the file is as it was then.
    pub fn change(&self, change: impl FnOnce(&mut State)) -> Result<State> {
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("cannot create {}", self.folder.display()))?;
        let locked = File::open(&self.folder).and_then(|folder| folder.lock().map(|()| folder));
        let _locked = locked.with_context(|| format!("cannot lock {}", self.folder.display()))?;
        let before = self.read()?;
        let mut state = before.clone();
        change(&mut state);
        if state != before {
            file::replace(&self.path(), &(serde_json::to_string_pretty(&state)? + "\n"))?;
        }
        Ok(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let progress = Progress::new(folder.path());
        assert_eq!(progress.read().expect("nothing"), State::default());
        let old = r#"{"schema":1,"exercises":{"of_old":{"done":true,"stars":3}},"theme":"dark"}"#;
        fs::write(progress.path(), old).expect("a file");
        let state = progress.change(|state| state.of_mut("new").hints = 2).expect("a change");
        assert_eq!(progress.read().expect("a state"), state);
        assert!(state.of("of_old").done && !state.of("new").done && !state.of("never").done);
        let text = fs::read_to_string(progress.path()).expect("a file");
        for part in ["\"stars\": 3", "\"theme\": \"dark\"", "\"hints\": 2"] {
            assert!(text.contains(part), "no {part} in {text}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_understood_is_not_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let progress = Progress::new(folder.path());
        for (text, said) in [
            (&b""[..], "is damaged"),
            (b"{\"schema\":1,\"exercises\":", "mv "),
            (b"{\"schema\":1,\"current\":\"\xff\"}", "mv "),
            (b"{\"schema\":7}", "schema 1 is known here, and it has 7"),
        ] {
            fs::write(progress.path(), text).expect("a file");
            let error = progress.change(|state| state.of_mut("x").done = true).expect_err("an error");
            assert!(format!("{error:#}").contains(said), "{error:#}");
            assert_eq!(fs::read(progress.path()).expect("a file"), text);
        }
        fs::remove_file(progress.path()).expect("a file");
        fs::create_dir(progress.path()).expect("a folder in its place");
        let error = format!("{:#}", progress.read().expect_err("an error"));
        assert!(error.contains("mv ") && error.contains("directory"), "{error}");
    }

    #[test]
    fn where_nothing_can_be_written_the_file_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let progress = Progress::new(folder.path());
        progress.change(|state| state.of_mut("x").done = true).expect("a change");
        // A folder of this name is in the way of the rename.
        let other = Progress::new(&folder.path().join("progress.json"));
        let error = other.change(|state| state.of_mut("x").done = true).expect_err("no folder");
        assert!(format!("{error:#}").contains("cannot create"), "{error:#}");
        assert!(progress.read().expect("a state").of("x").done);
    }
}
