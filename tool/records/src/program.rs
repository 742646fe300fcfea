//! A listing as a program to run.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use supervisor::request::{Extras, Request};

use crate::{catalog::Listing, fresh};

/// The executable of a listing in a folder of built examples, if it is as new as every source that it was built from, and as
/// the manifests and the lock file of its workspace. A change to those need not change the executable, so `checked`, when
/// Cargo said of it that it is new, does as well. Cargo takes a fifth of a second to say the same.
pub fn built(
    root: &Path,
    listing: &Listing,
    examples: &Path,
    checked: Option<SystemTime>,
) -> Option<PathBuf> {
    let built = examples.join(&listing.name);
    fresh::check(&built, &root.join(listing.source()), root).ok()?;
    let chapter = Path::new("chapters-code").join(&listing.chapter).join("Cargo.toml");
    let manifests = [Path::new("Cargo.toml"), Path::new("Cargo.lock"), &chapter];
    let newest = fresh::modified(&built).ok().max(checked)?;
    let is_newer = |manifest: &&Path| fresh::modified(&root.join(manifest)).is_ok_and(|at| at > newest);
    (!manifests.iter().any(is_newer)).then_some(built)
}

/// A listing, run from the workspace's root as the Cargo example that was built as `built`.
///
/// # Errors
///
/// A sentence for the author, when the listing asks for a timeline that there is not.
pub fn example(root: &Path, listing: &Listing, built: &Path) -> Result<Request, String> {
    let source = listing.source();
    let text = fs::read_to_string(root.join(&source)).unwrap_or_default();
    let extras = extras(&text).map_err(|problem| format!("{}: {problem}", source.display()))?;
    // What `cargo run` gives: the path from the workspace's root.
    let arg0 = built.strip_prefix(root).unwrap_or(built).to_owned();
    Ok(Request::new(built).arg0(arg0).dir(root).telling(extras))
}

/// What the timeline of a program tells besides, as its text asks for it in a comment like this one:
///
/// ```text
/// // TIMELINE: locks, marks, messages
/// ```
fn extras(text: &str) -> Result<Extras, String> {
    let mut extras = Extras::default();
    for word in asked(text) {
        let asked = match word {
            "locks" => &mut extras.locks,
            "marks" => &mut extras.marks,
            "memory" => &mut extras.memory,
            "messages" => &mut extras.messages,
            _ => {
                return Err(format!(
                    "a timeline can tell of `locks`, `marks`, `memory` and `messages`, and not of `{word}`"
                ));
            }
        };
        *asked = true;
    }
    Ok(extras)
}

/// The words of such comments.
fn asked(text: &str) -> impl Iterator<Item = &str> {
    let comments = text.lines().filter_map(|line| line.trim().strip_prefix("// TIMELINE:"));
    comments.flat_map(|words| words.split(',')).map(str::trim)
}

/// A twin in Python, run from the workspace's root. `None` where there is no `python3` on the PATH.
pub fn twin(root: &Path, listing: &Listing) -> Option<Request> {
    let request = Request::new(python()?).args([listing.source()]).dir(root);
    // What a terminated process loses depends on the second one.
    Some(request.env("PYTHONDONTWRITEBYTECODE", "1").env_remove("PYTHONUNBUFFERED"))
}

/// The interpreter itself. What the PATH has may be a script that runs others before it (pyenv's is), and those would be
/// counted among the program's children.
fn python() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let found = env::split_paths(&path).map(|folder| folder.join("python3")).find(|file| file.is_file())?;
    let asked = Command::new(&found).args(["-c", "import sys; print(sys.executable)"]).output();
    let answer = asked.ok().and_then(|asked| String::from_utf8(asked.stdout).ok());
    Some(answer.map(|path| PathBuf::from(path.trim())).filter(|path| path.is_file()).unwrap_or(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_run_as_it_asks() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let listing = Listing::new("locks", "held");
        let source = root.path().join(listing.source());
        fs::create_dir_all(source.parent().expect("a folder")).expect("a folder");
        fs::write(&source, "// TIMELINE: locks\nfn main() {}\n").expect("a listing");
        let example = || example(root.path(), &listing, Path::new("held"));
        let expected = Request::new("held").arg0("held").dir(root.path());
        let expected = expected.telling(Extras { locks: true, ..Extras::default() });
        assert_eq!(format!("{:?}", example().expect("a program")), format!("{expected:?}"));
        fs::write(&source, "// TIMELINE: clocks\n").expect("a listing");
        let problem = example().expect_err("there are none");
        assert!(
            problem.contains("held.rs: a timeline can tell of") && problem.contains("`clocks`"),
            "{problem}"
        );
    }

    #[test]
    fn a_program_asks_for_what_its_timeline_tells() {
        let locks = Extras { locks: true, ..Extras::default() };
        assert_eq!(extras("use a;\n\n// TIMELINE: locks\nfn main() {}\n"), Ok(locks));
        let both = Extras { messages: true, ..locks };
        assert_eq!(extras("// TIMELINE: messages, locks\n"), Ok(both));
        assert_eq!(extras("fn main() {}\n"), Ok(Extras::default()));
        for wrong in ["// TIMELINE: clocks", "// TIMELINE:", "// TIMELINE: locks locks"] {
            let problem = extras(wrong).expect_err(wrong);
            assert!(problem.contains("tell of `locks`"), "{problem}");
        }
    }
}
