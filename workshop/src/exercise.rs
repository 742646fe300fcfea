//! The list of the exercises, and their texts.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{checks, failure::Trouble, trial::Trial};

/// One exercise.
#[derive(Clone, Copy, Debug)]
pub struct Exercise {
    /// Its name, and that of its folder. Progress is kept by it, so it never changes.
    pub name: &'static str,
    /// The page that it belongs to, in `src/process-based-parallelism`, without `.md`.
    pub page: &'static str,
    /// How many minutes people need for it, with the talk about it afterwards.
    pub minutes: u32,
    /// Runs a program that is to do what the exercise asks for.
    pub check: fn(&mut Trial<'_>) -> Result<(), Trouble>,
}

/// All of them, in the order of the book: of each page the shorter one first.
pub const ALL: &[Exercise] = &[
    Exercise { name: "leaves_zombies", page: "waiting", minutes: 20, check: checks::leaves_zombies::check },
    Exercise {
        name: "table_made_by_each",
        page: "forkserver",
        minutes: 15,
        check: checks::table_made_by_each::check,
    },
    Exercise {
        name: "one_request_ends_all",
        page: "forkserver",
        minutes: 45,
        check: checks::one_request_ends_all::check,
    },
    Exercise {
        name: "choice_ignored",
        page: "start-method",
        minutes: 20,
        check: checks::choice_ignored::check,
    },
    Exercise {
        name: "one_method_for_all",
        page: "start-method",
        minutes: 45,
        check: checks::one_method_for_all::check,
    },
];

impl Exercise {
    /// The exercise of this name.
    pub fn find(name: &str) -> Option<&'static Exercise> {
        ALL.iter().find(|exercise| exercise.name == name)
    }

    /// Its folder, from the book's root.
    pub fn folder(&self) -> PathBuf {
        Path::new("workshop/exercises").join(self.name)
    }

    /// What a participant begins with, from the book's root.
    pub fn start(&self) -> PathBuf {
        self.folder().join("start.rs")
    }

    /// A program that passes, from the book's root.
    pub fn solution(&self) -> PathBuf {
        self.folder().join("solution.rs")
    }

    /// The timeline of a good run with these arguments, from the book's root.
    pub fn good_run(&self, args: &[String]) -> PathBuf {
        let name = if args.is_empty() { "alone".to_owned() } else { args.join("-") };
        self.folder().join("runs").join(name).with_extension("json")
    }

    /// Its text, `exercise.md`.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or lacks a part; the error names it.
    pub fn text(&self, root: &Path) -> io::Result<Text> {
        let path = self.folder().join("exercise.md");
        let named = |problem: String| io::Error::other(format!("{}: {problem}", path.display()));
        let text = fs::read_to_string(root.join(&path)).map_err(|e| named(e.to_string()))?;
        Text::read(&text).map_err(named)
    }
}

/// The text of an exercise, in Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The title.
    pub title: String,
    /// What to do.
    pub task: String,
    /// Three, each stronger than the one before.
    pub hints: [String; 3],
    /// Why the solution is one.
    pub solution: String,
}

const PARTS: [&str; 4] = ["Hint 1", "Hint 2", "Hint 3", "Solution"];

impl Text {
    /// Reads `# Title`, the task, and the headings `## Hint 1` to `## Hint 3` and `## Solution`.
    ///
    /// # Errors
    ///
    /// A sentence that says which part is missing, empty, or not expected.
    pub fn read(text: &str) -> Result<Text, String> {
        let mut parts = text.split("\n## ");
        let head = parts.next().unwrap_or("");
        let (title, task) = head.split_once('\n').unwrap_or((head, ""));
        let title = title.strip_prefix("# ").ok_or("the first line is no `# Title`")?;
        let mut texts = Vec::new();
        for name in PARTS {
            let part = parts.next().ok_or_else(|| format!("there is no `## {name}`"))?;
            let (found, body) = part.split_once('\n').unwrap_or((part, ""));
            if found.trim() != name {
                return Err(format!("expected `## {name}`, found `## {found}`"));
            }
            texts.push((name, body.trim().to_owned()));
        }
        if let Some(more) = parts.next() {
            return Err(format!("expected nothing after `## Solution`, found `## {more}`"));
        }
        texts.insert(0, ("the task", task.trim().to_owned()));
        if let Some((name, _)) = texts.iter().find(|(_, text)| text.is_empty()) {
            return Err(format!("{name} is empty"));
        }
        let [task, one, two, three, solution] =
            <[_; 5]>::try_from(texts).map_err(|_| "it has not five parts".to_owned())?.map(|(_, text)| text);
        Ok(Text { title: title.trim().to_owned(), task, hints: [one, two, three], solution })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str =
        "# A title\n\nDo it.\n\n## Hint 1\n\na\n\n## Hint 2\n\nb\n\n## Hint 3\n\nc\n\n## Solution\n\nd\n";

    #[test]
    fn a_text_has_its_parts() {
        let text = Text::read(WHOLE).expect("a text");
        assert_eq!((text.title.as_str(), text.task.as_str()), ("A title", "Do it."));
        assert_eq!((text.hints, text.solution.as_str()), (["a", "b", "c"].map(str::to_owned), "d"));
    }

    #[test]
    fn what_is_missing_is_named() {
        let without = |part: &str| Text::read(&WHOLE.replace(part, "")).expect_err("an error");
        assert_eq!(without("# A title"), "the first line is no `# Title`");
        assert_eq!(without("Do it."), "the task is empty");
        assert_eq!(without("\n## Hint 3\n\nc\n"), "expected `## Hint 3`, found `## Solution`");
        assert_eq!(without("\n## Solution\n\nd\n"), "there is no `## Solution`");
        assert_eq!(without("\nd"), "Solution is empty");
    }
}
