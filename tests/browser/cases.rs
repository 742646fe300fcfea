//! A book of the hard cases: a page for each record of `tests/timelines` and of the crate `records`, and one with three of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::chromium::{self, Chromium};
use crate::site::{self, Site};

/// Three timelines on one page.
pub(crate) const THREE: &str = "/three.html";

/// A browser and the book of cases, or `None` where no browser is.
pub(crate) fn reader() -> Option<(&'static Chromium, &'static Site)> {
    static CASES: OnceLock<Site> = OnceLock::new();
    let chromium = chromium::shared()?;
    let site = CASES.get_or_init(|| {
        let root = chromium.folder.join("cases");
        write(&root);
        site::build(&root, &chromium.folder.join("cases-site"))
    });
    Some((chromium, site))
}

/// The page of a case that was written by hand.
pub(crate) fn page(case: &str) -> String {
    format!("/cases-{case}.html")
}

fn write(root: &Path) {
    let book = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::create_dir_all(root.join("src")).expect("a folder");
    fs::copy(book.join("book.toml"), root.join("book.toml")).expect("the configuration");
    std::os::unix::fs::symlink(book.join("theme"), root.join("theme")).expect("the theme");
    let mut summary = "# Summary\n\n- [Three timelines](three.md)\n".to_owned();
    for (chapter, records) in [("cases", "tests/timelines"), ("acts", "tool/records/tests/timelines")] {
        for record in files(&book.join(records)) {
            let name = record.file_stem().expect("a name").to_str().expect("UTF-8");
            write_case(root, chapter, name, &record);
            summary += &format!("- [The case {chapter}/{name}]({chapter}-{name}.md)\n");
        }
    }
    let three = ["greeting", "tree", "race"].map(|name| format!("{{{{#timeline cases/{name}}}}}\n\n"));
    let three = format!("# Three timelines\n\nOne below the other.\n\n{}", three.concat());
    fs::write(root.join("src/three.md"), three).expect("a page");
    fs::write(root.join("src/SUMMARY.md"), summary).expect("the summary");
}

/// A listing with its record, and the page that shows it.
fn write_case(root: &Path, chapter: &str, name: &str, record: &Path) {
    let home = root.join("chapters-code").join(chapter);
    for folder in ["examples", "records", "tests"] {
        fs::create_dir_all(home.join(folder)).expect("a folder");
    }
    let mut text = format!("# {name}\n\nWhat comes before.\n\n{{{{#timeline {chapter}/{name}}}}}\n");
    fs::write(home.join("tests/snapshots.rs"), "").expect("the tests");
    fs::write(home.join("examples").join(format!("{name}.rs")), "fn main() {}\n").expect("a listing");
    fs::copy(record, home.join("records").join(format!("{name}.json"))).expect("a record");
    let output = record.with_extension("snap");
    if output.exists() {
        fs::copy(output, home.join("records").join(format!("{name}.snap"))).expect("an output");
        text += &format!("\n{{{{#output {chapter}/{name}}}}}\n");
    }
    fs::write(root.join("src").join(format!("{chapter}-{name}.md")), text).expect("a page");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the records").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    assert!(!files.is_empty(), "{} has no records", folder.display());
    files
}
