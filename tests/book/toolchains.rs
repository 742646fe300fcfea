//! The oldest Rust is claimed in one place, and few files ask for which architecture they are compiled.
//!
//! Whether the claim is true, and whether the programs run on arm64, only those can tell: the jobs `oldest` and `arm64` of
//! `.github/workflows/tests.yml` try it.

use std::fs;
use std::path::Path;

use crate::scratch::{PAGE, PROGRAM, Scratch, files};
use crate::{assert_none, assert_one, this_book};

/// The files that may ask for the architecture. Each has an answer for arm64, or its parent has another file for that.
const ASK_FOR_THE_ARCHITECTURE: [&str; 11] = [
    "chapters-code/benchmarks/src/cpu/arm64.rs",
    "chapters-code/benchmarks/src/cpu/mod.rs",
    "chapters-code/benchmarks/src/cpu/x86_64.rs",
    "chapters-code/multiprocess/programs/src/os/sandbox.rs",
    "chapters-code/multiprocess/src/sys/call.rs",
    "chapters-code/multiprocess/src/sys/exec.rs",
    "chapters-code/multiprocess/src/sys/racing.rs",
    "chapters-code/pi/src/wide.rs",
    "tool/supervisor/src/arch.rs",
    "tool/supervisor/tests/programs/attack.rs",
    "tool/records/tests/timelines.rs",
];
/// How a file asks, or takes an answer for granted.
const QUESTIONS: [&str; 6] = [
    concat!("target_", "arch"),
    concat!("std::", "arch"),
    concat!("core::", "arch"),
    concat!("_feature_", "detected!"),
    concat!("target_", "feature"),
    concat!("asm", "!("),
];

/// How a page names the Rust that the reader needs: what is before the version, and what is after it.
const CLAIMS: [(&str, &str); 2] = [("Rust ", " or newer"), ("requires rustc ", "")];

/// The files below a root that are sources of the book, by their paths from there.
fn sources(root: &Path, suffix: &str) -> Vec<(String, String)> {
    let below = ["src", "chapters-code", "tool", "tests", "workshop", ".github", "README.md"];
    let found = below.iter().map(|part| root.join(part)).filter(|path| path.exists());
    let found = found.flat_map(|path| if path.is_file() { vec![path] } else { files(&path, suffix) });
    let relative = found.map(|path| {
        let name = path.strip_prefix(root).expect("it is below the root").display().to_string();
        (name, fs::read_to_string(&path).unwrap_or_default())
    });
    relative.filter(|(name, _)| name.ends_with(suffix) && !name.starts_with("workshop/mine/")).collect()
}

fn questions_elsewhere(root: &Path) -> Vec<String> {
    let mut problems = vec![];
    for (name, text) in sources(root, ".rs") {
        if ASK_FOR_THE_ARCHITECTURE.contains(&name.as_str()) {
            continue;
        }
        for (at, line) in text.lines().enumerate() {
            if let Some(question) = QUESTIONS.iter().find(|question| line.contains(*question)) {
                problems.push(format!(
                    "{name}, line {}: `{question}` depends on the architecture: move it to one of {ASK_FOR_THE_ARCHITECTURE:?}",
                    at + 1
                ));
            }
        }
    }
    problems
}

/// Where pages, manifests and workflows name another oldest Rust than `oldest`, or one of their own.
fn other_claims(root: &Path, oldest: &str) -> Vec<String> {
    let mut problems = vec![];
    for (name, text) in sources(root, ".md") {
        for (before, after) in CLAIMS {
            for rest in text.split(before).skip(1) {
                let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
                let (version, rest) = rest.split_at(end);
                if version.starts_with("1.") && rest.starts_with(after) && version != oldest {
                    problems.push(format!("{name}: `{before}{version}{after}`, and Cargo.toml has {oldest}"));
                }
            }
        }
    }
    for (name, text) in sources(root, "Cargo.toml") {
        if text.lines().any(|line| line.starts_with("rust-version = ")) {
            problems.push(format!(
                "{name}: it has a `rust-version` of its own: use `rust-version.workspace = true`"
            ));
        }
    }
    for (name, text) in sources(root, ".yml") {
        if let Some(line) = text.lines().find(|line| line.contains(oldest)) {
            problems.push(format!("{name}: `{}` names a Rust: read it from Cargo.toml", line.trim()));
        }
    }
    problems
}

/// The oldest Rust that the workspace is written for, such as `1.89`.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");

#[test]
fn few_files_ask_for_the_architecture() {
    assert_none(&questions_elsewhere(this_book()));
    for file in ASK_FOR_THE_ARCHITECTURE {
        let text =
            fs::read_to_string(this_book().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(QUESTIONS.iter().any(|question| text.contains(question)), "{file} asks for nothing");
    }
}

#[test]
fn the_oldest_rust_is_claimed_in_one_place() {
    assert_none(&other_claims(this_book(), OLDEST));
    let page = fs::read_to_string(this_book().join("src/workshop/take-part.md")).expect("a page");
    for (before, after) in CLAIMS {
        assert!(
            page.contains(&format!("{before}{OLDEST}{after}")),
            "the page has no `{before}{OLDEST}{after}`"
        );
    }
}

#[test]
fn a_question_elsewhere_is_found() {
    for question in QUESTIONS {
        let scratch = Scratch::new();
        scratch.write(PROGRAM, &format!("fn main() {{\n    {question};\n}}\n"));
        assert_one(&questions_elsewhere(scratch.root()), &[PROGRAM, "line 2", question]);
    }
}

#[test]
fn another_claim_is_found() {
    for (path, text, said) in [
        (PAGE, "You need Rust 1.88 or newer.\n", "Rust 1.88 or newer"),
        (PAGE, "`package requires rustc 1.90`\n", "requires rustc 1.90"),
        ("chapters-code/sample/Cargo.toml", "[package]\nrust-version = \"1.89\"\n", "workspace"),
        (".github/workflows/tests.yml", "run: rustup toolchain install 1.89\n", "toolchain install"),
    ] {
        let scratch = Scratch::new();
        scratch.write(path, text);
        assert_one(&other_claims(scratch.root(), "1.89"), &[path, said]);
    }
}
