//! Cargo, and what it says while it builds.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use serde_json::Value;

/// The Cargo to build with: where this runs under `cargo run`, the same one.
pub fn program() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// What Cargo tells with `--message-format=json…`, a value each; other lines are left out.
pub fn messages(stdout: &[u8]) -> impl Iterator<Item = Value> {
    stdout.split(|&b| b == b'\n').filter_map(|line| serde_json::from_slice(line).ok())
}

/// The path of what Cargo has built for the target of this name, from the messages that it wrote.
pub fn executable_in(stdout: &[u8], target: &str) -> Option<PathBuf> {
    let mut executables = messages(stdout).filter_map(|message: Value| {
        let is_it = message["reason"] == "compiler-artifact" && message["target"]["name"] == target;
        message["executable"].as_str().filter(|_| is_it).map(PathBuf::from)
    });
    executables.next()
}

/// The newest step in what Cargo has said, now that this was added. A line without its end stays until it has one: Cargo writes
/// one line by several calls.
pub(crate) fn last_step(said: &mut Vec<u8>, more: &[u8]) -> Option<String> {
    said.extend(more);
    let ended = said.iter().rposition(|&byte| byte == b'\n')? + 1;
    let lines: Vec<u8> = said.drain(..ended).collect();
    String::from_utf8_lossy(&lines).lines().rev().find_map(step)
}

/// What a line of Cargo says that it does, without the folders that it names. That it waits for its package cache is over in
/// an instant, and nothing says so.
fn step(line: &str) -> Option<String> {
    let line = line.trim_start();
    let (verb, rest) = line.split_once(' ')?;
    match verb {
        "Compiling" => Some(format!("{verb} {}", rest.split(' ').next()?)),
        "Downloading" | "Downloaded" | "Updating" => Some(format!("{verb} crates")),
        "Blocking" if rest.ends_with("directory") => Some("Another build has to end first.".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_comes_in_pieces_is_one_step() {
        let mut said = vec![];
        assert_eq!(last_step(&mut said, b"   Compiling"), None);
        assert_eq!(last_step(&mut said, b" a v0.1.0\n   Compiling").as_deref(), Some("Compiling a"));
        assert_eq!(
            last_step(&mut said, b" b v0.1.0\n   Compiling c v0.1.0\n").as_deref(),
            Some("Compiling c")
        );
        assert_eq!(last_step(&mut said, b"    Finished\n"), None);
        assert_eq!(said, b"");
    }

    #[test]
    fn a_step_names_a_crate_and_no_folder() {
        assert_eq!(
            step("   Compiling multiprocess v0.1.0 (/home/ann/book)").as_deref(),
            Some("Compiling multiprocess")
        );
        let waits = Some("Another build has to end first.");
        assert_eq!(step("    Blocking waiting for file lock on artifact directory").as_deref(), waits);
        assert_eq!(step("    Blocking waiting for file lock on build directory").as_deref(), waits);
        assert_eq!(step("    Blocking waiting for file lock on package cache"), None);
        assert_eq!(step("    Finished `dev` profile in 1 s"), None);
        assert_eq!(step("error: could not compile `x` at /home/ann"), None);
        assert_eq!(step(""), None);
    }
}
