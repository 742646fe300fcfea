//! Every public function and type of the library has an example in its documentation, or says which other one has it. A
//! method is shown by its type's example. That the examples run is rustdoc's to check.

use std::fs;
use std::path::Path;

use crate::scratch::{Scratch, files};
use crate::{assert_none, assert_one, this_book};

const ITEMS: [&str; 7] = [
    "pub fn ",
    "pub const fn ",
    "pub const unsafe fn ",
    "pub struct ",
    "pub enum ",
    "pub trait ",
    "pub type ",
];

fn without_example(root: &Path) -> Vec<String> {
    let src = root.join("chapters-code/multiprocess/src");
    let mut problems = vec![];
    for file in files(&src, ".rs") {
        let text = fs::read_to_string(&file).expect("a module");
        let (mut documentation, mut in_attribute) = (String::new(), false);
        for full in text.lines() {
            let line = full.trim_start();
            in_attribute |= line.starts_with("#[");
            match line.strip_prefix("///") {
                Some(doc) => documentation.push_str(doc),
                // Between the documentation and its item there may be attributes and anchors.
                None if in_attribute => in_attribute = !line.ends_with(']'),
                None if line.starts_with("// ANCHOR") => {}
                None => {
                    let item = ITEMS.iter().find_map(|item| full.strip_prefix(item));
                    let is_shown =
                        documentation.contains("```") || documentation.contains("# Examples See [`");
                    if let Some(rest) = item.filter(|_| !is_shown) {
                        let name: String =
                            rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                        let file = file.strip_prefix(root).unwrap_or(&file).display();
                        problems.push(format!("{file}: `{name}` has no example"));
                    }
                    documentation.clear();
                }
            }
        }
    }
    problems
}

#[test]
fn every_public_item_has_an_example() {
    assert_none(&without_example(this_book()));
}

#[test]
fn an_item_without_an_example_is_found() {
    let scratch = Scratch::new();
    let documented = "/// Does it.\n///\n/// ```\n/// it();\n/// ```\n#[inline]\npub fn it() {}\n";
    scratch.write("chapters-code/multiprocess/src/a.rs", documented);
    assert_none(&without_example(scratch.root()));
    let elsewhere = "\n/// It, too.\n///\n/// # Examples\n///\n/// See [`it`].\npub fn too() {}\n";
    let method = "\nimpl It {\n    /// Bare.\n    pub fn bare() {}\n}\n";
    scratch.append("chapters-code/multiprocess/src/a.rs", &format!("{elsewhere}{method}"));
    assert_none(&without_example(scratch.root()));
    scratch.append("chapters-code/multiprocess/src/a.rs", "\n/// Bare.\npub struct Bare;\n");
    assert_one(&without_example(scratch.root()), &["a.rs", "`Bare`"]);
}
