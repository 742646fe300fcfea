//! `book record`: runs listings, and writes down how they ran, in `timelines/<listing>.json` of their crates.
//!
//! What is promised, and what a listing prints, is in its `.snap`, which its test writes. A run that breaks the promise is
//! not recorded. [`choice`] says which of many runs are. [`overhead()`] measures what tracing costs.
//!
//! Where more than one order or end can happen, they are counted in other runs than those that are recorded, without a
//! tracer: a traced process stops again and again, so another one comes first more often than it would.

pub mod choice;
pub mod overhead;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use indicatif::{ProgressBar, ProgressStyle};
use supervisor::catalog::{Catalog, Language, Listing};
use supervisor::machine::machine;
use supervisor::promise::{Order, Promise};
use supervisor::record::Record;
use supervisor::timeline::{SCHEMA, Seen, Timeline};
use supervisor::{Request, Run, follow, run, sound};

use crate::record::choice::{Candidate, choose};
use crate::run::program;
use crate::run::tally::{Tally, order};
use crate::run::verdict::{Judge, Verdict};
use crate::terminal;

/// How many runs are traced of a listing that always does the same, to record the one of middle length.
const ROUNDS: usize = 9;
/// How many runs are traced to find one of each order that is shown.
const TRIES: usize = 300;
/// A record is part of a page.
const LARGEST: usize = 20_000;

/// Measures how much longer these listings take when they are traced, or all of them if there are none.
///
/// # Errors
///
/// Those of [`overhead::measure`].
pub fn overhead(root: &Path, ids: &[String]) -> Result<()> {
    overhead::measure(root, &listings(root, ids)?)
}

/// Records these listings, or all of them if there are none. What is counted is counted in so many runs.
///
/// # Errors
///
/// When a listing cannot be built, run or traced, or breaks its promise.
pub fn record(root: &Path, ids: &[String], times: u32) -> Result<()> {
    for listing in listings(root, ids)? {
        let id = listing.id();
        let recorder = Recorder::new(root, listing).with_context(|| format!("`{id}` is not recorded"))?;
        let timeline = recorder.timeline(times).with_context(|| format!("`{id}` is not recorded"))?;
        let path = root.join(recorder.listing.timeline());
        let text = timeline.to_string();
        fs::create_dir_all(path.parent().expect("a record is in a folder"))?;
        fs::write(&path, &text).with_context(|| format!("cannot write {}", path.display()))?;
        let runs = match timeline.runs.len() {
            1 => "1 run".into(),
            many => format!("{many} runs"),
        };
        terminal::tell(format_args!("recorded {id}: {runs}, {} bytes", text.len()));
    }
    Ok(())
}

/// The programs to record. Twins have no timelines: what Python's interpreter does at its start would hide what its
/// module does.
fn listings(root: &Path, ids: &[String]) -> Result<Vec<Listing>> {
    if ids.is_empty() {
        let catalog = Catalog::read(root)?;
        return Ok(catalog
            .listings()
            .filter(|listing| listing.language() == Language::Rust)
            .cloned()
            .collect());
    }
    let found = ids.iter().map(|id| match program::find(root, id)? {
        twin if twin.language() == Language::Python => {
            bail!("`{}` is a twin in Python, and only programs in Rust have timelines", twin.id())
        }
        listing => Ok(listing),
    });
    found.collect()
}

struct Recorder {
    listing: Listing,
    request: Request,
    judge: Judge,
}

impl Recorder {
    fn new(root: &Path, listing: Listing) -> Result<Recorder> {
        let judge = Judge::new(root, &listing, false)?;
        let Some(recorded) = judge.recorded() else {
            bail!(
                "there is no {}: `INSTA_UPDATE=always cargo test -p {}` makes it",
                listing.record().display(),
                listing.chapter
            );
        };
        let request = program::request(root, &listing)?.as_recorded(recorded);
        Ok(Recorder { request, listing, judge })
    }

    fn recorded(&self) -> &Record {
        self.judge.recorded().expect("it was there when this was made")
    }

    fn timeline(&self, times: u32) -> Result<Timeline> {
        let mut timeline = Timeline {
            schema: SCHEMA,
            listing: self.listing.id(),
            machine: machine(),
            runs: vec![],
            seen: None,
        };
        if is_open(&self.recorded().promise) {
            let seen = self.count(times)?;
            let candidates = self.candidates(TRIES, Some(&seen))?;
            let (runs, seen) = choose(candidates, seen);
            (timeline.runs, timeline.seen) = (runs, Some(seen));
        } else {
            timeline.runs = vec![choice::middle(self.candidates(ROUNDS, None)?).run];
        }
        while timeline.to_string().len() > LARGEST {
            if timeline.runs.len() == 1 {
                bail!(
                    "its timeline has {} bytes, of {LARGEST} that a record may have",
                    timeline.to_string().len()
                );
            }
            choice::drop_last(&mut timeline);
        }
        Ok(timeline)
    }

    /// Runs it, and counts its orders and ends.
    fn count(&self, times: u32) -> Result<Seen> {
        let request = self.judge.counted(&self.request);
        let progress = progress(&format!("counting {}", self.listing.id()), times.into())?;
        let mut tally = Tally::default();
        for _ in 0..times {
            let run = run(&request)?;
            self.kept(&run)?;
            tally.add(&self.judge.settled(&run));
            progress.inc(1);
        }
        progress.finish_and_clear();
        Ok(tally.seen())
    }

    /// So many traced runs, or fewer if every order that was seen has been traced before.
    fn candidates(&self, most: usize, seen: Option<&Seen>) -> Result<Vec<Candidate>> {
        let progress = progress(&format!("tracing {}", self.listing.id()), most as u64)?;
        let mut candidates = vec![];
        while candidates.len() < most && !seen.is_some_and(|seen| choice::has_all(&candidates, seen)) {
            candidates.push(self.candidate()?);
            progress.inc(1);
        }
        progress.finish_and_clear();
        Ok(candidates)
    }

    fn candidate(&self) -> Result<Candidate> {
        let (run, timeline) = follow(&self.request, |_, _| {})?;
        if let Some(why) = run.untraced {
            bail!("it cannot be traced: {why}");
        }
        self.kept(&run)?;
        let timeline = timeline?;
        let problems = sound::problems(&timeline);
        if !problems.is_empty() {
            bail!("the timeline of a run cannot be right:\n{}", problems.join("\n"));
        }
        let settled = self.judge.settled(&run);
        Ok(Candidate { lines: order(&settled), end: settled.ended, run: timeline })
    }

    fn kept(&self, run: &Run) -> Result<()> {
        match self.judge.judge(run) {
            Verdict::Kept => Ok(()),
            Verdict::Broken(how) => bail!("a run broke the promise: {how}\n\n{}", self.judge.settled(run)),
            Verdict::Unknown(why, _) => Err(anyhow!("no promise can be held against a run: {why}")),
        }
    }
}

/// Whether runs may differ.
fn is_open(promise: &Promise) -> bool {
    promise.order != Order::Exact || promise.ends.len() > 1
}

fn progress(what: &str, length: u64) -> Result<ProgressBar> {
    let style = ProgressStyle::with_template("{msg} {bar:40} {pos} of {len} runs")?;
    Ok(ProgressBar::new(length).with_style(style).with_message(what.to_owned()))
}
