//! Nothing is compiled twice: `cargo run`, `cargo test` and every other command agree on what is built.
//!
//! Cargo chooses the features of a shared dependency from the packages that a command selects, and counts what their tests
//! need only where it builds tests. A dependency whose features differ between two commands is built for each of them, and so is
//! all that uses it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::run;
use crate::scratch::{Scratch, files};
use crate::{assert_none, assert_one, this_book};

/// Every package that is built for dependencies of these kinds, with its features.
fn built(manifest: &Path, kinds: &str) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--offline", "--prefix=none", "--format={p} [{f}]", "--edges", kinds]);
    let tree = run(cargo.arg("--manifest-path").arg(manifest));
    assert!(tree.status.success(), "{}", tree.stderr);
    // The star marks a package that was listed before.
    tree.stdout.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

/// What `cargo run` builds in another way than `cargo test` does.
fn built_twice(manifest: &Path) -> Vec<String> {
    let (run, test) = (built(manifest, "normal,build"), built(manifest, "normal,build,dev"));
    run.difference(&test)
        .map(|package| {
            format!(
                "`cargo test` builds this with other features: {package}; give it the same in [dependencies]"
            )
        })
        .collect()
}

/// Everything that tells a person, or a machine, what to type.
fn documents(root: &Path) -> Vec<PathBuf> {
    let mut documents = vec![root.join("README.md"), root.join("book.toml"), root.join(".ci/run")];
    for (folder, ending) in [
        ("src", ".md"),
        ("theme", ".md"),
        ("theme", ".js"),
        ("tool", ".rs"),
        (".github", ".yml"),
        (".devcontainer", ".json"),
    ] {
        documents.extend(files(&root.join(folder), ending));
    }
    documents
}

/// Commands that select a package. A release build has a folder of its own, which no other command uses.
fn selecting_commands(root: &Path) -> Vec<String> {
    let mut problems = vec![];
    for document in documents(root) {
        let text = fs::read_to_string(&document).unwrap_or_default();
        for command in text.split("cargo ").skip(1) {
            // A command ends with its code, or where a comment follows it. It may run over the end of a line.
            let command = command.split(['`', '"', '#', ';']).next().unwrap_or_default();
            let words: Vec<&str> = command.split_whitespace().take_while(|&word| word != "--").collect();
            let selects = |word: &&str| word.starts_with("-p") || word.starts_with("--package");
            if words.iter().any(selects) && !words.contains(&"--release") {
                let document = document.strip_prefix(root).expect("a file of the book").display();
                problems.push(format!(
                    "{document}: `cargo {}` builds again what `cargo test` has built: select a target, not a package",
                    words.join(" ")
                ));
            }
        }
    }
    problems
}

#[test]
fn cargo_run_and_cargo_test_agree_on_all_features() {
    assert_none(&built_twice(&this_book().join("Cargo.toml")));
}

#[test]
fn a_feature_that_only_tests_ask_for_is_noticed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let manifest = |dir: &str, text: &str| {
        let folder = folder.path().join(dir);
        fs::create_dir_all(folder.join("src")).expect("a folder");
        fs::write(folder.join("src/lib.rs"), "").expect("a library");
        fs::write(folder.join("Cargo.toml"), text).expect("a manifest");
    };
    manifest("shared", "[package]\nname = \"shared\"\nedition = \"2024\"\n[features]\nmore = []\n");
    let user = "[package]\nname = \"user\"\nedition = \"2024\"\n[workspace]\nmembers = [\"shared\"]\n\
                [dependencies]\nshared.path = \"shared\"\n";
    manifest("", user);
    assert_none(&built_twice(&folder.path().join("Cargo.toml")));

    let more = "[dev-dependencies]\nshared = { path = \"shared\", features = [\"more\"] }\n";
    manifest("", &format!("{user}{more}"));
    assert_one(&built_twice(&folder.path().join("Cargo.toml")), &["shared", "other features"]);
}

#[test]
fn no_command_selects_a_package() {
    assert_none(&selecting_commands(this_book()));
}

#[test]
fn a_command_that_selects_a_package_is_noticed() {
    let scratch = Scratch::new();
    scratch.write(
        "src/typed.md",
        "`cargo run --release -p pi -- 3`, `cargo run -- -p 3`, `cargo test --test x`\n",
    );
    assert_none(&selecting_commands(scratch.root()));
    scratch.write("src/typed.md", "Type `WRITE=1 cargo test\n-p sample greet` now.\n");
    assert_one(&selecting_commands(scratch.root()), &["src/typed.md", "`cargo test -p sample greet`"]);
}
