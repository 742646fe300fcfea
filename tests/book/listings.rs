//! Every directive resolves; every listing is shown, tested and recorded, as is how it runs; no name comes twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use book::author::begin::MOST_LISTINGS;
use book::build::preprocess::Listings;
use book::page::directive::{self, Directive, Kind, Line};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use records::catalog::{Catalog, Chapter, Listing};
use records::record::Record;
use records::refusal::Refusal;
use records::timeline::Timeline;

use crate::scratch::{PAGE, PROGRAM, RECORD, Scratch, TESTS, TIMELINE, TWIN_RECORD, files};
use crate::{assert_none, assert_one, this_book};

/// Runs the preprocessor over all pages, and looks for pages that it never sees.
pub(crate) fn unresolved(root: &Path) -> Vec<String> {
    let config = Config::from_disk(root.join("book.toml")).expect("book.toml");
    let book = match MDBook::load_with_config(root, config.clone()) {
        Ok(loaded) => loaded.book,
        Err(error) => return vec![format!("the book cannot be read: {error:#}")],
    };
    let pages: BTreeSet<_> = book.chapters().filter_map(|chapter| chapter.source_path.clone()).collect();
    let context = PreprocessorContext::new(root.to_path_buf(), config, "html".to_owned());
    let mut problems = match Listings::default().run(&context, book) {
        Ok(_) => vec![],
        Err(error) => error.to_string().lines().map(str::to_owned).collect(),
    };
    let src = root.join("src");
    for file in files(&src, ".md") {
        let page = file.strip_prefix(&src).expect("a page in src");
        let text = fs::read_to_string(&file).expect("a page");
        match page.to_str() {
            Some("SUMMARY.md") => {}
            // mdBook runs no preprocessor over it.
            Some("404.md") if text.lines().all(|line| directive::read(line) == Ok(Line::Text)) => {}
            Some("404.md") => {
                problems.push("src/404.md has a directive, which nothing will replace".to_owned())
            }
            _ if pages.contains(page) => {}
            _ => problems.push(format!("src/{} is not in SUMMARY.md: no reader will see it", page.display())),
        }
    }
    problems
}

/// Listings without a page, a test or a record, and the reverse.
fn unchecked(root: &Path) -> Vec<String> {
    let catalog = Catalog::read(root).expect("a catalog");
    let mut problems = outside_the_catalog(root, &catalog);
    let shown = shown(root);
    let plots = book::figure::plot::ids(root).into_iter().filter(|id| !shown.contains(id));
    problems.extend(plots.map(|id| format!("no page shows the plot `{id}`")));
    for chapter in &catalog.chapters {
        problems.extend(without_a_test(root, chapter));
        let programs = chapter.listings.iter().filter(|listing| listing.is_program()).count();
        if programs > MOST_LISTINGS {
            problems.push(format!(
                "chapters-code/{} has {programs} listings, and {MOST_LISTINGS} are enough: split it by chapter",
                chapter.name
            ));
        }
        for name in &chapter.records {
            if !chapter.listings.iter().any(|listing| &listing.name == name) {
                problems.push(format!("{}/records/{name}.snap records no listing", chapter.name));
            }
        }
        for name in &chapter.timelines {
            let is_it = |listing: &Listing| &listing.name == name && listing.is_program();
            if !chapter.listings.iter().any(is_it) {
                problems.push(format!("{}/records/{name}.json records no program", chapter.name));
            }
        }
        for listing in &chapter.listings {
            let id = listing.id();
            if !shown.contains(&id) {
                problems.push(format!("no page shows `{id}`"));
            }
            let record = root.join(listing.record());
            let read = match listing.refused {
                true => Refusal::read(&record).map(drop),
                false => Record::read(&record).map(drop),
            };
            if let Err(error) = read {
                problems.push(format!("`{id}` has no record: {error}; `cargo run -- record {id}` makes one"));
            }
            if listing.is_program() {
                problems.extend(without_a_timeline(root, listing));
            }
            let program = listing.name.trim_end_matches(".py");
            if !chapter.listings.iter().any(|listing| listing.name == program) {
                problems.push(format!("`{id}` is the twin of no listing: `{program}` is missing"));
            }
        }
    }
    problems
}

/// A timeline that is missing or cannot be drawn, whether or not a page shows it.
fn without_a_timeline(root: &Path, listing: &Listing) -> Option<String> {
    let id = listing.id();
    let path = root.join(listing.timeline());
    if !path.exists() {
        return Some(format!("`{id}` has no timeline: `cargo run -- record {id}` makes it"));
    }
    let read = Timeline::read(&path).map_err(|e| e.to_string());
    let checked = read.and_then(|timeline| book::figure::timeline::check::check(&timeline, &id));
    checked.err().map(|problem| format!("`{id}` has a timeline that cannot be drawn: {problem}"))
}

fn shown(root: &Path) -> BTreeSet<String> {
    let pages =
        files(&root.join("src"), ".md").into_iter().map(|file| fs::read_to_string(file).expect("a page"));
    pages.flat_map(|page| page.lines().filter_map(id_of_listing).collect::<Vec<_>>()).collect()
}

fn id_of_listing(line: &str) -> Option<String> {
    match directive::read(line) {
        Ok(Line::Directive(Directive { kind: Kind::Listing | Kind::Plot, id, .. })) => Some(id.to_owned()),
        _ => None,
    }
}

/// Listings and tests of one chapter that do not match: `check!` runs a program, `refused!` compiles one that must not compile.
fn without_a_test(root: &Path, chapter: &Chapter) -> Vec<String> {
    let path = chapter.tests();
    let text = fs::read_to_string(root.join(&path)).expect("the tests of a chapter");
    let text: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let mut problems = vec![];
    if text.contains("#[ignore") {
        problems.push(format!("{} ignores a test: its output is on a page unchecked", path.display()));
    }
    let of = |test: &'static str| -> Vec<(&str, bool)> {
        let names = text.split(test).skip(1).filter_map(|rest| rest.split('"').nth(1));
        names.map(|name| (name, test == "refused!(")).collect()
    };
    let checked = [of("check!("), of("refused!(")].concat();
    for listing in &chapter.listings {
        let test = listing.name.replace(".py", "_in_python");
        let is_it = |checked: &&(&str, bool)| **checked == (listing.name.as_str(), listing.refused);
        if checked.iter().any(|checked| is_it(&checked)) && !text.contains(&format!("fn {test}()")) {
            problems.push(format!("{}: name the test of `{}` `{test}`", path.display(), listing.name));
        }
        let call = if listing.refused { "refused!(\"{}\", \"E0382\")" } else { "check!(\"{}\", exact())" };
        match checked.iter().filter(is_it).count() {
            1 => {}
            0 => problems.push(format!(
                "no test in {} checks `{}`: add `#[test] fn {test}() {{ {}; }}`",
                path.display(),
                listing.name,
                call.replace("{}", &listing.name)
            )),
            n => problems.push(format!("{n} tests in {} check `{}`", path.display(), listing.name)),
        }
    }
    for (name, refused) in checked {
        if !chapter.listings.iter().any(|listing| (listing.name.as_str(), listing.refused) == (name, refused))
        {
            let what = if refused { "must not compile" } else { "can be run" };
            problems.push(format!("{} checks `{name}`, which is no listing that {what}", path.display()));
        }
    }
    problems
}

/// The folders of a chapter's crate that have programs.
const PROGRAMS: [&str; 2] = ["examples", "refused"];

/// Programs that nothing above sees, because they are not where listings are.
fn outside_the_catalog(root: &Path, catalog: &Catalog) -> Vec<String> {
    let mut problems = vec![];
    for entry in fs::read_dir(root.join("chapters-code")).expect("the chapters") {
        let folder = entry.expect("an entry").path();
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        for programs in
            PROGRAMS.map(|programs| folder.join(programs)).iter().filter(|programs| programs.is_dir())
        {
            if !catalog.chapters.iter().any(|chapter| chapter.name == name) {
                let programs = programs.file_name().expect("a name").display();
                problems.push(format!(
                    "{name}/{programs} has listings, but there is no {name}/tests/snapshots.rs"
                ));
            }
            for entry in fs::read_dir(programs).expect("the listings") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    problems.push(format!("{} is a folder: a listing is one file", path.display()));
                }
            }
        }
    }
    problems
}

/// Cargo puts the examples of all crates in one folder.
fn doubled(root: &Path) -> Vec<String> {
    let mut crates: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files(&root.join("chapters-code"), ".rs") {
        let path = file.strip_prefix(root).expect("a file of the book");
        if path.parent().is_some_and(|folder| PROGRAMS.iter().any(|programs| folder.ends_with(programs))) {
            // File systems that fold case would still mix them up.
            let name = path.file_stem().expect("a name").to_string_lossy().to_lowercase();
            crates.entry(name).or_default().push(path.display().to_string());
        }
    }
    crates
        .into_iter()
        .filter(|(_, files)| files.len() > 1)
        .map(|(name, files)| format!("`cargo run --example {name}` could mean {}", files.join(" or ")))
        .collect()
}

#[test]
fn every_directive_resolves() {
    assert_none(&unresolved(this_book()));
    assert_none(&unresolved(Scratch::new().root()));
}

#[test]
fn every_listing_is_shown_tested_and_recorded() {
    assert_none(&unchecked(this_book()));
    assert_none(&unchecked(Scratch::new().root()));
}

#[test]
fn listing_names_are_unique() {
    assert_none(&doubled(this_book()));
}

#[test]
fn a_wrong_id_is_found() {
    for (line, parts) in [
        ("{{#listing sample/gret}}", ["there is no listing `sample/gret`", "the nearest is `sample/greet`"]),
        ("{{#listing smaple/greet}}", ["nor a crate `smaple`", "the nearest is `sample/greet`"]),
        ("{{#listing sample/greet:geret}}", ["no anchor `geret`", "the nearest is `greet`"]),
        ("{{#listing sample/src/lib.sr}}", ["there is no listing", "the nearest is `sample/src/lib.rs`"]),
        ("{{#output sample/src/lib.rs}}", ["there is no listing", "the nearest is"]),
        ("{{#listing sample/src/../Cargo.rs}}", ["there is no listing", "the nearest is"]),
        ("{{#output sample/great}}", ["there is no listing `sample/great`", "the nearest is `sample/greet`"]),
        (
            "{{#timeline sample/great}}",
            ["there is no listing `sample/great`", "the nearest is `sample/greet`"],
        ),
        ("{{#timeline sample/greet:main}}", ["only a listing has anchors", "`{{#timeline sample/greet}}`"]),
        ("{{#timelnie sample/greet}}", ["no directive `{{#timelnie}}`", "the nearest is `{{#timeline …}}`"]),
        ("{{#ouptut sample/greet}}", ["no directive `{{#ouptut}}`", "the nearest is `{{#output …}}`"]),
        ("[a](listing:sample/gret)", ["there is no listing `sample/gret`", "the nearest is `sample/greet`"]),
        ("[a](listing:sample/greet:all)", ["no page shows `sample/greet:all`", ""]),
        ("{{#include ../../nothing.rs}}", ["cannot read src/part/../../nothing.rs", "No such file"]),
    ] {
        let scratch = Scratch::new();
        scratch.write("chapters-code/sample/src/lib.rs", "");
        scratch.write("chapters-code/sample/Cargo.rs", "");
        scratch.append(PAGE, &format!("\n{line}\n"));
        assert_one(&unresolved(scratch.root()), &[&format!("{PAGE}:13: "), parts[0], parts[1]]);
    }
}

#[test]
fn a_plot_that_cannot_be_drawn_is_found() {
    let show = |id: &str| {
        let scratch = Scratch::new();
        scratch.append(PAGE, &format!("\n{{{{#plot {id}}}}}\n"));
        scratch.write("chapters-code/sample/results/runs.json", RESULTS);
        scratch.write("chapters-code/sample/plots/speed.json", PLOT);
        scratch
    };
    let good = show("sample/speed");
    assert_none(&unresolved(good.root()));
    assert_none(&unchecked(good.root()));

    for id in ["sample/sped", "smaple/speed", "speed", "sample/plots/speed"] {
        let scratch = show(id);
        let parts = [&format!("{PAGE}:13: there is no plot `{id}`"), "the nearest is `sample/speed`"];
        assert_one(&unresolved(scratch.root()), &parts);
        assert_one(&unchecked(scratch.root()), &["no page shows the plot `sample/speed`"]);
    }
    for (this, that, problem) in [
        ("fork: {}", "frok: {}", "the nearest is “fork: 1”"),
        ("\"runs\"", "\"rnus\"", "the nearest are `runs`"),
        ("\"says\"", "\"sais\"", "unknown field `sais`"),
    ] {
        let scratch = show("sample/speed");
        scratch.edit("chapters-code/sample/plots/speed.json", this, that);
        assert_one(&unresolved(scratch.root()), &["the plot `sample/speed` cannot be drawn", problem]);
    }
}

const RESULTS: &str = r#"{"machine": "m", "rounds": 1, "unit": "microseconds", "cases": [
    {"name": "fork: 1", "samples": [2.0]}, {"name": "fork: 2", "samples": [1.0]}]}"#;
const PLOT: &str = r#"{"results": "runs", "title": "t", "says": "s", "x": {"title": "x", "at": [1, 2]},
    "y": {"title": "y"}, "series": [{"label": "fork", "cases": "fork: {}"}]}"#;

#[test]
fn an_output_that_was_not_recorded_is_found() {
    let scratch = Scratch::new();
    scratch.remove(TWIN_RECORD);
    assert_one(
        &unresolved(scratch.root()),
        &[":11:", "greet.py.snap is missing", "nearest id that has one is `sample/greet`"],
    );
    assert_one(&unchecked(scratch.root()), &["`sample/greet.py` has no record"]);
    let scratch = Scratch::new();
    scratch.edit(RECORD, "promise: exact", "promise: whatever");
    assert_one(&unresolved(scratch.root()), &[":7:", "cannot be used", "whatever"]);
}

#[test]
fn a_timeline_that_cannot_be_drawn_is_found() {
    let show = || {
        let scratch = Scratch::new();
        scratch.append(PAGE, "\n{{#timeline sample/greet}}\n");
        scratch.write(TIMELINE, &timeline("sample/greet", 0));
        scratch
    };
    assert_none(&unresolved(show().root()));
    assert_none(&unchecked(show().root()));

    let scratch = show();
    scratch.append(PAGE, "\n{{#timeline sample/greet.py}}\n");
    let parts = [":15: ", "records/greet.py.json is missing", "nearest id that has one is `sample/greet`"];
    assert_one(&unresolved(scratch.root()), &parts);

    for (record, problem) in [
        (timeline("sample/other", 0), "it is the record of `sample/other`"),
        (timeline("sample/greet", 7), "in run 1, event 1 happens in a process that is missing"),
        (timeline("sample/greet", 0).replace("\"schema\":1", "\"schema\":9"), "found 9"),
        ("no JSON".to_owned(), "greet.json"),
    ] {
        let scratch = show();
        scratch.write(TIMELINE, &record);
        let parts = [":13: ", "the timeline of `sample/greet` cannot be drawn", problem];
        assert_one(&unresolved(scratch.root()), &parts);
        assert_one(
            &unchecked(scratch.root()),
            &["`sample/greet` has a timeline that cannot be drawn", problem],
        );
    }
}

/// A record of one event, in this process.
fn timeline(listing: &str, process: usize) -> String {
    format!(
        r#"{{"schema":1,"listing":"{listing}","machine":"a machine","runs":[{{"over":9,"processes":[{{"name":"main"}}],"events":[{{"at":5,"process":{process},"end":{{"exit":0}}}}]}}]}}"#
    )
}

#[test]
fn pages_that_no_preprocessor_sees_are_found() {
    let scratch = Scratch::new();
    scratch.write("src/lost.md", "# Lost\n");
    assert_one(&unresolved(scratch.root()), &["src/lost.md is not in SUMMARY.md"]);
    let scratch = Scratch::new();
    scratch.write("src/404.md", "# Not found\n\n{{#listing sample/greet}}\n");
    assert_one(&unresolved(scratch.root()), &["src/404.md has a directive"]);
}

#[test]
fn a_listing_that_no_page_shows_is_found() {
    let scratch = Scratch::new();
    scratch.edit(PAGE, "{{#listing sample/greet}}", "\\{{#listing sample/greet}}");
    assert_one(&unchecked(scratch.root()), &["no page shows `sample/greet`"]);
}

#[test]
fn a_listing_that_no_test_checks_is_found() {
    let scratch = Scratch::new();
    scratch.edit(TESTS, "    check!(\"greet\", exact());", "    // check!(\"greet\", exact());");
    assert_one(&unchecked(scratch.root()), &["no test", "checks `greet`"]);
    let scratch = Scratch::new();
    scratch.edit(TESTS, "check!(\"greet\"", "check!(\n        \"greeting\"");
    let problems = unchecked(scratch.root());
    assert_eq!(problems.len(), 2, "{problems:#?}");
    assert!(
        problems[0].contains("no test") && problems[1].contains("checks `greeting`, which is no listing")
    );
    let scratch = Scratch::new();
    scratch.edit(TESTS, "#[test]\nfn greet()", "#[test]\n#[ignore]\nfn greet()");
    assert_one(&unchecked(scratch.root()), &["ignores a test"]);
    let scratch = Scratch::new();
    scratch.append(TESTS, "#[test]\nfn again() {\n    check!(\"greet\", any_order());\n}\n");
    assert_one(&unchecked(scratch.root()), &["2 tests", "check `greet`"]);
}

#[test]
fn a_record_without_a_listing_is_found() {
    let scratch = Scratch::new();
    scratch.write("chapters-code/sample/records/gone.snap", "");
    assert_one(&unchecked(scratch.root()), &["gone.snap records no listing"]);
}

#[test]
fn a_program_without_a_timeline_is_found() {
    let scratch = Scratch::new();
    scratch.remove(TIMELINE);
    assert_one(
        &unchecked(scratch.root()),
        &["`sample/greet` has no timeline", "`cargo run -- record sample/greet` makes it"],
    );
}

#[test]
fn a_timeline_of_no_program_is_found() {
    let scratch = Scratch::new();
    scratch.write("chapters-code/sample/records/gone.json", "");
    scratch.write("chapters-code/sample/records/greet.py.json", "");
    let problems = unchecked(scratch.root());
    assert_eq!(problems.len(), 2, "{problems:#?}");
    assert!(problems[0].contains("gone.json records no program"), "{problems:#?}");
    assert!(problems[1].contains("greet.py.json records no program"), "{problems:#?}");
}

#[test]
fn a_listing_where_none_belongs_is_found() {
    let scratch = Scratch::new();
    scratch.write("chapters-code/bare/examples/alone.rs", "fn main() {}\n");
    assert_one(&unchecked(scratch.root()), &["there is no bare/tests/snapshots.rs"]);
    let scratch = Scratch::new();
    scratch.write("chapters-code/sample/examples/deep/main.rs", "fn main() {}\n");
    assert_one(&unchecked(scratch.root()), &["a listing is one file"]);
    let scratch = Scratch::new();
    scratch.remove(PROGRAM);
    let problems = unchecked(scratch.root());
    assert!(problems.iter().any(|problem| problem.contains("twin of no listing")), "{problems:#?}");
}

const REFUSED: &str = "chapters-code/sample/refused/moved.rs";
const REFUSAL: &str = "chapters-code/sample/records/moved.snap";
const MOVED: &str = "\n#[test]\nfn moved() {\n    refused!(\"moved\", \"E0382\");\n}\n";

/// A book with a listing that must not compile.
fn with_a_refusal() -> Scratch {
    let scratch = Scratch::new();
    scratch.write(REFUSED, "fn main() {\n    // ANCHOR: b\n    b;\n    // ANCHOR_END: b\n}\n");
    let record = "---\nsource: x\n---\npromise: refused with E0382 at line 3\ncompiler: rustc 1.2.3\nmessage:\n  | error[E0382]: b\n";
    scratch.write(REFUSAL, record);
    scratch.append(TESTS, MOVED);
    scratch.append(PAGE, "\n{{#listing sample/moved}}\n\n{{#output sample/moved}}\n");
    scratch
}

#[test]
fn a_program_that_must_not_compile_is_a_listing() {
    let scratch = with_a_refusal();
    assert_none(&unresolved(scratch.root()));
    assert_none(&unchecked(scratch.root()));
    scratch.remove(REFUSAL);
    assert_one(
        &unchecked(scratch.root()),
        &["`sample/moved` has no record", "cargo run -- record sample/moved"],
    );
    let problems = unresolved(scratch.root());
    assert!(problems.iter().all(|problem| problem.contains("moved.snap is missing")), "{problems:#?}");
    assert_eq!(problems.len(), 2, "{problems:#?}");
}

#[test]
fn a_refused_listing_without_its_test_is_found() {
    let scratch = with_a_refusal();
    scratch.edit(TESTS, MOVED, "");
    let call = "fn moved() { refused!(\"moved\", \"E0382\"); }";
    assert_one(&unchecked(scratch.root()), &["no test in", call]);

    scratch.append(TESTS, &MOVED.replace("refused!(\"moved\", \"E0382\")", "check!(\"moved\", exact())"));
    let problems = unchecked(scratch.root());
    assert_eq!(problems.len(), 2, "{problems:#?}");
    assert!(problems[1].contains("checks `moved`, which is no listing that can be run"), "{problems:#?}");

    let scratch = Scratch::new();
    scratch.write("chapters-code/bare/refused/alone.rs", "");
    assert_one(
        &unchecked(scratch.root()),
        &["bare/refused has listings", "there is no bare/tests/snapshots.rs"],
    );
}

#[test]
fn a_refused_listing_has_neither_timeline_nor_output() {
    for (line, problem) in [
        ("{{#timeline sample/moved}}", "`sample/moved` must not compile, so it has no timeline"),
        (
            "```predict sample/moved\nWhat?\n<!-- lines 1 -->\n\nSo.\n```",
            "`sample/moved` must not compile, so it prints",
        ),
        (
            "```predict sample/moved\nWhat?\n<!-- not refused -->\n\nSo.\n```",
            "it is refused with E0382 at line 3",
        ),
        (
            "```predict sample/moved\nWhat?\n<!-- refused at line 4 -->\n\nSo.\n```",
            "it is refused with E0382 at line 3",
        ),
    ] {
        let scratch = with_a_refusal();
        scratch.append(PAGE, &format!("\n{line}\n"));
        assert_one(&unresolved(scratch.root()), &[problem]);
    }
    let scratch = with_a_refusal();
    scratch.append(PAGE, "\n```predict sample/moved\nWhat?\n<!-- refused \"E0382\" -->\n\nSo.\n```\n");
    assert_none(&unresolved(scratch.root()));
    scratch.write("chapters-code/sample/records/moved.json", "");
    assert_one(&unchecked(scratch.root()), &["moved.json records no program"]);
}

#[test]
fn a_name_that_comes_twice_is_found() {
    let scratch = Scratch::new();
    scratch.write("chapters-code/sample/refused/greet.rs", "");
    assert_one(&doubled(scratch.root()), &["examples/greet.rs", "refused/greet.rs"]);
    let scratch = Scratch::new();
    scratch.write("chapters-code/other/examples/Greet.rs", "fn main() {}\n");
    assert_one(
        &doubled(scratch.root()),
        &["--example greet", "other/examples/Greet.rs", "sample/examples/greet.rs"],
    );
}
