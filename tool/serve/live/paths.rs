//! The reader's folders, which no page has to know.

use std::env;
use std::path::Path;

use records::timeline::{Run, What};

/// What to put in the place of which folders.
#[derive(Clone, Debug)]
pub(crate) struct Paths(Vec<(String, &'static str)>);

impl Paths {
    /// The book's folder, and the reader's home.
    pub(crate) fn of(root: &Path) -> Paths {
        let home = env::var("HOME").unwrap_or_default();
        let folders = [(root.display().to_string(), "<book>"), (home, "~")];
        // A home that is `/`, or none, would stand everywhere.
        Paths(folders.into_iter().filter(|(folder, _)| folder.len() > 1).collect())
    }

    /// The text without them.
    pub(crate) fn hide(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (folder, name)| text.replace(folder, name))
    }

    /// The run without them.
    pub(crate) fn hide_in(&self, mut run: Run) -> Run {
        for process in &mut run.processes {
            process.name = self.hide(&process.name);
            process.thread_names.values_mut().for_each(|name| *name = self.hide(name));
        }
        for event in &mut run.events {
            if let What::Write { text, .. }
            | What::Exec(text)
            | What::Mark(text)
            | What::FutexWait(text)
            | What::Map { memory: text, .. }
            | What::Put { into: text, .. }
            | What::Got { out_of: text, .. } = &mut event.what
            {
                *text = self.hide(text);
            }
        }
        run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_book_comes_before_the_home_that_it_is_in() {
        let paths = Paths(vec![("/home/ann/book".into(), "<book>"), ("/home/ann".into(), "~")]);
        assert_eq!(paths.hide("in /home/ann/book/src and /home/ann/.cargo"), "in <book>/src and ~/.cargo");
    }
}
