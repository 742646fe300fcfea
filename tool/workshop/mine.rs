//! The participant's own files, `workshop/mine`, which git ignores: one program an exercise, copied from its `start.rs`.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use notify_debouncer_full::notify::RecursiveMode;
use workshop::Exercise;

use crate::workshop::file::{self, sum};
use crate::workshop::package;
use crate::workshop::progress::Progress;
use crate::workspace::watch::Files;

/// Where it is, from the book's root.
const FOLDER: &str = "workshop/mine";

/// The participant's folder.
#[derive(Clone, Debug)]
pub struct Mine {
    root: PathBuf,
}

impl Mine {
    /// That of the book in this folder.
    pub fn new(root: &Path) -> Mine {
        Mine { root: root.to_owned() }
    }

    /// The book's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where Cargo finds the package.
    pub fn folder(&self) -> PathBuf {
        self.root.join(FOLDER)
    }

    /// What was done so far.
    pub fn progress(&self) -> Progress {
        Progress::new(&self.folder())
    }

    /// The program for an exercise, from the book's root.
    pub fn program(exercise: &Exercise) -> PathBuf {
        Path::new(FOLDER).join("src/bin").join(exercise.name).with_extension("rs")
    }

    /// The text of that program, if it is there. How its lines end is no part of that.
    ///
    /// # Errors
    ///
    /// When there is a file that cannot be read.
    pub fn text(&self, exercise: &Exercise) -> Result<Option<String>> {
        let path = self.root.join(Mine::program(exercise));
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Whether the program is another one than what the exercise begins with, and than what it began with when it was put there.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn is_changed(&self, exercise: &Exercise) -> Result<bool> {
        let Some(text) = self.text(exercise)? else { return Ok(false) };
        let put = self.progress().read().ok().and_then(|state| state.of(exercise.name).start);
        let is_put = put.is_some_and(|put| put == sum(&text));
        Ok(!is_put && self.start_of(exercise).is_ok_and(|start| start != text))
    }

    /// Puts the package there, or what is missing of it.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or written.
    pub fn make_package(&self) -> Result<()> {
        package::write(&self.root, &self.folder())
    }

    /// Sees to it that there is a program for this exercise, and a package around it. A program that was changed stays as it
    /// is; one that was not is the starting point as the book has it now. Says whether it is a new one.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or written.
    pub fn begin(&self, exercise: &Exercise) -> Result<bool> {
        self.make_package()?;
        let (program, start) = (self.root.join(Mine::program(exercise)), self.start_of(exercise)?);
        let is_changed = self.is_changed(exercise)?;
        let is_new = match self.text(exercise)? {
            None => file::create(&program, &start)?,
            Some(text) if is_changed || text == start => false,
            Some(_) => file::replace(&program, &start).map(|()| true)?,
        };
        self.progress().change(|state| {
            state.current = Some(exercise.name.to_owned());
            if !is_changed {
                state.of_mut(exercise.name).start = Some(sum(&start));
            }
        })?;
        Ok(is_new)
    }

    /// Puts the starting point in place of the program, which is kept under the name that is given back; of one that was not
    /// changed, or is gone, there is nothing to keep.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, moved or written.
    pub fn reset(&self, exercise: &Exercise) -> Result<Option<PathBuf>> {
        let (program, start) = (self.root.join(Mine::program(exercise)), self.start_of(exercise)?);
        self.make_package()?;
        let text = self.text(exercise)?;
        if text.is_none_or(|text| text == start) {
            file::create(&program, &start)?;
            return Ok(None);
        }
        let name = |number| Path::new(FOLDER).join("kept").join(format!("{}-{number}.rs", exercise.name));
        let kept =
            (1..).map(name).find(|kept| !self.root.join(kept).exists()).context("too many are kept")?;
        file::exchange(&program, &start, &self.root.join(&kept))?;
        Ok(Some(kept))
    }

    fn start_of(&self, exercise: &Exercise) -> Result<String> {
        let path = self.root.join(exercise.start());
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(text.replace("\r\n", "\n"))
    }
}

/// The programs are what is worth watching.
impl Files for Mine {
    fn folders(&self) -> Vec<(PathBuf, RecursiveMode)> {
        vec![(self.folder().join("src/bin"), RecursiveMode::NonRecursive)]
    }

    fn matter(&self, path: &Path) -> bool {
        path.extension().is_some_and(|extension| extension == "rs")
    }
}
