//! The reader's folders, which no page has to know.

use std::env;
use std::path::Path;

use records::timeline::{Run, What};
use supervisor::event::Stream;

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

    /// The run without them, and what comes after it. Two processes may have written a part of a path each.
    pub(crate) fn hide_in(&self, run: &mut Run, late: &mut String) {
        for process in &mut run.processes {
            process.name = self.hide(last_part(&process.name));
            for (thread, name) in &mut process.thread_names {
                // The kernel cuts the name of a thread, so it can end within a path. The name of a task is whole.
                let whole = process.tasks.contains(thread);
                *name = self.hide(if whole { name } else { last_part(name) });
            }
        }
        for event in &mut run.events {
            if let What::Exec(text)
            | What::Mark(text)
            | What::FutexWait(text)
            | What::Map { memory: text, .. }
            | What::EndOfFile(text)
            | What::Put { into: text, .. }
            | What::Got { out_of: text, .. } = &mut event.what
            {
                *text = self.hide(text);
            }
            if let What::EndWait { bytes_from, room_in, .. } = &mut event.what {
                bytes_from.iter_mut().chain(room_in).for_each(|text| *text = self.hide(text));
            }
        }
        for of in [Some(Stream::Stdout), Some(Stream::Stderr), None] {
            let texts = run.events.iter_mut().filter_map(|event| match &mut event.what {
                What::Write { to, text } if of.is_none_or(|of| of == *to) => Some(text),
                _ => None,
            });
            self.hide_across(&mut texts.chain([&mut *late]).collect::<Vec<_>>());
        }
    }

    /// Hides them in texts that follow one another: the first text that has a part of a path has its name.
    fn hide_across(&self, texts: &mut [&mut String]) {
        for (folder, name) in &self.0 {
            let whole: String = texts.iter().map(|text| text.as_str()).collect();
            let mut found = whole.match_indices(folder).map(|(at, _)| at..at + folder.len()).peekable();
            let (mut end, mut at) = (0, 0);
            for text in &mut *texts {
                end += text.len();
                text.clear();
                while let Some(path) = found.next_if(|path| path.start < end) {
                    **text += &whole[at..path.start];
                    **text += name;
                    at = path.end;
                }
                if at < end {
                    **text += &whole[at..end];
                    at = end;
                }
            }
        }
    }
}

/// The name of a process without the folders before it.
fn last_part(name: &str) -> &str {
    match name.trim_end_matches('/').rsplit('/').next() {
        None | Some("") => name,
        Some(part) => part,
    }
}

#[cfg(test)]
mod tests {
    use records::timeline::{Event, Process};

    use super::*;

    #[test]
    fn the_book_comes_before_the_home_that_it_is_in() {
        let paths = Paths(vec![("/home/ann/book".into(), "<book>"), ("/home/ann".into(), "~")]);
        assert_eq!(paths.hide("in /home/ann/book/src and /home/ann/.cargo"), "in <book>/src and ~/.cargo");
    }

    #[test]
    fn a_path_is_hidden_that_is_written_in_parts() {
        let paths = Paths(vec![("/home/ann/book".into(), "<book>"), ("/home/ann".into(), "~")]);
        for (written, shown) in [
            (&["a /home/an", "n/book/src\n"][..], &["a <book>", "/src\n"][..]),
            (&["/ho", "me/a", "nn/bo", "ok", "/home/ann\n"], &["<book>", "", "", "", "~\n"]),
            (&["/home/an", "other\n"], &["/home/an", "other\n"]),
            (&["/home/ann", "/book /home/ann", "/"], &["<book>", " ~", "/"]),
        ] {
            let mut texts: Vec<String> = written.iter().map(|text| (*text).to_owned()).collect();
            paths.hide_across(&mut texts.iter_mut().collect::<Vec<_>>());
            assert_eq!(texts, shown);
        }
    }

    #[test]
    fn parts_of_a_path_are_hidden_in_names_and_on_either_output() {
        let paths = Paths(vec![("/home/ann".into(), "~")]);
        let write = |to, text: &str| Event {
            at: 0,
            process: 0,
            thread: 0,
            what: What::Write { to, text: text.to_owned() },
        };
        let process = Process {
            name: "/home/an".into(),
            parent: None,
            threads: 3,
            thread_names: [(1, "in /home/a".into()), (2, "GET /home/ann/1".into())].into(),
            tasks: [2].into(),
        };
        let events = vec![
            write(Stream::Stdout, "/home"),
            write(Stream::Stderr, "/ho"),
            write(Stream::Stdout, "/ann and /home"),
            write(Stream::Stderr, "me/ann\n"),
        ];
        let (mut run, mut late) = (Run { over: 0, processes: vec![process], events }, "/ann\n".to_owned());
        paths.hide_in(&mut run, &mut late);
        let whole = format!("{run:?}{late}");
        assert!(!whole.contains("/ann") && !whole.contains("/ho") && whole.contains("\"an\""), "{whole}");
        assert_eq!(run.processes[0].thread_names.values().collect::<Vec<_>>(), ["a", "GET ~/1"]);
    }
}
