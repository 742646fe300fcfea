//! The editions of the book: the EPUB for e-readers, and where the site has them.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use roxmltree::{Document, ParsingOptions};
use tempfile::TempDir;
use zip::{CompressionMethod, ZipArchive};

use crate::confined::did_not_run;
use crate::process::{book, run};
use crate::scratch::{PAGE, Scratch};
use crate::{assert_none, assert_one, this_book};

/// Classes on pages that have no look of their own in an EPUB.
const UNSTYLED: &[&str] = &[
    "answered",
    "asked",
    "bar",
    "begin",
    "crossings",
    "drawing",
    "exercise-help",
    "exercise-start",
    "from-python",
    "header",
    "instructor-note",
    "label",
    "language-html",
    "language-markdown",
    "language-python",
    "language-rust",
    "language-sh",
    "language-text",
    "language-toml",
    "listing",
    "long",
    "measured",
    "measurement",
    "plot-numbers",
    "plot-words",
    "right",
    "run",
    "run-body",
    "runs",
    "seen",
    "source",
    "stage",
    "stdout",
    "table-wrapper",
    "timeline",
    "values",
    "what",
];

/// An EPUB's files, by their names.
type Files = BTreeMap<String, Vec<u8>>;

/// The EPUB of a book, in a folder that is removed when dropped.
fn epub(root: &Path) -> (TempDir, PathBuf) {
    let dir = TempDir::with_prefix("epub-").expect("a temporary folder");
    let file = dir.path().join("new/book.epub");
    book::editions::epub::write(root, &file).unwrap_or_else(|error| panic!("there is no EPUB: {error:#}"));
    (dir, file)
}

fn files(epub: &Path) -> Files {
    let mut zip = ZipArchive::new(File::open(epub).expect("an EPUB")).expect("a ZIP archive");
    let first = zip.by_index(0).expect("a first file");
    let is_plain =
        first.name().is_ok_and(|name| name == "mimetype") && first.compression() == CompressionMethod::Stored;
    assert!(is_plain, "readers know an EPUB by a first file that is not compressed");
    drop(first);
    let mut files = Files::new();
    for number in 0..zip.len() {
        let mut file = zip.by_index(number).expect("a file");
        let name = file.name().expect("a name").into_owned();
        let mut bytes = vec![];
        file.read_to_end(&mut bytes).expect("the file can be read");
        files.insert(name, bytes);
    }
    files
}

fn text<'a>(files: &'a Files, name: &str) -> &'a str {
    std::str::from_utf8(&files[name]).expect("UTF-8")
}

/// What is wrong with an EPUB.
fn problems(files: &Files) -> Vec<String> {
    let mut problems = vec![];
    let mut documents = BTreeMap::new();
    let options = || ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    for name in
        files.keys().filter(|name| [".xhtml", ".opf", ".xml", ".svg"].iter().any(|end| name.ends_with(end)))
    {
        match Document::parse_with_options(text(files, name), options()) {
            Ok(document) => drop(documents.insert(name.as_str(), document)),
            Err(error) => problems.push(format!("{name} is not XML: {error}")),
        }
    }
    let listed: BTreeSet<String> = documents
        .get("EPUB/package.opf")
        .into_iter()
        .flat_map(|package| {
            let items = package
                .descendants()
                .filter(|node| node.has_tag_name(("http://www.idpf.org/2007/opf", "item")));
            items.filter_map(|item| Some(format!("EPUB/{}", item.attribute("href")?))).collect::<Vec<_>>()
        })
        .collect();
    let has_to_be = |name: &&String| name.starts_with("EPUB/") && *name != "EPUB/package.opf";
    let there: BTreeSet<String> = files.keys().filter(has_to_be).cloned().collect();
    problems.extend(
        listed.symmetric_difference(&there).map(|name| format!("{name} is not both listed and there")),
    );
    let mut ids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, document) in &documents {
        let on_page = ids.entry(name).or_default();
        let all = document.descendants().filter_map(|node| node.attribute("id"));
        problems
            .extend(all.filter(|id| !on_page.insert(id)).map(|id| format!("{name} has the id `{id}` twice")));
    }
    let styled = classes(text(files, "EPUB/epub.css"));
    let mut unstyled = BTreeSet::new();
    for (name, document) in documents.iter().filter(|(name, _)| name.ends_with(".xhtml")) {
        for node in document.descendants() {
            let links = node.attributes().filter(|attribute| ["href", "src"].contains(&attribute.name()));
            for link in links {
                if let Err(problem) = follow(name, link.value(), files, &ids) {
                    problems.push(format!("{name}: `{}` {problem}", link.value()));
                }
            }
            let is_drawn = |child: &roxmltree::Node<'_, '_>| child.tag_name().name() == "svg";
            if node.attribute("class") == Some("plot") && node.children().filter(is_drawn).count() != 1 {
                problems.push(format!("{name} has not one drawing of a timeline"));
            }
            let classes = node.attribute("class").unwrap_or_default().split_whitespace();
            unstyled.extend(classes.filter(|class| !styled.contains(*class) && !UNSTYLED.contains(class)));
        }
    }
    problems.extend(unstyled.into_iter().map(|class| format!(
        "theme/css/epub.css has no rule for the class `{class}`: write one, or add the class to UNSTYLED in tests/book/editions.rs"
    )));
    problems
}

fn follow(from: &str, link: &str, files: &Files, ids: &BTreeMap<&str, BTreeSet<&str>>) -> Result<(), String> {
    if ["https:", "http:", "mailto:"].iter().any(|start| link.starts_with(start)) {
        return Ok(());
    }
    let (path, id) = link.split_once('#').unwrap_or((link, ""));
    let mut parts: Vec<&str> = from.split('/').collect();
    if !path.is_empty() {
        parts.pop();
        for part in path.split('/') {
            match part {
                ".." => parts.truncate(parts.len().saturating_sub(1)),
                part => parts.push(part),
            }
        }
    }
    let file = parts.join("/");
    if !files.contains_key(&file) {
        return Err("leads nowhere".to_owned());
    }
    match ids.get(file.as_str()) {
        Some(ids) if !id.is_empty() && !ids.contains(id) => {
            Err(format!("leads to an id that {file} does not have"))
        }
        _ => Ok(()),
    }
}

/// The classes for which a style sheet has rules.
fn classes(css: &str) -> BTreeSet<String> {
    let selectors = css.split('}').filter_map(|rule| rule.split('{').next());
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let names = selectors.flat_map(|selector| selector.split('.').skip(1));
    names.map(|name| name.chars().take_while(|c| is_name(*c)).collect()).collect()
}

/// What `epubcheck` says about an EPUB that it does not like. `None` where there is none, once that has been said.
fn epubcheck(epub: &Path) -> Option<Vec<String>> {
    let jar =
        env::var_os("EPUBCHECK_JAR").map_or(PathBuf::from("/usr/share/java/epubcheck.jar"), PathBuf::from);
    if !jar.is_file() {
        assert!(env::var("CI").as_deref() != Ok("true"), "with CI=true there must be an {}", jar.display());
        did_not_run("there is no epubcheck (EPUBCHECK_JAR names one)");
        return None;
    }
    let mut java = Command::new("timeout");
    // A start of Java is most of it: nothing is worth a second compiler.
    java.args(["600", "java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar"]);
    let checked = java.arg(jar).arg("--failonwarnings").arg(epub).output().expect("there is a `timeout`");
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    Some(if checked.status.success() { vec![] } else { vec![said] })
}

#[test]
fn an_epub_has_all_that_its_links_and_classes_name() {
    let (_dir, epub) = epub(this_book());
    let files = files(&epub);
    assert_none(&problems(&files));
    assert_none(&epubcheck(&epub).unwrap_or_default());
    let used: String =
        files.keys().filter(|name| name.ends_with(".xhtml")).map(|name| text(&files, name)).collect();
    let idle = UNSTYLED.iter().filter(|class| !used.contains(*class));
    assert_none(
        &idle.map(|class| format!("no page has `{class}`: take it out of UNSTYLED")).collect::<Vec<_>>(),
    );
}

#[test]
fn a_fault_of_an_epub_is_found() {
    let scratch = Scratch::new();
    scratch.append(PAGE, "\n{{#timeline sample/greet}}\n");
    let (_dir, epub) = epub(scratch.root());
    let good = files(&epub);
    assert_none(&problems(&good));
    let page = "EPUB/text/part/page.xhtml";
    for (name, from, to, parts) in [
        (page, "</h2>", "", &["part/page.xhtml is not XML"][..]),
        (page, "id=\"greeting\"", "", &["text/introduction.xhtml", "page.xhtml#greeting", "an id that"]),
        (page, "<h2", "<h2 class=\"strange\"", &["theme/css/epub.css has no rule for the class `strange`"]),
        ("EPUB/epub.css", ".listing-id", "", &["no rule for the class `listing-id`", "UNSTYLED"]),
        ("EPUB/nav.xhtml", "part/page", "part/gone", &["nav.xhtml", "leads nowhere"]),
        ("EPUB/package.opf", "href=\"cover.svg\"", "href=\"gone.svg\"", &["cover.svg is not both"]),
        (page, "<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/><svg", &["has not one drawing"]),
        (page, "</h2>", "</h2><p id=\"greeting\"/>", &["the id `greeting` twice"]),
    ] {
        let mut files = good.clone();
        let old = text(&good, name);
        assert!(old.contains(from), "{name} has no {from}: {old}");
        files.insert(name.to_owned(), old.replacen(from, to, 1).into_bytes());
        let found = problems(&files);
        assert!(
            found.iter().any(|problem| parts.iter().all(|part| problem.contains(part))),
            "{parts:?}: {found:#?}"
        );
    }
}

#[test]
fn epubcheck_finds_a_fault() {
    let scratch = Scratch::new();
    scratch.append(PAGE, "\n<p lang=\"no language\">x</p>\n");
    let (_dir, epub) = epub(scratch.root());
    if let Some(found) = epubcheck(&epub) {
        assert_one(&found, &["page.xhtml", "lang"]);
    }
}

#[test]
fn what_only_the_site_has_is_linked_where_the_site_is_known() {
    let scratch = Scratch::new();
    scratch
        .append(PAGE, "\n<details class=\"answer\"><summary>Answer</summary>Because.</details>\n\nLast.\n");
    let made = |variables: &[(&str, &str)]| {
        let mut command = book(scratch.root(), &["epub", "--dest-dir", "out"]);
        let made = run(command.envs(variables.iter().copied()));
        assert!(made.status.success(), "{made:?}");
        files(&scratch.path("out/hello-process-world.epub"))
    };
    let source = "listings/sample/greet.rs";
    let here = made(&[("SOURCE_DATE_EPOCH", "0")]);
    let page = text(&here, "EPUB/text/part/page.xhtml");
    assert!(!page.contains(source) && page.contains(">greet</a>"), "{page}");
    let (_, end) = page.split_once("Last.").expect("the page's last words");
    assert!(end.contains("Answers") && end.contains("Because."), "{page}");
    assert!(text(&here, "EPUB/package.opf").contains("1970-01-01T00:00:00Z"));
    let address = ("MDBOOK_PREPROCESSOR__LISTINGS__ADDRESS", "https://example.org/book");
    let there = made(&[address]);
    let page = text(&there, "EPUB/text/part/page.xhtml");
    assert!(page.contains(&format!("href=\"https://example.org/book/{source}\"")), "{page}");
}

#[test]
fn the_same_book_gives_the_same_epub() {
    let scratch = Scratch::new();
    let bytes = || {
        let mut command = book(scratch.root(), &["epub", "--dest-dir", "out"]);
        assert!(run(command.env("SOURCE_DATE_EPOCH", "1")).status.success());
        fs::read(scratch.path("out/hello-process-world.epub")).expect("an EPUB")
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn a_site_has_the_editions_that_were_made() {
    let scratch = Scratch::new();
    scratch.append(PAGE, "\n<!-- editions -->\n");
    let page = || {
        let built = run(&mut book(scratch.root(), &["build", "--dest-dir", "site"]));
        assert!(built.status.success(), "{built:?}");
        fs::read_to_string(scratch.path("site/part/page.html")).expect("a page")
    };
    let without = page();
    assert!(!without.contains("editions"), "{without}");
    scratch.write("target/book/hello-process-world.epub", "an EPUB");
    scratch.write("target/book/pdf/part.pdf", "a PDF");
    let with = page();
    for file in ["hello-process-world.epub", "pdf/part.pdf"] {
        assert!(with.contains(&format!("<a href=\"../{file}\">")), "{with}");
        assert!(scratch.path("site").join(file).is_file(), "{file} is not in the site");
    }
}

#[test]
fn a_pdf_needs_chromium_and_says_so() {
    let scratch = Scratch::new();
    let made = run(book(scratch.root(), &["pdf", "--dest-dir", "out"]).env("PATH", scratch.root()));
    assert!(!made.status.success(), "{made:?}");
    assert!(
        made.stderr.contains("a PDF needs Chromium") && made.stderr.contains("apt install chromium"),
        "{made:?}"
    );
    assert!(!scratch.path("out").exists(), "a folder without a PDF is left");
}
