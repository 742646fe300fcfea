//! Which pages of the book are looked at thoroughly: those that a change touches, and of the others a share, another one at each
//! commit. With `FULL=1` in the environment, all of them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use supervisor::share::{commit, full, turn};

/// One page in so many is in the share of a commit.
const ONE_IN: u64 = 16;

/// What decides.
pub(crate) struct Share {
    root: &'static Path,
    is_full: bool,
    /// The files that changed, by their paths from the root.
    changed: BTreeSet<String>,
    /// The commit's hash.
    commit: String,
}

impl Share {
    /// Asks git. Without it, as in an archive of the book, no page is known to have changed, and the share is always the same.
    pub(crate) fn of_this_commit() -> Share {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let git = |arguments: &[&str]| {
            let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
            output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let head = commit(root);
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
        Share { root, is_full: full(), changed, commit: head }
    }

    /// Whether this page of the book is to be looked at thoroughly.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.is_full || turn(path, ONE_IN, &self.commit) == 0 || self.is_changed(path)
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
    let page = "/process-based-parallelism/process-class/run-a-function.html";
    // A commit at which neither of these pages has its turn.
    let commits = (0..).map(|commit: u32| commit.to_string());
    let is_out =
        |commit: &String| [page, "/glossary.html"].iter().all(|page| turn(page, ONE_IN, commit) != 0);
    let out = commits.into_iter().find(is_out).expect("most commits");
    let share = |changed: &str| Share {
        root: Path::new(env!("CARGO_MANIFEST_DIR")),
        is_full: false,
        changed: BTreeSet::from([changed.to_owned()]),
        commit: out.clone(),
    };
    for changed in [
        "src/process-based-parallelism/process-class/run-a-function.md",
        "chapters-code/process-class/examples/hello.rs",
        "chapters-code/process-class/python/hello.py",
        "chapters-code/process-class/records/hello.json",
        "chapters-code/process-class/records/hello.py.snap",
    ] {
        assert!(share(changed).has(page), "{changed}");
        assert!(!share(changed).has("/glossary.html"), "{changed}");
    }
    let check = "/process-based-parallelism/process-class/check-yourself.html";
    assert!(share("workshop/exercises/draft_left_behind/exercise.md").has(check));
    assert!(share("src/errors/README.md").has("/errors/index.html"));
    assert!(
        share("chapters-code/benchmarks/plots/pi_speed_up.json")
            .has("/process-based-parallelism/pi/find-out-whether-it-pays.html")
    );
}
