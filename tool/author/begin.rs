//! Begins a listing: its program, its test, and if wanted its twin. Begins a chapter's crate.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use records::catalog::{Catalog, Chapter, Listing};

use crate::author::output::test;
use crate::text::nearest::nearest;

/// A folder with more programs is one that nobody reads without searching: a chapter that outgrows it is split.
pub const MOST_LISTINGS: usize = 30;

const PROGRAM: &str = r#"use multiprocess::Process;

fn work() {
    println!("a line of output");
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    Process::new(work, ()).start()?.join()
}
"#;

const TWIN: &str = r#"from multiprocessing import Process, set_start_method


def work():
    print("a line of output")


if __name__ == "__main__":
    set_start_method("spawn")
    process = Process(target=work)
    process.start()
    process.join()
"#;

const REFUSED: &str = r#"fn main() {
    let text = String::from("moved");
    drop(text);
    println!("{text}");
}
"#;

const TESTS: &str = "//! What each listing of the chapter prints, and what about that is guaranteed.

use records::{check, exact};
";

const RUSTFMT: &str = "# A listing fits the width of a page.
max_width = 78
use_small_heuristics = \"Max\"
";

/// What is begun beside an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A program.
    Program,
    /// A program with a twin in Python.
    Twins,
    /// A program that must not compile.
    Refused,
}

/// Begins the listing `chapter/name`, or the crate of the chapter `chapter`. Gives what to do next, in words.
///
/// # Errors
///
/// When there is one of this name, there is no such chapter, or a file cannot be written.
pub fn begin(root: &Path, id: &str, form: Form) -> Result<String> {
    let catalog = Catalog::read(root)?;
    match id.split_once('/') {
        Some((chapter, name)) => listing(root, &catalog, chapter, name, form),
        None if form == Form::Program => crate_of(root, id),
        None => bail!("`{id}` is a chapter: name a listing, such as `{id}/name`"),
    }
}

fn listing(root: &Path, catalog: &Catalog, chapter: &str, name: &str, form: Form) -> Result<String> {
    must_be_a_name(name, '_')?;
    let home = home(catalog, chapter)?;
    if let Some(known) = catalog.listings().find(|listing| listing.name.eq_ignore_ascii_case(name)) {
        bail!(
            "there is a listing `{}`: Cargo puts all examples into one folder, so each has a name of its own",
            known.id()
        );
    }
    let programs = home.listings.iter().filter(|listing| listing.is_program()).count();
    if programs >= MOST_LISTINGS {
        bail!(
            "`{chapter}` has {programs} listings, and {MOST_LISTINGS} are enough: give a part of it a crate of its own"
        );
    }
    let program = (Listing::new(chapter, name), PROGRAM);
    let files = match form {
        Form::Program => vec![program],
        Form::Twins => vec![program, (Listing::new(chapter, format!("{name}.py")), TWIN)],
        Form::Refused => vec![(Listing::refused(chapter, name), REFUSED)],
    };
    let path = root.join(home.tests());
    let mut tests = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut words = String::new();
    for (listing, text) in &files {
        write(root, &listing.source(), text)?;
        words += &format!("wrote {}\n", listing.source().display());
        let (function, name) = (test(listing), &listing.name);
        let check = match listing.refused {
            true => format!("records::refused!(\"{name}\", \"E0382\")"),
            false => format!("check!(\"{name}\", exact())"),
        };
        tests += &format!("\n#[test]\nfn {function}() {{\n    {check};\n}}\n");
    }
    fs::write(&path, tests).with_context(|| format!("cannot write {}", path.display()))?;
    words += &format!("wrote its test into {}\n", home.tests().display());
    let ids: Vec<String> = files.iter().map(|(listing, _)| listing.id()).collect();
    let id = &ids[0];
    let (promised, timeline) = match form {
        Form::Refused => ("which errors the compiler finds", String::new()),
        Form::Program | Form::Twins => ("what every run promises", format!("    {{{{#timeline {id}}}}}\n")),
    };
    words += &format!(
        "\nNext, write the program, say in the test {promised}, and record it:\n\n    cargo run -- record {}\n\n\
         Then show it on a page, with these lines:\n\n    {{{{#listing {id}}}}}\n    {{{{#output {id}}}}}\n{timeline}",
        ids.join(" ")
    );
    Ok(words)
}

fn home<'a>(catalog: &'a Catalog, chapter: &str) -> Result<&'a Chapter> {
    if let Some(found) = catalog.chapters.iter().find(|known| known.name == chapter) {
        return Ok(found);
    }
    match nearest(chapter, catalog.chapters.iter().map(|known| known.name.as_str())) {
        Some(near) => bail!(
            "there is no chapter `{chapter}`; the nearest is `{near}`. `cargo run -- new {chapter}` begins its crate"
        ),
        None => bail!("there is no chapter `{chapter}`: `cargo run -- new {chapter}` begins its crate"),
    }
}

fn crate_of(root: &Path, chapter: &str) -> Result<String> {
    must_be_a_name(chapter, '-')?;
    let folder = Path::new("chapters-code").join(chapter);
    if root.join(&folder).exists() {
        bail!(
            "there is a folder {}: `cargo run -- new {chapter}/name` begins a listing in it",
            folder.display()
        );
    }
    let manifest = format!(
        "[package]\nname = \"{chapter}\"\ndescription = \"The listings of the chapter {chapter}\"\nversion.workspace = true\n\
         edition.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\npublish = false\nautolib = false\n\n\
         [lints]\nworkspace = true\n\n[dependencies]\ninsta.workspace = true\nmultiprocess.workspace = true\nrecords.workspace = true\n"
    );
    let files: [(PathBuf, &str); 3] = [
        (folder.join("Cargo.toml"), &manifest),
        (folder.join("rustfmt.toml"), RUSTFMT),
        (folder.join("tests/snapshots.rs"), TESTS),
    ];
    let mut words = String::new();
    for (path, text) in files {
        write(root, &path, text)?;
        words += &format!("wrote {}\n", path.display());
    }
    Ok(words + &format!("\nNext, begin its first listing:\n\n    cargo run -- new {chapter}/name\n"))
}

/// Names are in file names, commands, links and Rust.
fn must_be_a_name(name: &str, between: char) -> Result<()> {
    let is_part =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if !name.split(between).all(is_part) || name.starts_with(|c: char| c.is_ascii_digit()) {
        bail!("`{name}` is not a name: use small letters and digits, with `{between}` between words");
    }
    Ok(())
}

fn write(root: &Path, path: &Path, text: &str) -> Result<()> {
    let file = root.join(path);
    let folder = file.parent().expect("a file is in a folder");
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::write(&file, text).with_context(|| format!("cannot write {}", path.display()))
}
