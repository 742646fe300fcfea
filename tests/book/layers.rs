//! The library's modules import from lower layers only.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::scratch::{Scratch, files};
use crate::{assert_none, assert_one, this_book};

/// The layers of the library, from the bottom. A module imports from lower rows only, never sideways; `src/lib.rs`, the
/// front, imports from all.
const LAYERS: [&[&str]; 9] = [
    &["error"],
    &["sys"],
    &["wire", "wait"],
    &["pipe", "queue", "sync", "shared"],
    &["bootstrap"],
    &["start"],
    &["process"],
    &["context"],
    &["pool", "manager", "futures", "services"],
];

/// Inside `start`, which is one layer, each start method stands alone: they share what `start` itself gives them.
const START_METHODS: [&str; 3] = ["spawn", "forkserver", "fork"];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

fn upward_imports(root: &Path) -> Vec<String> {
    let src = root.join("chapters-code/multiprocess/src");
    let files = files(&src, ".rs");
    let mut problems =
        if files.is_empty() { vec![format!("{} has no modules", src.display())] } else { vec![] };
    for file in files {
        let path = file.strip_prefix(&src).expect("a file of the library").with_extension("");
        let path: Vec<&str> =
            path.iter().filter_map(|part| part.to_str()).filter(|part| *part != "mod").collect();
        if path == ["lib"] {
            continue;
        }
        let name = path.join("::");
        let Some(own) = layer(path[0]) else {
            problems
                .push(format!("`{}` has no layer: give it a row in this test and in the design", path[0]));
            continue;
        };
        let code = without_comments(&fs::read_to_string(&file).expect("a module"));
        for import in imports(&code, &path) {
            let target = import[0].as_str();
            match layer(target) {
                Some(_) if target == path[0] => problems.extend(between_start_methods(&path, &import)),
                Some(other) if other < own => {}
                Some(other) if other == own => {
                    problems.push(format!("`{name}` imports sideways, from `{target}`: both are in layer {own}"));
                }
                Some(other) => problems
                    .push(format!("`{name}` (layer {own}) imports upward, from `{target}` (layer {other})")),
                None => problems.push(format!(
                    "`{name}` imports `crate::{target}`, which is no module with a layer: name the module it is in"
                )),
            }
        }
    }
    problems
}

fn between_start_methods(path: &[&str], import: &[String]) -> Option<String> {
    let own = path.get(1)?;
    let other = import.get(1)?;
    let both = START_METHODS.contains(own) && START_METHODS.contains(&other.as_str());
    (path[0] == "start" && both && own != other)
        .then(|| format!("`{}` imports sideways, from `start::{other}`", path.join("::")))
}

/// The first two names of every path into the crate, each path once.
fn imports(code: &str, module: &[&str]) -> BTreeSet<Vec<String>> {
    let mut found = BTreeSet::new();
    let mut rest = code;
    while let Some(at) = rest.find("crate::").into_iter().chain(rest.find("super::")).min() {
        let before = rest[..at].chars().next_back();
        let from_crate = rest[at..].starts_with("crate::");
        rest = &rest[at + "crate::".len()..];
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        // `$crate::init` is written out in the user's crate, where only the front can be named.
        let in_macro = before == Some('$');
        let mut base: Vec<String> = match from_crate {
            true => vec![],
            false => module[..module.len() - 1].iter().map(|&part| part.to_owned()).collect(),
        };
        while let Some(further) = rest.strip_prefix("super::") {
            base.pop();
            rest = further;
        }
        for path in paths(rest, 2) {
            let path: Vec<String> = base.iter().cloned().chain(path).take(2).collect();
            let Some(first) = path.first().filter(|name| *name != "*") else { continue };
            // What follows `super::` in a file right below lib.rs may be an item of an inner module's parent.
            let any_name = if from_crate { !in_macro } else { !base.is_empty() };
            if any_name || layer(first).is_some() {
                found.insert(path);
            }
        }
    }
    found
}

/// The paths that a text begins with: one, or those of a group in braces, each cut to `depth` names.
fn paths(text: &str, depth: usize) -> Vec<Vec<String>> {
    let text = text.trim_start();
    if depth == 0 {
        return vec![vec![]];
    }
    if let Some(group) = text.strip_prefix('{') {
        return group_of(group).into_iter().flat_map(|item| paths(item, depth)).collect();
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '*')).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return vec![];
    }
    let tails = match rest.strip_prefix("::") {
        Some(rest) => paths(rest, depth - 1),
        None => vec![vec![]],
    };
    tails.into_iter().map(|tail| [vec![name.to_owned()], tail].concat()).collect()
}

/// The items of a group, up to the brace that closes it.
fn group_of(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut start = 0;
    let mut items = vec![];
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                items.push(&text[start..at]);
                return items;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items
}

/// Drops line comments: documentation may link anywhere. A `//` inside a string goes with the rest of its line, and a
/// path into the crate does not follow a string on one line.
fn without_comments(code: &str) -> String {
    code.lines().flat_map(|line| [line.split("//").next().unwrap_or(""), "\n"]).collect()
}

#[test]
fn the_library_imports_downward_only() {
    assert_none(&upward_imports(this_book()));
}

#[test]
fn a_wrong_import_is_found() {
    for (file, code, parts) in [
        ("error.rs", "use crate::sys::fork;", ["`error` (layer 0) imports upward", "`sys` (layer 1)"]),
        ("wire.rs", "use crate::{error::Error, wait::Exit};", ["`wire` imports sideways", "`wait`"]),
        ("pipe.rs", "fn f() { crate::queue::g() }", ["`pipe` imports sideways", "`queue`"]),
        ("sys/exec.rs", "use super::super::wire::Frame;", ["`sys::exec` (layer 1) imports upward", "`wire`"]),
        ("wait.rs", "use super::process::Process;", ["`wait` (layer 2) imports upward", "`process`"]),
        ("start/spawn.rs", "use super::fork::x;", ["`start::spawn` imports sideways", "`start::fork`"]),
        (
            "start/fork.rs",
            "use crate::start::{Launched, spawn};",
            ["`start::fork` imports sideways", "`start::spawn`"],
        ),
        (
            "sys/mod.rs",
            "use crate::{\n    error,\n    start::{spawn, fork},\n};",
            ["imports upward", "`start` (layer 5)"],
        ),
        ("process.rs", "use crate::Error;", ["imports `crate::Error`", "no module with a layer"]),
        ("surprise.rs", "", ["`surprise` has no layer", "a row in this test"]),
        (
            "pool.rs",
            "macro_rules! m { () => { $crate::manager::f() } }",
            ["`pool` imports sideways", "`manager`"],
        ),
    ] {
        let scratch = Scratch::new();
        scratch.write(&format!("chapters-code/multiprocess/src/{file}"), code);
        let problems = upward_imports(scratch.root());
        assert!(!problems.is_empty(), "{file}: `{code}` was not found");
        assert_one(&problems[..1], &parts);
    }
    assert_one(&upward_imports(Scratch::new().root()), &["has no modules"]);
}

#[test]
fn imports_that_keep_to_the_layers_are_allowed() {
    let scratch = Scratch::new();
    for (file, code) in [
        ("bootstrap/mod.rs", "macro_rules! m { () => { $crate::init() } }"),
        ("lib.rs", "pub use pool::Pool; use crate::anything;"),
        (
            "process.rs",
            "use crate::{error::Error, start::{spawn, Launched}, sys};\n/// [`x`](crate::Process)\npub(crate) fn f() {}",
        ),
        (
            "start/spawn.rs",
            "use super::Launched; use crate::start::shared_steps; use crate::bootstrap::Plan;",
        ),
        ("sys/exec.rs", "use super::checked; use crate::error::Error; mod tests { use super::*; }"),
        ("wait.rs", "mod tests { use super::{Exit, Waited}; use super::*; }"),
    ] {
        scratch.write(&format!("chapters-code/multiprocess/src/{file}"), code);
    }
    assert_none(&upward_imports(scratch.root()));
}
