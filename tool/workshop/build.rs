//! Has Cargo build the program for an exercise.

use std::ops::ControlFlow;
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use supervisor::event::Stream;
use supervisor::{End, Request, Run, RunError, What, run_until};

use crate::workspace::cargo;

/// A first build compiles the library and all that it stands on, or downloads that before.
const LONGEST: Duration = Duration::from_secs(20 * 60);
const MOST_MESSAGES: usize = 16 << 20;

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
/// When Cargo cannot be run, and [`RunError::Stopped`].
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
    let program = cargo::program();
    let missing =
        || format!("cannot run {}: `cargo run -- doctor` says what is missing", program.to_string_lossy());
    let request = Request::new(&program).args(["build", "--message-format=json-diagnostic-rendered-ansi"]);
    let request = request.args(["--color=never", "--bin", name]).args(more).dir(folder);
    let request = request.untraced().within(LONGEST).output_limit(MOST_MESSAGES);
    let mut said = Vec::new();
    let run = run_until(&request, stop, |event| {
        if let What::Output { stream: Stream::Stderr, bytes } = &event.what {
            cargo::last_step(&mut said, bytes).map(&mut *on_step);
        }
        ControlFlow::Continue(())
    });
    match run {
        Err(error @ RunError::Program { .. }) => Err(error).with_context(missing),
        run => Ok(run?),
    }
}

/// Whether the compiler had something against it, and not Cargo.
fn is_the_programs_fault(run: &Run) -> bool {
    cargo::messages(&run.stdout)
        .any(|message| message["reason"] == "compiler-message" && message["message"]["level"] == "error")
}

fn result(run: &Run, name: &str) -> Result<Built> {
    // What the compiler warns of in other packages is for others to mend; an error there is one here.
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
