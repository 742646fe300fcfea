//! The container for people whose system is not Linux: what its files say is what the book needs.

use std::fs;

use serde_json::{Value, json};

use crate::process::{book, run};
use crate::this_book;

fn text(path: &str) -> String {
    fs::read_to_string(this_book().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn settings() -> Value {
    serde_json::from_str(&text(".devcontainer/devcontainer.json")).expect("JSON without comments")
}

/// The words behind the only line that begins so.
fn line<'a>(text: &'a str, start: &str) -> &'a str {
    let lines: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix(start)).collect();
    let [line] = lines[..] else { panic!("one line begins with `{start}`: {lines:?}") };
    line.trim()
}

/// The oldest Rust that the workspace is written for, such as `1.89`.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or_else(|_| panic!("no version: {version}"))).collect()
}

#[test]
fn its_rust_is_new_enough_and_pinned() {
    let dockerfile = text(".devcontainer/Dockerfile");
    let tag = line(&dockerfile, "FROM rust:");
    let (version, _debian) = tag.split_once('-').expect("a version of Rust and one of Debian");
    assert_eq!(
        numbers(version).len(),
        2,
        "a tag such as 1.95-bookworm stays with one Rust and gets its fixes"
    );
    assert!(numbers(version) >= numbers(OLDEST), "{version} is older than {OLDEST}");
}

#[test]
fn the_port_that_is_forwarded_is_the_one_that_is_served() {
    let help = run(&mut book(this_book(), &["serve", "--help"])).stdout;
    let (_, default) = help.split_once("[default: ").expect("a default port");
    let port: u16 = default.split(',').next().and_then(|port| port.parse().ok()).expect("a number");
    assert_eq!(settings()["forwardPorts"], json!([port]));
}
