//! From an id to a program that can be run: as it is, if it is as new as its sources, or built first.

use std::collections::HashMap;
use std::env;
use std::fmt;
use std::io::{Write, stderr};
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use anyhow::{Context, Error, Result, bail};
use records::catalog::{Catalog, Language, Listing};
use records::program;
use supervisor::{End, Request};

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

/// When Cargo said of which listing that it is built.
#[derive(Debug, Default)]
pub struct Builds(Mutex<HashMap<String, SystemTime>>);

impl Builds {
    fn of(&self, listing: &Listing) -> Option<SystemTime> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&listing.id()).copied()
    }

    fn note(&self, listing: &Listing, at: SystemTime) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(listing.id(), at);
    }
}

/// The compiler refused a listing. What it said is on standard error: it is full of paths, so it is for the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbuilt {
    /// The listing's id.
    pub id: String,
    /// How Cargo ended.
    pub end: End,
}

impl fmt::Display for Unbuilt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be built: cargo ended by {}", self.id, self.end)
    }
}

impl std::error::Error for Unbuilt {}

/// How to run a listing. A program in Rust is built first, unless it is as new as its sources; `on_step` hears what is being
/// done then.
///
/// # Errors
///
/// [`Unbuilt`]; a [`supervisor::RunError::Stopped`] when `stop` could be read from; when Cargo cannot be run, there is no Python
/// for a twin, or the listing asks for a timeline that there is not.
pub fn request(
    root: &Path,
    listing: &Listing,
    builds: &Builds,
    stop: BorrowedFd<'_>,
    on_step: &mut dyn FnMut(String),
) -> Result<Request> {
    if listing.refused {
        bail!("`{}` must not compile, so there is nothing to run", listing.id());
    }
    if listing.language() == Language::Python {
        let missing = "there is no python3 on the PATH: `cargo run -- doctor` says how to install it";
        return program::twin(root, listing).context(missing);
    }
    if let Some(built) = program::built(root, listing, &examples(root), builds.of(listing)) {
        return program::example(root, listing, &built).map_err(Error::msg);
    }
    let begun = SystemTime::now();
    let color = if console::colors_enabled_stderr() { "--color=always" } else { "--color=never" };
    let arguments = ["build", "--message-format=json-render-diagnostics", color, "--example", &listing.name];
    on_step(String::new());
    let run = cargo::run(cargo::request(root, &arguments), stop, on_step)?;
    if run.ended() != End::Exit(0) {
        // There may be no terminal.
        let _ = stderr().write_all(&run.stderr);
        return Err(Unbuilt { id: listing.id(), end: run.ended() }.into());
    }
    builds.note(listing, begun);
    let built = cargo::executable_in(&run.stdout, &listing.name);
    let built = built.with_context(|| format!("cargo built nothing for {}", listing.id()))?;
    program::example(root, listing, &built).map_err(Error::msg)
}

/// Where Cargo puts the examples of a workspace. If it was told to put them elsewhere, it is asked each time.
fn examples(root: &Path) -> PathBuf {
    debug(root).join("examples")
}

/// Where Cargo puts the crates of a workspace.
pub fn crates(root: &Path) -> PathBuf {
    debug(root).join("deps")
}

fn debug(root: &Path) -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    root.join(target).join("debug")
}
