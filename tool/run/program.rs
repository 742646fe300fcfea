//! From an id to a program that can be run.

use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use records::catalog::{Catalog, Language, Listing};
use records::program;
use supervisor::Request;

use crate::text::nearest::nearest;
use crate::workspace::cargo;

/// The listing with this id. The name alone does as well, since no two listings have the same.
///
/// # Errors
///
/// When there is none; the error names the nearest that there is.
pub fn find(root: &Path, id: &str) -> Result<Listing> {
    let catalog = Catalog::read(root)?;
    if let Some(listing) = catalog.listings().find(|listing| listing.id() == id || listing.name == id) {
        return Ok(listing.clone());
    }
    let candidates: Vec<String> = match id.contains('/') {
        true => catalog.listings().map(Listing::id).collect(),
        false => catalog.listings().map(|listing| listing.name.clone()).collect(),
    };
    match nearest(id, candidates.iter().map(String::as_str)) {
        Some(near) => bail!("there is no listing `{id}`; the nearest is `{near}`"),
        None => bail!("there is no listing `{id}`: the book has none"),
    }
}

/// How to run it. A Rust program is built first, unless it is as new as its sources.
///
/// # Errors
///
/// When it cannot be built, or there is no Python for a twin.
pub fn request(root: &Path, listing: &Listing) -> Result<Request> {
    match listing.language() {
        Language::Rust => Ok(program::example(root, &build(root, listing)?)),
        Language::Python => {
            let missing = "there is no python3 on the PATH: `cargo run -- doctor` says how to install it";
            program::twin(root, listing).context(missing)
        }
    }
}

/// Has Cargo build the example, and gives the path of what it built.
fn build(root: &Path, listing: &Listing) -> Result<PathBuf> {
    let cargo = cargo::program();
    let color = if console::colors_enabled_stderr() { "always" } else { "never" };
    let mut command = Command::new(&cargo);
    command.args(["build", "--quiet", "--message-format=json-render-diagnostics", "--color", color]);
    command.args(["--example", &listing.name]).current_dir(root).stdin(Stdio::null());

    let progress = ProgressBar::new_spinner().with_message(format!("building {}", listing.id()));
    progress.enable_steady_tick(Duration::from_millis(100));
    let built = command.output();
    progress.finish_and_clear();

    let missing =
        || format!("cannot run {}: `cargo run -- doctor` says what is missing", cargo.to_string_lossy());
    let built = built.with_context(missing)?;
    stderr().write_all(&built.stderr)?;
    if !built.status.success() {
        bail!("{} cannot be built: cargo ended with {}", listing.id(), built.status);
    }
    let executable = cargo::executable_in(&built.stdout, &listing.name);
    executable.with_context(|| format!("cargo built nothing for {}", listing.id()))
}
