//! A participant's desk: this book's programs and exercises in a folder of their own, with nothing begun.
//!
//! What is built for it stays from test to test, as on a participant's machine, where the first build is the long one. So there
//! is one desk, and the tests take turns.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use supervisor::oracle;

use crate::process::{Finished, book, run};
use crate::this_book;

/// The exercise that is worked on.
pub(crate) const NAME: &str = "leaves_zombies";
pub(crate) const PROGRAM: &str = "workshop/mine/src/bin/leaves_zombies.rs";
pub(crate) const PROGRESS: &str = "workshop/mine/progress.json";

/// A desk, until it is dropped.
pub(crate) struct Desk {
    root: PathBuf,
    _turn: File,
}

impl Desk {
    pub(crate) fn new() -> Desk {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let turn = File::create(folder.join("desk.lock")).expect("a file");
        turn.lock().expect("a turn");
        let root = folder.join("desk");
        // Of an earlier test.
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("workshop/exercises")).expect("a folder");
        for file in ["book.toml", "Cargo.toml", "Cargo.lock", ".gitignore", "workshop/Cargo.toml"] {
            fs::copy(this_book().join(file), root.join(file)).expect("a file to copy");
        }
        for folder in ["chapters-code", "tool", "workshop/src"] {
            symlink(this_book().join(folder), root.join(folder)).expect("a link");
        }
        let desk = Desk { root, _turn: turn };
        for exercise in workshop::ALL {
            let (from, to) = (this_book().join(exercise.folder()), desk.path(exercise.folder()));
            fs::create_dir_all(&to).expect("a folder");
            for file in ["exercise.md", "start.rs", "solution.rs"] {
                fs::copy(from.join(file), to.join(file)).expect("a file to copy");
            }
            symlink(from.join("runs"), to.join("runs")).expect("a link");
        }
        desk
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Saves a file as editors do it: nobody reads half of it.
    pub(crate) fn save(&self, path: &str, text: &str) {
        let half = self.path(path).with_extension("half");
        fs::write(&half, text).expect("a file to write");
        fs::rename(half, self.path(path)).expect("a file to replace");
    }

    /// `book workshop` with these arguments. It cannot download anything, and what it leaves behind can be told.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = book(&self.root, &[&["workshop"], arguments].concat());
        command.env(oracle::MARK, oracle::mark()).env("CARGO_NET_OFFLINE", "true");
        command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("desk-target"));
        command
    }

    pub(crate) fn workshop(&self, arguments: &[&str]) -> Finished {
        run(&mut self.command(arguments))
    }

    pub(crate) fn solution(&self) -> String {
        self.read("workshop/exercises/leaves_zombies/solution.rs")
    }
}
