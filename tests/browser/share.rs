//! Which pages of the book are looked at thoroughly: those that a change touches, and of the others a share, another one at each
//! commit. With `FULL=1` in the environment, all of them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// One page in so many is in the share of a commit.
const ONE_IN: u64 = 16;

/// Whether everything is to be checked: `FULL` is set, and not to `0`.
pub(crate) fn is_full() -> bool {
    std::env::var_os("FULL").is_some_and(|full| full != "0")
}

/// What decides.
pub(crate) struct Share {
    root: &'static Path,
    is_full: bool,
    /// The files that changed, by their paths from the root.
    changed: BTreeSet<String>,
    /// A number that the commit gives.
    commit: u64,
}

impl Share {
    /// Asks git. Without it, as in an archive of the book, no page is known to have changed, and the share is always the same.
    pub(crate) fn of_this_commit() -> Share {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let git = |arguments: &[&str]| {
            let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
            output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let head = git(&["rev-parse", "HEAD"]).unwrap_or_default();
        // Where the branch began; on the main branch itself, the commit before. A clone without history has neither.
        let mains = ["origin/main", "main"].iter().filter_map(|main| git(&["merge-base", "HEAD", main]));
        let base = mains
            .into_iter()
            .find(|base| *base != head)
            .or_else(|| git(&["rev-parse", "--verify", "HEAD~1"]));
        let mut changed = BTreeSet::new();
        for list in [
            base.and_then(|base| git(&["diff", "--name-only", "--relative", &base])),
            git(&["ls-files", "--others", "--exclude-standard"]),
        ] {
            changed.extend(list.unwrap_or_default().lines().map(str::to_owned));
        }
        let commit = u64::from_str_radix(head.get(..8).unwrap_or_default(), 16).unwrap_or(0);
        Share { root, is_full: is_full(), changed, commit }
    }

    /// Whether the page at this place in the book is to be looked at thoroughly.
    pub(crate) fn has(&self, at: usize, path: &str) -> bool {
        self.is_full || self.commit.wrapping_add(at as u64).is_multiple_of(ONE_IN) || self.is_changed(path)
    }

    /// Whether its text changed, or something that its text names.
    fn is_changed(&self, path: &str) -> bool {
        let path = path.trim_start_matches('/').trim_end_matches(".html");
        let pages = [format!("src/{path}.md"), format!("src/{}.md", path.replace("index", "README"))];
        pages.iter().any(|page| {
            let Ok(text) = std::fs::read_to_string(self.root.join(page)) else { return false };
            let names = |file: &String| names(file).iter().any(|name| text.contains(name));
            self.changed.contains(page) || self.changed.iter().any(names)
        })
    }
}

/// By what a page names a file: `process-class/hello` is in `chapters-code/process-class`, whatever is between and behind.
fn names(file: &str) -> Vec<String> {
    let parts: Vec<&str> = file.split('/').collect();
    match parts[..] {
        ["chapters-code", chapter, .., name] => {
            let name = name.split('.').next().unwrap_or(name);
            vec![format!("{chapter}/{name}"), file["chapters-code/".len()..].to_owned()]
        }
        ["workshop", "exercises", name, _, ..] => vec![format!("#exercise {name}")],
        ["workshop", "plans", name] => vec![format!("#plan {}", name.trim_end_matches(".json"))],
        _ => vec![],
    }
}

#[test]
fn a_page_changes_with_what_it_shows() {
    let share = |changed: &str| Share {
        root: Path::new(env!("CARGO_MANIFEST_DIR")),
        is_full: false,
        changed: BTreeSet::from([changed.to_owned()]),
        commit: 1,
    };
    let page = "/process-based-parallelism/process-class.html";
    for changed in [
        "src/process-based-parallelism/process-class.md",
        "chapters-code/process-class/examples/hello.rs",
        "chapters-code/process-class/python/hello.py",
        "chapters-code/process-class/timelines/hello.json",
        "chapters-code/process-class/tests/snapshots/hello.py.snap",
        "workshop/exercises/draft_left_behind/exercise.md",
    ] {
        assert!(share(changed).has(0, page), "{changed}");
        assert!(!share(changed).has(0, "/glossary.html"), "{changed}");
        assert!(share(changed).has(15, "/glossary.html"), "a share is looked at in any case");
    }
    assert!(share("src/errors/README.md").has(0, "/errors/index.html"));
    assert!(
        share("chapters-code/benchmarks/plots/pi_speed_up.json").has(0, "/process-based-parallelism/pi.html")
    );
}
