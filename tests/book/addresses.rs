//! Every address that the book once had leads to a page, and to a part of it if it named one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::scratch::Scratch;
use crate::{assert_none, assert_one, this_book};

/// The addresses of the book before its chapters were divided. Left out are those of questions, which change with their words.
/// Lines are added, and none is removed.
const OLD: &str = include_str!("old-addresses.txt");

/// The old addresses that lead nowhere in a site.
fn lost(old: &str, site: &Path) -> Vec<String> {
    let read = |page: &str| fs::read_to_string(site.join(page)).ok();
    let has = |page: &str, name: &str| {
        read(page).is_some_and(|html| name.is_empty() || html.contains(&format!(" id=\"{name}\"")))
    };
    let leads = |address: &str| {
        let (page, name) = address.split_once('#').unwrap_or((address, ""));
        let parts = parts(page, &read(page)?);
        match parts.get(name) {
            None => (!parts.contains_key("") && has(page, name)).then_some(()),
            Some((page, name)) => has(page, name).then_some(()),
        }
    };
    old.lines()
        .filter(|address| leads(address).is_none())
        .map(|address| format!("{address} leads nowhere"))
        .collect()
}

/// Where parts of a page have moved, by their names; a page that has moved itself has the empty name.
fn parts(page: &str, html: &str) -> BTreeMap<String, (String, String)> {
    let script = html.split_once("const parts = new Map(Object.entries(").map(|(_, script)| script);
    let Some((parts, _)) = script.and_then(|script| script.split_once("));\n")) else {
        return BTreeMap::new();
    };
    let mut parts: BTreeMap<String, String> = serde_json::from_str(parts).expect("the parts of a page");
    let home = html.split_once("http-equiv=\"refresh\" content=\"0; url=").map(|(_, home)| home);
    let home = home.and_then(|home| home.split('"').next());
    parts.extend(home.map(|home| (String::new(), home.to_owned())));
    let up = "../".repeat(page.matches('/').count());
    let from_root = |new: String| {
        let new = new.strip_prefix(&up).unwrap_or_else(|| panic!("{new} does not begin at the root"));
        let (page, name) = new.split_once('#').unwrap_or((new, ""));
        (page.to_owned(), name.to_owned())
    };
    parts.into_iter().map(|(name, new)| (name, from_root(new))).collect()
}

fn built(root: &Path, folder: &Path) -> std::path::PathBuf {
    let site = folder.join("site");
    book::build::write_site(root, &site).expect("a site");
    site
}

#[test]
fn every_old_address_leads_somewhere() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let site = built(this_book(), folder.path());
    assert_none(&lost(OLD, &site));
    assert!(OLD.lines().filter(|line| line.contains("process-class.html#")).count() >= 49);
}

#[test]
fn an_old_address_that_leads_nowhere_is_found() {
    let scratch = Scratch::new();
    scratch.write(
        "moved.txt",
        "old/page.html -> part/\nold/page.html#hello -> part/page.html#greeting\n\
        introduction.html#hello -> part/page.html#greeting\n",
    );
    scratch.write("src/part/README.md", "# A part\n");
    scratch.append("src/SUMMARY.md", "- [A part](part/README.md)\n");
    let site = built(scratch.root(), scratch.root());
    let old = "part/page.html\npart/page.html#greeting\nold/page.html\nold/page.html#hello\nold/page.html#greeting\nintroduction.html#hello\n";
    assert_none(&lost(old, &site));
    for gone in ["part/gone.html", "part/page.html#gone", "old/page.html#gone"] {
        assert_one(&lost(&format!("{old}{gone}\n"), &site), &[gone]);
    }
}
