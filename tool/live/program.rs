//! From a listing to a program that can be run: as it is, if it is as new as its sources, or built first.

use std::collections::HashMap;
use std::env;
use std::io::{PipeReader, Write, stderr};
use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};
use records::catalog::{Language, Listing};
use records::program;
use supervisor::event::Stream;
use supervisor::{End, Request, Run, What, run_until};

use crate::workspace::cargo::{self, executable_in, last_step};

/// A first build compiles the library and all that it stands on.
const LONGEST_BUILD: Duration = Duration::from_secs(20 * 60);
/// One line of it for each crate.
const MOST_MESSAGES: usize = 16 << 20;

/// When Cargo said of which listing that it is built.
#[derive(Debug, Default)]
pub(crate) struct Builds(Mutex<HashMap<String, SystemTime>>);

impl Builds {
    fn of(&self, listing: &Listing) -> Option<SystemTime> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&listing.id()).copied()
    }

    fn note(&self, listing: &Listing, at: SystemTime) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(listing.id(), at);
    }
}

/// How to run the listing. Calls `on_step` with what is being done, where it has to be built.
///
/// # Errors
///
/// When it cannot be built, or there is no Python for a twin; a [`supervisor::RunError::Stopped`] when `stop` was closed.
pub(crate) fn request(
    root: &Path,
    listing: &Listing,
    builds: &Builds,
    stop: &PipeReader,
    on_step: impl FnMut(String),
) -> Result<Request> {
    match listing.language() {
        Language::Python => {
            let missing = "there is no python3 on the PATH: `cargo run -- doctor` says how to install it";
            program::twin(root, listing).context(missing)
        }
        Language::Rust => {
            let built = match program::built(root, listing, &examples(root), builds.of(listing)) {
                Some(built) => built,
                None => {
                    let begun = SystemTime::now();
                    let built = build(root, listing, stop, on_step)?;
                    builds.note(listing, begun);
                    built
                }
            };
            Ok(program::example(root, &built))
        }
    }
}

/// Where Cargo puts the examples of a workspace. If it was told to put them elsewhere, it is asked each time.
fn examples(root: &Path) -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    root.join(target).join("debug/examples")
}

/// Cargo runs under a supervisor too: nothing of a build is left when the page or this server is gone.
fn build(
    root: &Path,
    listing: &Listing,
    stop: &PipeReader,
    mut on_step: impl FnMut(String),
) -> Result<PathBuf> {
    let arguments =
        ["build", "--message-format=json-render-diagnostics", "--color=never", "--example", &listing.name];
    let request = Request::new(cargo::program()).args(arguments).dir(root);
    let request = request.untraced().within(LONGEST_BUILD).output_limit(MOST_MESSAGES);
    on_step(String::new());
    let mut said = Vec::new();
    let built = run_until(&request, stop.as_fd(), |event| {
        if let What::Output { stream: Stream::Stderr, bytes } = &event.what {
            last_step(&mut said, bytes).map(&mut on_step);
        }
        ControlFlow::Continue(())
    })?;
    if built.ended() != End::Exit(0) {
        tell(&built);
        bail!("it cannot be built. The terminal in which `cargo run` serves the book says why");
    }
    executable_in(&built.stdout, &listing.name).context("Cargo built nothing")
}

/// What the compiler says is for the terminal: it is full of paths.
fn tell(built: &Run) {
    // Without a terminal there is nobody to tell.
    let _ = stderr().write_all(&built.stderr);
}
