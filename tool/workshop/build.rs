//! Has Cargo build the program for an exercise.

use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use supervisor::{End, Run};

use crate::workspace::cargo;

/// What came of it.
#[derive(Clone, Debug)]
pub enum Built {
    /// The program, and what the compiler warns of.
    Program(PathBuf, String),
    /// The compiler refused it, and what it said.
    Refused(String),
    /// Cargo did not come to the program, and what it said.
    Unbuilt(String),
}

/// Builds the program `name` of the package in `folder`, until `stop` can be read from.
///
/// Cargo runs under a supervisor: when this is stopped, or its process is gone, nothing of the build is left.
///
/// # Errors
///
/// When Cargo cannot be run, and [`supervisor::RunError::Stopped`].
pub fn build(
    folder: &Path,
    name: &str,
    stop: BorrowedFd<'_>,
    on_step: &mut dyn FnMut(String),
) -> Result<Built> {
    // What was downloaded for the book is enough, unless the participant added something. Without `--offline` a Cargo that
    // has no network would try for minutes.
    let built = run(folder, name, &["--offline"], stop, on_step)?;
    if built.ended() == End::Exit(0) || is_the_programs_fault(&built) {
        return result(&built, name);
    }
    let tried = run(folder, name, &[], stop, on_step)?;
    if tried.ended() == End::Exit(0) || is_the_programs_fault(&tried) {
        return result(&tried, name);
    }
    Ok(Built::Unbuilt(String::from_utf8_lossy(&tried.stderr).into_owned()))
}

/// Whether Cargo says that it needed a network, and had none.
pub fn wants_network(said: &str) -> bool {
    ["failed to download", "download of", "network failure", "--offline"]
        .iter()
        .any(|part| said.contains(part))
}

fn run(
    folder: &Path,
    name: &str,
    more: &[&str],
    stop: BorrowedFd<'_>,
    on_step: &mut dyn FnMut(String),
) -> Result<Run> {
    let arguments =
        ["build", "--message-format=json-diagnostic-rendered-ansi", "--color=never", "--bin", name];
    cargo::run(cargo::request(folder, &[&arguments, more].concat()), stop, on_step)
}

/// Whether the compiler had something against it, and not Cargo.
fn is_the_programs_fault(run: &Run) -> bool {
    cargo::messages(&run.stdout)
        .any(|message| message["reason"] == "compiler-message" && message["message"]["level"] == "error")
}

fn result(run: &Run, name: &str) -> Result<Built> {
    // A warning in another package is for its authors to fix. An error there is an error here.
    let rendered = cargo::messages(&run.stdout).filter_map(|message| {
        let is_of_it = message["target"]["name"] == name || message["message"]["level"] == "error";
        message["message"]["rendered"].as_str().filter(|_| is_of_it).map(str::to_owned)
    });
    let said: String = rendered.collect();
    if run.ended() != End::Exit(0) {
        return Ok(Built::Refused(said));
    }
    let program = cargo::executable_in(&run.stdout, name).context("Cargo built nothing")?;
    Ok(Built::Program(program, said))
}
