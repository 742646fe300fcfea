//! A larger book, made of this one by showing its pages again, to see what a page more costs a build.
//! `PAGES=140 cargo test --test book large -- --nocapture` says how long a build of so many pages takes.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Instant;

use crate::process::{book, run};
use crate::scratch::{copy, files};
use crate::this_book;

/// Adds pages to a copy of this book until it has so many. Exercises, plans, notes and lists of pages have one place each, and are left out of
/// the copies. Gives how many were added.
fn enlarge(root: &Path, wanted: usize) -> usize {
    let summary = fs::read_to_string(this_book().join("src/SUMMARY.md")).expect("the summary");
    let links = summary.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let pages: Vec<&str> = links.map(|(page, _)| page).collect();
    assert!(wanted >= pages.len(), "the book has {} pages already", pages.len());
    let mut more = "\n# Again\n\n".to_owned();
    for (number, page) in pages.iter().cycle().take(wanted - pages.len()).enumerate() {
        let text = fs::read_to_string(this_book().join("src").join(page)).expect("a page");
        let is_once = |line: &&str| {
            ["{{#exercise", "{{#plan", "{{#notes", "{{#contents"].iter().any(|one| line.contains(one))
        };
        let text: String = text.split_inclusive('\n').filter(|line| !is_once(line)).collect();
        let copy = format!("{}-again-{number}.md", page.trim_end_matches(".md"));
        fs::write(root.join("src").join(&copy), text).expect("a page");
        more += &format!("- [Again, {number}]({copy})\n");
    }
    let (before, after) = summary.rsplit_once("\n---\n").expect("a last part");
    fs::write(root.join("src/SUMMARY.md"), format!("{before}\n{more}\n---\n{after}")).expect("the summary");
    wanted - pages.len()
}

#[test]
fn a_larger_book_can_be_built() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (root, site) = (folder.path().join("book"), folder.path().join("site"));
    copy(&this_book().join("src"), &root.join("src"));
    copy(&this_book().join("book.toml"), &root.join("book.toml"));
    for part in ["theme", "chapters-code", "workshop"] {
        symlink(this_book().join(part), root.join(part)).expect("a link");
    }
    let today = files(&root.join("src"), ".md").len();
    let wanted = std::env::var("PAGES").map_or(today + 1, |pages| pages.parse().expect("a number of pages"));
    let added = enlarge(&root, wanted);
    let started = Instant::now();
    let built = run(&mut book(&root, &["build", "--dest-dir", site.to_str().expect("a path")]));
    let took = started.elapsed();
    assert!(built.status.success(), "{built:?}");
    println!("{wanted} pages in {:.2} s", took.as_secs_f64());
    let toc = fs::read_to_string(site.join("toc.html")).expect("the table of contents");
    let links = toc.split("href=\"").filter_map(|rest| rest.split('"').next());
    assert_eq!(links.filter(|link| link.contains("-again-")).count(), added, "pages are missing");
}
