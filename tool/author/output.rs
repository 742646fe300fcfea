//! Records what a listing prints, in `records/<listing>.snap` of its crate.
//!
//! The promise is in the listing's test, so the test writes the record: it runs here, and insta is told to accept what it
//! finds. A run that breaks its promise is refused all the same.

use std::io::{Write, stderr};
use std::os::fd::AsFd;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};
use indicatif::ProgressBar;
use records::catalog::Listing;
use supervisor::End;

use crate::terminal::stop::Stop;
use crate::workspace::cargo;

/// Has the tests of these listings record what those print; of all listings, if there are none.
///
/// # Errors
///
/// When a program or its test does not compile, or a run breaks its promise.
pub fn record(root: &Path, listings: &[Listing], stop: &Stop) -> Result<()> {
    let progress = ProgressBar::new_spinner().with_message("recording outputs");
    progress.enable_steady_tick(Duration::from_millis(100));
    let mut on_step = |step: String| progress.set_message(step);
    let mut run = |arguments: &[&str]| {
        let request =
            cargo::request(root, arguments).env("INSTA_UPDATE", "always").env("INSTA_OUTPUT", "none");
        cargo::run(request, stop.as_fd(), &mut on_step)
    };
    // A test run does not build the examples that it is about.
    let built = match listings {
        [] => run(&["build", "--examples"])?,
        some => {
            let names = some.iter().filter(|listing| listing.is_program());
            let examples = names.flat_map(|listing| ["--example", &listing.name]);
            run(&[&["build"][..], &examples.collect::<Vec<_>>()].concat())?
        }
    };
    let tests = listings.iter().map(test).collect::<Vec<_>>();
    let exact = if tests.is_empty() { vec![] } else { vec!["--exact"] };
    let tests: Vec<&str> = tests.iter().map(String::as_str).collect();
    let arguments = [&["test", "--no-fail-fast", "--test", "snapshots", "--"][..], &exact, &tests].concat();
    let done = if built.ended() == End::Exit(0) { run(&arguments)? } else { built };
    progress.finish_and_clear();
    if done.ended() != End::Exit(0) {
        // There may be no terminal.
        let _ = stderr().write_all(&done.stderr).and_then(|()| stderr().write_all(&done.stdout));
        bail!("the outputs are not recorded: cargo ended by {}", done.ended());
    }
    if let Some(listing) = listings.iter().find(|listing| !root.join(listing.record()).is_file()) {
        bail!(
            "`{}` has no record: no test in chapters-code/{}/tests/snapshots.rs is named `{}`",
            listing.id(),
            listing.chapter,
            test(listing)
        );
    }
    Ok(())
}

/// The test of a listing: it has the same name.
pub(crate) fn test(listing: &Listing) -> String {
    match listing.name.strip_suffix(".py") {
        Some(twin) => format!("{twin}_in_python"),
        None => listing.name.clone(),
    }
}
