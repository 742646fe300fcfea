//! `book run`: a listing, seen running.
//!
//! - [`live`]: one run, shown while it goes on. [`drawing`] makes lines of text of it; [`lanes`] and [`words`] are
//!   its parts.
//! - [`verdict`]: whether a run did what its listing promises.
//! - [`refused`]: what the compiler says of a listing that must not compile.
//! - [`tally`], [`orders`]: many runs, counted, and shown beside the promise.
//!
//! The exit code is 0 if every run kept the promise, whatever the listing's own exit code is: one that promises to be
//! killed is well when it is. Where nothing is promised, the listing has to end with exit code 0. 1 is for everything else,
//! 130 for a run that was stopped from outside.

pub mod drawing;
pub mod lanes;
pub mod live;
pub mod orders;
pub mod refused;
#[cfg(test)]
pub(crate) mod samples;
pub mod tally;
pub mod verdict;
pub mod words;

use std::ffi::OsString;
use std::io::{StdoutLock, stdout};
use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use indicatif::{ProgressBar, ProgressStyle};
use records::catalog::Listing;
use records::machine::machine;
use records::timeline::{self, SCHEMA, Seen, Timeline};
use supervisor::{Request, RunError, run_until};

use crate::run::drawing::Drawing;
use crate::run::live::Show;
use crate::run::orders::Counted;
use crate::run::tally::{Tally, order};
use crate::run::verdict::{Judge, Verdict};
use crate::terminal;
use crate::terminal::ink::Span;
use crate::terminal::stop::Stop;
use crate::terminal::wrap::wrap;
use crate::workspace::program::{self, Builds};

/// What to run, and what to say of it.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which listing.
    pub id: String,
    /// How often, if the orders and ends of many runs are to be counted.
    pub times: Option<u32>,
    /// The timeline as JSON, in place of text.
    pub json: bool,
    /// How long one run may take.
    pub within: Duration,
    /// For the listing.
    pub arguments: Vec<OsString>,
}

/// Runs a listing, once or many times, and shows what it does.
///
/// # Errors
///
/// When there is no such listing, it cannot be built or run, or there is no timeline to give as JSON.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode> {
    let listing = program::find(root, &options.id)?;
    let stop = Stop::new()?;
    match watched(root, listing, options, &stop) {
        Ok(true) => Ok(ExitCode::SUCCESS),
        Ok(false) => Ok(ExitCode::FAILURE),
        Err(error) if matches!(error.downcast_ref(), Some(RunError::Stopped)) => {
            if stop.was_asked_for() {
                terminal::tell("stopped: nothing of the run is left");
                return Ok(ExitCode::from(130));
            }
            // Nobody reads on.
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error),
    }
}

/// Builds a listing where that is needed, and runs it. Gives whether all was well.
fn watched(root: &Path, listing: Listing, options: &Options, stop: &Stop) -> Result<bool> {
    if listing.refused {
        if options.times.is_some() || options.json || !options.arguments.is_empty() {
            bail!("`{}` must not compile, so it cannot be counted, drawn or given arguments", listing.id());
        }
        return refused::compile(root, &listing, stop);
    }
    let request = built(root, &listing, stop)?.args(&options.arguments).within(options.within);
    let judge = Judge::new(root, &listing, !options.arguments.is_empty())?;
    let session = Session { listing, request, judge, stop, json: options.json };
    match options.times {
        None => session.once(),
        Some(times) => session.many(times),
    }
}

/// How to run a listing, which is built first if it has to be. A terminal sees the steps of the build.
///
/// # Errors
///
/// Those of [`program::request`].
pub fn built(root: &Path, listing: &Listing, stop: &Stop) -> Result<Request> {
    let progress = ProgressBar::new_spinner();
    let request = program::request(root, listing, &Builds::default(), stop.as_fd(), &mut |step| {
        progress.enable_steady_tick(Duration::from_millis(100));
        progress.set_message(format!("building {}: {step}", listing.id()).trim_end_matches(": ").to_owned());
    });
    progress.finish_and_clear();
    request
}

struct Session<'a> {
    listing: Listing,
    request: Request,
    judge: Judge,
    stop: &'a Stop,
    json: bool,
}

impl Session<'_> {
    /// Runs it once. Gives whether all was well.
    fn once(&self) -> Result<bool> {
        let (width, colored) = (terminal::width(), terminal::has_colors());
        let to = (!self.json).then(|| (stdout().lock(), Drawing::new(width, colored)));
        let seen = Show { to, stop: self.stop }.run(self.request.clone())?;
        let verdict = self.judge.judge(&seen.run);
        if self.json {
            let timeline = seen.timeline.map_err(|why| anyhow!("there is no timeline: {why}"))?;
            terminal::print(&self.timeline(vec![timeline], None).to_string())?;
            return Ok(verdict.is_good());
        }
        if let (Err(why), None) = (&seen.timeline, &seen.run.untraced) {
            terminal::tell(format_args!("the timeline is not complete: {why}"));
        }
        let width = width.unwrap_or(usize::MAX);
        let sentences = self.judge.sentences(&seen.run, &verdict).into_iter();
        let lines = sentences.flat_map(|(ink, words)| wrap(&[Span::new(ink, words)], width, width));
        let text: String = lines.map(|line| terminal::ink::line(&line, colored) + "\n").collect();
        terminal::print(&format!("\n{text}"))?;
        Ok(verdict.is_good())
    }

    /// Runs it many times and counts. Gives whether all was well.
    fn many(&self, times: u32) -> Result<bool> {
        let style = ProgressStyle::with_template("{bar:40} {pos} of {len} runs, {eta} left")?;
        let progress = ProgressBar::new(times.into()).with_style(style);
        let counted = self.count(times, &progress);
        progress.finish_and_clear();
        let (tally, kept, good) = counted?;
        let mut seen = tally.seen();
        if self.json {
            let timeline = self.shown_run(&mut seen)?;
            terminal::print(&self.timeline(vec![timeline], Some(seen)).to_string())?;
        } else {
            let counted = Counted { seen: &seen, recorded: self.judge.recorded(), kept };
            terminal::print(&counted.table(terminal::width(), terminal::has_colors()))?;
        }
        Ok(good)
    }

    /// The runs, how many kept the promise, and whether all was well with all of them.
    fn count(&self, times: u32, progress: &ProgressBar) -> Result<(Tally, u32, bool)> {
        let (mut tally, mut kept, mut good) = (Tally::default(), 0, true);
        let request = self.judge.counted(&self.request);
        for _ in 0..times {
            let run = run_until(&request, self.stop.as_fd(), |_| ControlFlow::Continue(()))?;
            let verdict = self.judge.judge(&run);
            kept += u32::from(verdict == Verdict::Kept);
            good &= verdict.is_good();
            tally.add(&self.judge.settled(&run));
            progress.inc(1);
        }
        Ok((tally, kept, good))
    }

    /// One more run, not counted, which shows the order that it had.
    fn shown_run(&self, seen: &mut Seen) -> Result<timeline::Run> {
        let shown = Show::<StdoutLock<'_>> { to: None, stop: self.stop }.run(self.request.clone())?;
        let lines = order(&self.judge.settled(&shown.run));
        let same = seen.orders.iter_mut().find(|order| order.lines == lines);
        if let Some(order) = same {
            order.run = Some(0);
        }
        shown.timeline.map_err(|why| anyhow!("there is no timeline: {why}"))
    }

    fn timeline(&self, runs: Vec<timeline::Run>, seen: Option<Seen>) -> Timeline {
        Timeline { schema: SCHEMA, listing: self.listing.id(), machine: machine(), runs, seen }
    }
}
