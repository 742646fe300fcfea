//! Cargo, run under a supervisor, and what it says while it builds.

use std::env;
use std::ffi::OsString;
use std::ops::ControlFlow;
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;
use supervisor::event::Stream;
use supervisor::{Request, Run, RunError, What, run_until};

/// A first build compiles the library and all that it uses, and may download that before.
const LONGEST: Duration = Duration::from_secs(20 * 60);
/// How many bytes of messages are kept: Cargo writes a line for each crate.
const MOST_MESSAGES: usize = 16 << 20;

/// Cargo, with these arguments, in a folder.
pub fn request(folder: &Path, arguments: &[&str]) -> Request {
    let request = Request::new(program()).args(arguments).dir(folder);
    request.untraced().within(LONGEST).output_limit(MOST_MESSAGES)
}

/// Runs Cargo until `stop` can be read from. `on_step` hears what is being done.
///
/// Nothing of the build is left when it is stopped, or when this process is gone.
///
/// # Errors
///
/// When Cargo cannot be run, and [`RunError::Stopped`]. A build that fails is not an error: its [`Run`] says so.
pub fn run(request: Request, stop: BorrowedFd<'_>, on_step: &mut dyn FnMut(String)) -> Result<Run> {
    let mut said = vec![];
    let run = run_until(&request, stop, |event| {
        if let What::Output { stream: Stream::Stderr, bytes } = &event.what {
            last_step(&mut said, bytes).map(&mut *on_step);
        }
        ControlFlow::Continue(())
    });
    match run {
        Err(error @ RunError::Program { .. }) => {
            let program = program();
            let program = program.to_string_lossy();
            Err(error)
                .with_context(|| format!("cannot run {program}: `cargo run -- doctor` says what is missing"))
        }
        run => Ok(run?),
    }
}

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
fn last_step(said: &mut Vec<u8>, more: &[u8]) -> Option<String> {
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
