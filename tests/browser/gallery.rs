//! The gallery: a small book with each component, and with the hard cases of each. The same tool and the same theme make its
//! pages, so what holds here holds for the same component on a page of the book. It does not grow with the book.
//!
//! All HTML of the gallery and of the book is checked here, with the Nu HTML checker.
//!
//! Its pages are in `tests/gallery`. Here a page is added for each timeline of `tests/timelines` and of the crate `records`.
//! Everything else that a page can show is the book's own.

use std::fs;
use std::io::{Write, stderr};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::chromium::{self, Chromium};
use crate::page;
use crate::site::{self, Site};

/// The page that has all that a chapter has.
pub(crate) const CHAPTER: &str = "/process-based-parallelism/waiting/check-yourself.html";
/// Questions of each kind.
pub(crate) const QUESTIONS: &str = "/questions.html";
/// A program that takes arguments, and other listings.
pub(crate) const LISTINGS: &str = "/listings.html";

/// A browser and the gallery, or `None` where no browser is.
pub(crate) fn reader() -> Option<(&'static Chromium, &'static Site)> {
    static GALLERY: OnceLock<Site> = OnceLock::new();
    let chromium = chromium::shared()?;
    let site = GALLERY.get_or_init(|| {
        let root = chromium.folder.join("gallery");
        write(&root);
        site::build(&root, &chromium.folder.join("gallery-site"))
    });
    Some((chromium, site))
}

/// Whether a page is a hard case of where a drawing puts what. Of these, [`page`]`("race")` is a component, too: it has several
/// runs and an output.
pub(crate) fn is_hard_case(path: &str) -> bool {
    (path.starts_with("/cases-") || path.starts_with("/acts-")) && path != page("race")
}

/// The page of a case that was written by hand.
pub(crate) fn page(case: &str) -> String {
    format!("/cases-{case}.html")
}

/// Writes the gallery's book.
pub(crate) fn write(root: &Path) {
    let book = Path::new(env!("CARGO_MANIFEST_DIR"));
    let gallery = book.join("tests/gallery");
    for folder in ["src/process-based-parallelism/waiting", "chapters-code", "workshop"] {
        fs::create_dir_all(root.join(folder)).expect("a folder");
    }
    for file in ["book.toml", "src/favicon.ico"] {
        fs::copy(book.join(file), root.join(file)).expect("a file of the book");
    }
    for entry in fs::read_dir(book.join("chapters-code")).expect("the chapters' code") {
        let entry = entry.expect("an entry");
        symlink(entry.path(), root.join("chapters-code").join(entry.file_name())).expect("a link");
    }
    symlink(book.join("theme"), root.join("theme")).expect("the theme");
    symlink(book.join("workshop/exercises"), root.join("workshop/exercises")).expect("the exercises");
    symlink(gallery.join("plans"), root.join("workshop/plans")).expect("the plans");
    for folder in ["", "process-based-parallelism/waiting"] {
        for page in files(&gallery.join("src").join(folder), "md") {
            let name = page.file_name().expect("a name");
            fs::copy(&page, root.join("src").join(folder).join(name)).expect("a page");
        }
    }
    let mut summary = fs::read_to_string(gallery.join("src/SUMMARY.md")).expect("the summary");
    for record in files(&book.join("tests/timelines"), "json") {
        let (name, text) = case(root, "cases", &record);
        fs::write(
            root.join(format!("src/cases-{name}.md")),
            format!("# {name}\n\nWhat comes before.\n\n{text}"),
        )
        .expect("a page");
        summary += &format!("- [The case {name}](cases-{name}.md)\n");
    }
    let acts = files(&book.join("tool/records/tests/timelines"), "json");
    for (number, acts) in acts.chunks(10).enumerate() {
        let acts = acts.iter().map(|record| case(root, "acts", record));
        let acts: String = acts.map(|(name, text)| format!("## {name}\n\n{text}\n")).collect();
        let title = format!("What a timeline can tell, {}", number + 1);
        fs::write(root.join(format!("src/acts-{number}.md")), format!("# {title}\n\n{acts}"))
            .expect("a page");
        summary += &format!("- [{title}](acts-{number}.md)\n");
    }
    fs::write(root.join("src/SUMMARY.md"), summary).expect("the summary");
}

/// Puts a record beside a listing that could have left it. Gives its name, and how a page shows it.
fn case(root: &Path, chapter: &str, record: &Path) -> (String, String) {
    let home = root.join("chapters-code").join(chapter);
    for folder in ["examples", "records", "tests"] {
        fs::create_dir_all(home.join(folder)).expect("a folder");
    }
    let name = record.file_stem().expect("a name").to_str().expect("UTF-8").to_owned();
    let mut text = format!("{{{{#timeline {chapter}/{name}}}}}\n");
    fs::write(home.join("tests/snapshots.rs"), "").expect("the tests");
    fs::write(home.join("examples").join(format!("{name}.rs")), "fn main() {}\n").expect("a listing");
    fs::copy(record, home.join("records").join(format!("{name}.json"))).expect("a record");
    let output = record.with_extension("snap");
    if output.exists() {
        fs::copy(output, home.join("records").join(format!("{name}.snap"))).expect("an output");
        text += &format!("\n{{{{#output {chapter}/{name}}}}}\n");
    }
    (name, text)
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == ending)).collect();
    files.sort();
    assert!(!files.is_empty(), "{} has no .{ending}", folder.display());
    files
}

/// The Nu HTML checker: the archive that `VNU_JAR` names, or else the program `vnu`. `None` where neither is, once that has been
/// said.
///
/// # Panics
///
/// With `CI=true`, when there is none.
fn checker() -> Option<Command> {
    if let Some(archive) = std::env::var_os("VNU_JAR") {
        let mut java = Command::new("java");
        java.arg("-jar").arg(archive);
        return Some(java);
    }
    if Command::new("vnu").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return Some(Command::new("vnu"));
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "with CI=true the HTML has to be checked: see .ci/vnu"
    );
    let _ = writeln!(stderr(), "\nthe HTML WAS NOT CHECKED: set VNU_JAR to what .ci/vnu prints");
    None
}

#[test]
fn the_html_of_all_pages_is_valid() {
    let (Some((chromium, _)), Some(_)) = (reader(), page::reader()) else { return };
    let Some(mut checker) = checker() else { return };
    // A page with an error, to see that the checker looks.
    let wrong = chromium.folder.join("wrong");
    fs::create_dir_all(&wrong).expect("a folder");
    fs::write(wrong.join("wrong.html"), "<!DOCTYPE html><html lang=\"en\"><title>Wrong</title><p></b>")
        .expect("a page");
    let sites = ["gallery-site", "site", "wrong"].map(|site| chromium.folder.join(site));
    let checked =
        checker.args(["--skip-non-html", "--errors-only"]).args(sites).output().expect("the checker");
    let found = String::from_utf8_lossy(&checked.stderr).into_owned();
    let (expected, errors): (Vec<&str>, Vec<&str>) =
        found.lines().partition(|line| line.contains("/wrong.html"));
    assert!(errors.is_empty(), "{} errors:\n{}", errors.len(), errors.join("\n"));
    assert_eq!(expected.len(), 1, "the checker did not look: {found}");
}
