//! Which files make the pages, and a message when one of them, or of other files that matter, changes.

use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
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

/// Files whose changes matter to somebody.
pub trait Files: Clone + Send + 'static {
    /// The folders to watch. A folder is watched in place of its file, since editors replace a file instead of writing into
    /// it.
    fn folders(&self) -> Vec<(PathBuf, RecursiveMode)>;

    /// Whether this file is one of them.
    fn matter(&self, path: &Path) -> bool;
}

/// Watches files until it is dropped.
#[derive(Debug)]
pub struct Watch {
    _watcher: Watching,
}

#[derive(Debug)]
enum Watching {
    Events { _debouncer: Debouncer<RecommendedWatcher, RecommendedCache> },
    Polling { _debouncer: Debouncer<PollWatcher, NoCache> },
}

/// Calls `changed` for every burst of changes to these files.
///
/// With `poll`, or where the system has no file events left to give, the files are looked at every second.
///
/// # Errors
///
/// When the folders cannot be read at all.
pub fn start(files: &impl Files, poll: bool, changed: impl Fn() + Clone + Send + 'static) -> Result<Watch> {
    if !poll {
        match by_events(files, changed.clone()) {
            Ok(debouncer) => return Ok(Watch { _watcher: Watching::Events { _debouncer: debouncer } }),
            Err(reason) => {
                let _ = writeln!(
                    stderr(),
                    "warning: this system reports no file changes ({reason}); looking at the files every second instead"
                );
            }
        }
    }
    let debouncer = by_polling(files, changed).context("cannot watch the files")?;
    Ok(Watch { _watcher: Watching::Polling { _debouncer: debouncer } })
}

fn by_events(
    files: &impl Files,
    changed: impl Fn() + Send + 'static,
) -> notify::Result<Debouncer<RecommendedWatcher, RecommendedCache>> {
    let mut debouncer = new_debouncer(QUIET, None, report(files.clone(), changed))?;
    for (folder, mode) in files.folders() {
        debouncer.watch(folder, mode)?;
    }
    Ok(debouncer)
}

fn by_polling(
    files: &impl Files,
    changed: impl Fn() + Send + 'static,
) -> notify::Result<Debouncer<PollWatcher, NoCache>> {
    let config = Config::default().with_poll_interval(LOOK_AGAIN).with_compare_contents(true);
    let report = report(files.clone(), changed);
    let mut debouncer = new_debouncer_opt::<_, PollWatcher, _>(QUIET, None, report, NoCache::new(), config)?;
    for (folder, mode) in files.folders() {
        debouncer.watch(folder, mode)?;
    }
    Ok(debouncer)
}

fn report(files: impl Files, changed: impl Fn() + Send) -> impl FnMut(DebounceEventResult) + Send {
    move |result| {
        let is_worth_it = match result {
            // Reading is an event too, and what is done about a change reads the files: it must not be done again for that.
            Ok(events) => events.iter().any(|event| {
                !matches!(event.kind, EventKind::Access(_))
                    && event.paths.iter().any(|path| files.matter(path))
            }),
            // Events were lost; only a look shows whether they mattered.
            Err(_) => true,
        };
        if is_worth_it {
            changed();
        }
    }
}

/// The files that the pages are made of.
#[derive(Clone, Debug)]
pub struct Pages {
    /// The book's folder.
    pub root: PathBuf,
}

impl Files for Pages {
    /// The root itself is watched without its subfolders, for `book.toml`: the folder `target` changes all the time.
    fn folders(&self) -> Vec<(PathBuf, RecursiveMode)> {
        let parts = ["src", "theme", "chapters-code", "workshop/exercises", "workshop/plans"]
            .map(|folder| self.root.join(folder));
        let parts = parts.into_iter().filter(|folder| folder.is_dir());
        let parts = parts.map(|folder| (folder, RecursiveMode::Recursive));
        std::iter::once((self.root.clone(), RecursiveMode::NonRecursive)).chain(parts).collect()
    }

    fn matter(&self, path: &Path) -> bool {
        let Ok(path) = path.strip_prefix(&self.root) else { return false };
        if is_an_editors(path) {
            return false;
        }
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
        match path.iter().next().and_then(|first| first.to_str()) {
            Some("src" | "theme" | "book.toml") => true,
            Some("chapters-code") => matches!(extension, "rs" | "py" | "snap" | "json"),
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

/// Whether an editor has put this file there for itself: a lock, a swap file, a backup. Other files that hide are no part of
/// the book either.
pub fn is_an_editors(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_pages_are_made_of_matters() {
        let files = Pages { root: PathBuf::from("/book") };
        for path in [
            "book.toml",
            "src/a/b.md",
            "src/figure.svg",
            "theme/book.css",
            "chapters-code/pi/examples/series.rs",
            "chapters-code/pi/python/series.py",
            "chapters-code/pi/records/series.snap",
            "chapters-code/pi/records/series.json",
            "chapters-code/benchmarks/plots/pi_speed_up.json",
            "chapters-code/benchmarks/results/pi.json",
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
            "src/#introduction.md#",
            "chapters-code/pi/records/series.snap.new",
            "chapters-code/pi/python/__pycache__/series.pyc",
            "workshop/exercises/leaves_zombies/start.snap.new",
            "workshop/mine/src/bin/leaves_zombies.rs",
        ] {
            assert!(!files.matter(&files.root.join(path)), "{path} makes no page");
        }
        assert!(!files.matter(Path::new("/elsewhere/src/a.md")));
    }

    #[test]
    fn a_change_is_told_of_by_events_and_by_looking() {
        for poll in [false, true] {
            let book = tempfile::tempdir().expect("a folder");
            // Where the temporary folder is a link, events name the files by their true path.
            let root = book.path().canonicalize().expect("a path");
            let page = root.join("book.toml");
            std::fs::write(&page, "one").expect("a file");
            let (send, changes) = std::sync::mpsc::channel();
            let told = move || {
                let _ = send.send(());
            };
            let watch = start(&Pages { root: root.clone() }, poll, told).expect("a watch");
            std::fs::write(root.join("other"), "no page").expect("a file");
            std::fs::write(&page, "another").expect("a file");
            assert_eq!(changes.recv_timeout(Duration::from_secs(30)), Ok(()), "poll: {poll}");
            drop(watch);
        }
    }
}
