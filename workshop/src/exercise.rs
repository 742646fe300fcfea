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
    /// The page that it belongs to, from `src`, without `.md`.
    pub page: &'static str,
    /// How many minutes people need for it, with the talk about it afterwards.
    pub minutes: u32,
    /// Runs a program that is to do what the exercise asks for.
    pub check: fn(&mut Trial<'_>) -> Result<(), Trouble>,
}

/// All of them, in the order of the book: of each page the shorter one first.
pub const ALL: &[Exercise] = &[
    Exercise {
        name: "forecast_takes_seconds",
        page: "asynchronous/check-yourself",
        minutes: 25,
        check: checks::forecast_takes_seconds::check,
    },
    Exercise {
        name: "half_a_line",
        page: "asynchronous/check-yourself",
        minutes: 30,
        check: checks::half_a_line::check,
    },
    Exercise {
        name: "counted_in_turn",
        page: "process-based-parallelism/process-class/check-yourself",
        minutes: 25,
        check: checks::counted_in_turn::check,
    },
    Exercise {
        name: "draft_left_behind",
        page: "process-based-parallelism/process-class/check-yourself",
        minutes: 45,
        check: checks::draft_left_behind::check,
    },
    Exercise {
        name: "journal_left_open",
        page: "process-based-parallelism/daemon/check-yourself",
        minutes: 25,
        check: checks::journal_left_open::check,
    },
    Exercise {
        name: "ready_too_early",
        page: "process-based-parallelism/daemon/check-yourself",
        minutes: 45,
        check: checks::ready_too_early::check,
    },
    Exercise {
        name: "leaves_zombies",
        page: "process-based-parallelism/waiting/check-yourself",
        minutes: 20,
        check: checks::leaves_zombies::check,
    },
    Exercise {
        name: "takes_six_graces",
        page: "process-based-parallelism/waiting/check-yourself",
        minutes: 35,
        check: checks::takes_six_graces::check,
    },
    Exercise {
        name: "wins_by_giving_up",
        page: "process-based-parallelism/waiting-for-the-first/check-yourself",
        minutes: 20,
        check: checks::wins_by_giving_up::check,
    },
    Exercise {
        name: "deadline_moves_on",
        page: "process-based-parallelism/waiting-for-the-first/check-yourself",
        minutes: 40,
        check: checks::deadline_moves_on::check,
    },
    Exercise {
        name: "one_cpu_is_slow",
        page: "process-based-parallelism/pi/check-yourself",
        minutes: 30,
        check: checks::one_cpu_is_slow::check,
    },
    Exercise {
        name: "digits_depend_on_processes",
        page: "process-based-parallelism/pi/check-yourself",
        minutes: 45,
        check: checks::digits_depend_on_processes::check,
    },
    Exercise {
        name: "report_comes_twice",
        page: "process-based-parallelism/fork-vs-spawn/check-yourself",
        minutes: 20,
        check: checks::report_comes_twice::check,
    },
    Exercise {
        name: "hangs_beside_a_thread",
        page: "process-based-parallelism/fork-vs-spawn/check-yourself",
        minutes: 45,
        check: checks::hangs_beside_a_thread::check,
    },
    Exercise {
        name: "table_made_by_each",
        page: "process-based-parallelism/forkserver/check-yourself",
        minutes: 15,
        check: checks::table_made_by_each::check,
    },
    Exercise {
        name: "one_request_ends_all",
        page: "process-based-parallelism/forkserver/check-yourself",
        minutes: 45,
        check: checks::one_request_ends_all::check,
    },
    Exercise {
        name: "choice_ignored",
        page: "process-based-parallelism/start-method/check-yourself",
        minutes: 20,
        check: checks::choice_ignored::check,
    },
    Exercise {
        name: "one_method_for_all",
        page: "process-based-parallelism/start-method/check-yourself",
        minutes: 45,
        check: checks::one_method_for_all::check,
    },
    Exercise {
        name: "notes_of_another_order",
        page: "threads/check-yourself",
        minutes: 20,
        check: checks::notes_of_another_order::check,
    },
    Exercise {
        name: "one_station_stops_all",
        page: "threads/check-yourself",
        minutes: 30,
        check: checks::one_station_stops_all::check,
    },
    Exercise {
        name: "tellers_in_a_circle",
        page: "locks/check-yourself",
        minutes: 20,
        check: checks::tellers_in_a_circle::check,
    },
    Exercise {
        name: "vouchers_over_the_limit",
        page: "locks/check-yourself",
        minutes: 20,
        check: checks::vouchers_over_the_limit::check,
    },
    Exercise {
        name: "seller_crashes",
        page: "locks/check-yourself",
        minutes: 25,
        check: checks::seller_crashes::check,
    },
    Exercise {
        name: "words_go_missing",
        page: "locks/check-yourself",
        minutes: 25,
        check: checks::words_go_missing::check,
    },
    Exercise {
        name: "queue_stalls",
        page: "synchronization/check-yourself",
        minutes: 30,
        check: checks::queue_stalls::check,
    },
    Exercise {
        name: "barrier_waits_for_the_dead",
        page: "synchronization/check-yourself",
        minutes: 35,
        check: checks::barrier_waits_for_the_dead::check,
    },
    Exercise {
        name: "end_still_open",
        page: "sharing/check-yourself",
        minutes: 20,
        check: checks::end_still_open::check,
    },
    Exercise {
        name: "log_loses_lines",
        page: "sharing/check-yourself",
        minutes: 20,
        check: checks::log_loses_lines::check,
    },
    Exercise {
        name: "table_sent_to_each",
        page: "sharing/check-yourself",
        minutes: 25,
        check: checks::table_sent_to_each::check,
    },
    Exercise {
        name: "pages_lost_on_the_way",
        page: "sharing/check-yourself",
        minutes: 30,
        check: checks::pages_lost_on_the_way::check,
    },
    Exercise {
        name: "search_goes_on",
        page: "pool/check-yourself",
        minutes: 15,
        check: checks::search_goes_on::check,
    },
    Exercise {
        name: "longest_comes_last",
        page: "pool/check-yourself",
        minutes: 20,
        check: checks::longest_comes_last::check,
    },
    Exercise {
        name: "guest_pays_twice",
        page: "pool/check-yourself",
        minutes: 20,
        check: checks::guest_pays_twice::check,
    },
    Exercise {
        name: "receipts_numbered_by_each",
        page: "pool/check-yourself",
        minutes: 20,
        check: checks::receipts_numbered_by_each::check,
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

    /// The file with its text, from the book's root.
    pub fn words(&self) -> PathBuf {
        self.folder().join("exercise.md")
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
        let name = if args.is_empty() { "alone".to_owned() } else { args.join("-").replace('/', "_") };
        self.folder().join("runs").join(name).with_extension("json")
    }

    /// Its text, `exercise.md`.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or lacks a part; the error names file and line.
    pub fn text(&self, root: &Path) -> io::Result<Text> {
        let path = self.words();
        let text = fs::read_to_string(root.join(&path))
            .map_err(|e| io::Error::other(format!("{}: {e}", path.display())))?;
        Text::read(&text).map_err(|Mistake { line, message }| {
            io::Error::other(format!("{}:{line}: {message}", path.display()))
        })
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

/// What the author has to fix in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

const PARTS: [&str; 4] = ["Hint 1", "Hint 2", "Hint 3", "Solution"];

impl Text {
    /// Reads `# Title`, the task, and the headings `## Hint 1` to `## Hint 3` and `## Solution`.
    ///
    /// # Errors
    ///
    /// The part that is missing, empty, or not expected.
    pub fn read(text: &str) -> Result<Text, Mistake> {
        let mistake = |line, message: String| Err(Mistake { line, message });
        let mut parts = parts(text);
        let (_, head) = parts.next().unwrap_or((1, ""));
        let (title, task) = head.split_once('\n').unwrap_or((head, ""));
        let Some(title) = title.strip_prefix("# ") else {
            return mistake(1, "the first line is no `# Title`".to_owned());
        };
        let mut texts = vec![(1, "the task", task)];
        for name in PARTS {
            let Some((line, part)) = parts.next() else {
                return mistake(text.lines().count().max(1), format!("there is no `## {name}`"));
            };
            let (found, body) = part.split_once('\n').unwrap_or((part, ""));
            if found.trim() != name {
                return mistake(line, format!("expected `## {name}`, found `## {found}`"));
            }
            texts.push((line, name, body));
        }
        if let Some((line, more)) = parts.next() {
            return mistake(line, format!("expected nothing after `## Solution`, found `## {more}`"));
        }
        if let Some((line, name, _)) = texts.iter().find(|(_, _, text)| text.trim().is_empty()) {
            return mistake(*line, format!("{name} is empty"));
        }
        let mut texts = texts.into_iter().map(|(_, _, text)| text.trim().to_owned());
        let mut next = || texts.next().expect("five texts were pushed");
        Ok(Text {
            title: title.trim().to_owned(),
            task: next(),
            hints: [next(), next(), next()],
            solution: next(),
        })
    }
}

/// What stands before and between the headings, each with the line on which it begins.
fn parts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split("\n## ").scan(1, |next, part| {
        let line = *next;
        *next += part.matches('\n').count() + 1;
        Some((line, part))
    })
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
        for (part, line, message) in [
            ("# A title", 1, "the first line is no `# Title`"),
            ("Do it.", 1, "the task is empty"),
            ("\n## Hint 3\n\nc\n", 13, "expected `## Hint 3`, found `## Solution`"),
            ("\n## Solution\n\nd\n", 15, "there is no `## Solution`"),
            ("\nd", 17, "Solution is empty"),
        ] {
            let mistake = Text::read(&WHOLE.replace(part, "")).expect_err("an error");
            assert_eq!((mistake.line, mistake.message.as_str()), (line, message));
        }
    }
}
