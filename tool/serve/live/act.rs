//! A run, from its listing to its end, on a thread of its own.

use std::ffi::OsString;
use std::io::PipeReader;
use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use records::catalog::Listing;
use supervisor::{Run, RunError, What, run_steered};

use crate::figure::timeline::figure::Look;
use crate::run::verdict::Judge;
use crate::serve::live::ending::{Ending, sentences};
use crate::serve::live::limits::{CROWD, MOST_EVENTS, MOST_OUTPUT};
use crate::serve::live::news::News;
use crate::serve::live::paths::Paths;
use crate::serve::live::stage::Stage;
use crate::workspace::program::{self, Builds, Unbuilt};

/// What is to be run.
#[derive(Clone, Debug)]
pub(crate) struct Play {
    pub(crate) root: Arc<Path>,
    pub(crate) listing: Listing,
    /// How much of it is told.
    pub(crate) look: Look,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) builds: Arc<Builds>,
    /// How long it may take.
    pub(crate) within: Duration,
}

/// Runs it to its end, or until the other end of `orders` is closed. Nothing of it is left then.
pub(crate) fn perform(play: &Play, stage: &Stage, orders: PipeReader) {
    let news = match follow(play, stage, orders) {
        Ok(news) => news,
        Err(error) => {
            let paths = Paths::of(&play.root);
            News::Refused(paths.hide(&format!("{} was not run: {error:#}.", play.listing.id())))
        }
    };
    stage.ends(news);
}

fn follow(play: &Play, stage: &Stage, orders: PipeReader) -> Result<News> {
    let Play { root, listing, arguments, builds, within, .. } = play;
    let mut on_step = |step| stage.is_built_by(step);
    let request = match program::request(root, listing, builds, orders.as_fd(), &mut on_step) {
        Err(error) if is_stopped(&error) => {
            return Ok(News::Refused("Stopped while it was being built.".into()));
        }
        Err(error) if error.is::<Unbuilt>() => {
            bail!("it cannot be built. The terminal in which `cargo run` serves the book says why");
        }
        other => other?,
    };
    let request = request.args(arguments).detailed().traced_only().within(*within);
    let request = request.output_limit(MOST_OUTPUT).crowd_limit(CROWD);
    let judge = Judge::new(root, listing, !arguments.is_empty())?;
    let mut untraced = None;
    stage.begins();
    let run = run_steered(&request, orders, |event| {
        // Neither could its processes be counted then, nor shown: it does not begin.
        if let What::Supervised { untraced: Some(why), .. } = &event.what {
            untraced = Some(why.clone());
        }
        stage.take(event);
        ControlFlow::Continue(())
    });
    if let Some(why) = untraced {
        return Ok(News::Refused(refusal(listing, &why)));
    }
    match run {
        Ok(run) => Ok(News::Over(ending(play, stage, &judge, Some(&run)))),
        Err(RunError::Stopped) => Ok(News::Over(ending(play, stage, &judge, None))),
        Err(error) => Err(error.into()),
    }
}

fn ending(play: &Play, stage: &Stage, judge: &Judge, run: Option<&Run>) -> Ending {
    let seen = stage.seen();
    let mut words = match run {
        None => vec!["You stopped it; nothing of it is left.".to_owned()],
        Some(run) => sentences(run, judge, play.within, stage.was_steered()),
    };
    if seen.events > MOST_EVENTS {
        words.push(format!("The figure holds its first {MOST_EVENTS} events of {}.", seen.events));
    } else if !seen.late.is_empty() {
        words.push("No process was seen to write the output that is shown below the figure.".to_owned());
    }
    let paths = Paths::of(&play.root);
    Ending::of(&play.listing, seen, words.iter().map(|sentence| paths.hide(sentence)).collect())
}

fn is_stopped(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(RunError::Stopped))
}

fn refusal(listing: &Listing, why: &str) -> String {
    format!(
        "{id} was not run: this machine does not let one program watch another ({why}), and what cannot be watched is not \
         run from a page. `cargo run -- doctor` says how to fix that. In a terminal: {command}",
        id = listing.id(),
        command = listing.command(),
    )
}
