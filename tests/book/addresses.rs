//! Every address that the book once had leads to a page, and to a part of it if it named one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::scratch::Scratch;
use crate::{assert_none, assert_one, this_book};

/// The addresses of the book before its chapters were divided. Left out are those of questions, which change with their words, and the
/// parts of `index.html`, which was a copy of the first page. Lines are
/// added, and none is removed.
const OLD: &str = include_str!("old-addresses.txt");

/// The old addresses that lead nowhere in a site.
fn lost(old: &str, site: &Path) -> Vec<String> {
    let read = |page: &str| fs::read_to_string(site.join(page)).ok();
    let has = |page: &str, name: &str| {
        read(page).is_some_and(|html| name.is_empty() || html.contains(&format!(" id=\"{name}\"")))
    };
    let leads = |address: &str| {
        let (page, name) = address.split_once('#').unwrap_or((address, ""));
        match parts(page, &read(page)?) {
            None => has(page, name).then_some(()),
            Some(parts) => {
                let (page, name) = parts.get(name)?;
                has(page, name).then_some(())
            }
        }
    };
    old.lines()
        .filter(|address| leads(address).is_none())
        .map(|address| format!("{address} leads nowhere"))
        .collect()
}

/// Where a page that has moved leads, by the names of its parts; the page itself has the empty name.
fn parts(page: &str, html: &str) -> Option<BTreeMap<String, (String, String)>> {
    let (_, rest) = html.split_once("http-equiv=\"refresh\" content=\"0; url=")?;
    let home = rest.split('"').next()?.to_owned();
    let (_, script) = html.split_once("Object.entries(")?;
    let (parts, _) = script.split_once("));\n")?;
    let mut parts: BTreeMap<String, String> = serde_json::from_str(parts).expect("the parts of a page");
    parts.insert(String::new(), home);
    let from_root = |new: String| {
        let new = new.trim_start_matches("../");
        assert_eq!(page.matches('/').count(), 1, "this folder is the only one with pages that have moved");
        let (page, name) = new.split_once('#').unwrap_or((new, ""));
        (page.to_owned(), name.to_owned())
    };
    Some(parts.into_iter().map(|(name, new)| (name, from_root(new))).collect())
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
    scratch.write("moved.txt", "old/page.html -> part/\nold/page.html#hello -> part/page.html#greeting\n");
    scratch.write("src/part/README.md", "# A part\n");
    scratch.append("src/SUMMARY.md", "- [A part](part/README.md)\n");
    let site = built(scratch.root(), scratch.root());
    let old = "part/page.html\npart/page.html#greeting\nold/page.html\nold/page.html#hello\nold/page.html#greeting\n";
    assert_none(&lost(old, &site));
    for gone in ["part/gone.html", "part/page.html#gone", "old/page.html#gone"] {
        assert_one(&lost(&format!("{old}{gone}\n"), &site), &[gone]);
    }
}
