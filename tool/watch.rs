//! Which files make the pages, and a message when one of them changes.

use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::time::Duration;

use anyhow::{Context, Result};
use notify_debouncer_full::notify::{
    self, Config, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode,
};
use notify_debouncer_full::{
    DebounceEventResult, Debouncer, NoCache, RecommendedCache, new_debouncer, new_debouncer_opt,
};

/// An editor's save is several events; they are one change when they come within this time.
const QUIET: Duration = Duration::from_millis(150);
/// How often the files are looked at where nothing reports their changes.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Watches the book's files until it is dropped.
#[derive(Debug)]
pub struct Watch {
    _watcher: Watching,
}

#[derive(Debug)]
enum Watching {
    Events { _debouncer: Debouncer<RecommendedWatcher, RecommendedCache> },
    Polling { _debouncer: Debouncer<PollWatcher, NoCache> },
}

/// Sends a message for every burst of changes to a file that a page is made of.
///
/// With `poll`, or where the system has no file events left to give, the files are looked at every second.
///
/// # Errors
///
/// When the folders cannot be read at all.
pub fn start(root: &Path, poll: bool, changed: &Sender<()>) -> Result<Watch> {
    let files = Files { root: root.to_path_buf() };
    if !poll {
        match by_events(&files, changed.clone()) {
            Ok(debouncer) => return Ok(Watch { _watcher: Watching::Events { _debouncer: debouncer } }),
            Err(reason) => {
                let _ = writeln!(
                    stderr(),
                    "warning: this system reports no file changes ({reason}); looking at the files every second instead"
                );
            }
        }
    }
    let debouncer = by_polling(&files, changed.clone()).context("cannot watch the book's files")?;
    Ok(Watch { _watcher: Watching::Polling { _debouncer: debouncer } })
}

fn by_events(
    files: &Files,
    changed: Sender<()>,
) -> notify::Result<Debouncer<RecommendedWatcher, RecommendedCache>> {
    let mut debouncer = new_debouncer(QUIET, None, report(files.clone(), changed))?;
    files.watch_with(|path, mode| debouncer.watch(path, mode))?;
    Ok(debouncer)
}

fn by_polling(files: &Files, changed: Sender<()>) -> notify::Result<Debouncer<PollWatcher, NoCache>> {
    let config = Config::default().with_poll_interval(LOOK_AGAIN).with_compare_contents(true);
    let report = report(files.clone(), changed);
    let mut debouncer = new_debouncer_opt::<_, PollWatcher, _>(QUIET, None, report, NoCache::new(), config)?;
    files.watch_with(|path, mode| debouncer.watch(path, mode))?;
    Ok(debouncer)
}

fn report(files: Files, changed: Sender<()>) -> impl FnMut(DebounceEventResult) + Send {
    move |result| {
        let worth_a_build = match result {
            // Reading is an event too, and building reads every file: it must not start the next build.
            Ok(events) => events.iter().any(|event| {
                !matches!(event.kind, EventKind::Access(_))
                    && event.paths.iter().any(|path| files.matter(path))
            }),
            // Events were lost; only a build shows whether they mattered.
            Err(_) => true,
        };
        if worth_a_build {
            // The receiver is gone while the program ends.
            let _ = changed.send(());
        }
    }
}

/// The files that the pages are made of.
#[derive(Clone, Debug)]
struct Files {
    root: PathBuf,
}

impl Files {
    /// Names each folder to watch. The root itself is watched without its subfolders, for `book.toml`: editors replace
    /// a file instead of writing into it, and the folder `target` changes all the time.
    fn watch_with(
        &self,
        mut watch: impl FnMut(&Path, RecursiveMode) -> notify::Result<()>,
    ) -> notify::Result<()> {
        watch(&self.root, RecursiveMode::NonRecursive)?;
        for folder in ["src", "theme", "chapters-code", "workshop/exercises", "workshop/plans"] {
            let folder = self.root.join(folder);
            if folder.is_dir() {
                watch(&folder, RecursiveMode::Recursive)?;
            }
        }
        Ok(())
    }

    fn matter(&self, path: &Path) -> bool {
        let Ok(path) = path.strip_prefix(&self.root) else { return false };
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        if name.starts_with('.') || name.ends_with('~') {
            return false;
        }
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
        match path.iter().next().and_then(|first| first.to_str()) {
            Some("src" | "theme" | "book.toml") => true,
            Some("chapters-code") => matches!(extension, "rs" | "py" | "snap"),
            // Not all of it: in `workshop/mine` participants work, and Cargo builds.
            Some("workshop") => match path.iter().nth(1).and_then(|second| second.to_str()) {
                Some("exercises") => matches!(extension, "md" | "rs"),
                Some("plans") => extension == "json",
                _ => false,
            },
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_pages_are_made_of_matters() {
        let files = Files { root: PathBuf::from("/book") };
        for path in [
            "book.toml",
            "src/a/b.md",
            "src/figure.svg",
            "theme/book.css",
            "chapters-code/pi/examples/series.rs",
            "chapters-code/pi/python/series.py",
            "chapters-code/pi/tests/snapshots/series.snap",
            "workshop/exercises/leaves_zombies/exercise.md",
            "workshop/exercises/leaves_zombies/start.rs",
            "workshop/plans/one-day.json",
        ] {
            assert!(files.matter(&files.root.join(path)), "{path} makes a page");
        }
        for path in [
            "Cargo.lock",
            "target/debug/book",
            "src/.introduction.md.swp",
            "src/introduction.md~",
            "chapters-code/pi/tests/snapshots/series.snap.new",
            "chapters-code/pi/python/__pycache__/series.pyc",
            "workshop/exercises/leaves_zombies/start.snap.new",
            "workshop/mine/src/bin/leaves_zombies.rs",
        ] {
            assert!(!files.matter(&files.root.join(path)), "{path} makes no page");
        }
        assert!(!files.matter(Path::new("/elsewhere/src/a.md")));
    }
}
