//! Records how a program ran, in `records/<listing>.json` of its crate.
//!
//! A run that breaks the promise is not recorded. [`choice`] says which of many runs are.
//!
//! Where more than one order or end can happen, they are counted in other runs than those that are recorded, without a
//! tracer: a traced process stops again and again, so another one comes first more often than it would.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use indicatif::{ProgressBar, ProgressStyle};
use records::catalog::Listing;
use records::machine::machine;
use records::promise::{Order, Promise};
use records::record::Record;
use records::timeline::{SCHEMA, Seen, Timeline};
use records::{follow, sound};
use supervisor::{Request, Run, run};

use crate::author::choice::{self, Candidate, choose};
use crate::run::built;
use crate::run::tally::{Tally, order};
use crate::run::verdict::{Judge, Verdict};
use crate::terminal::{self, stop::Stop};

/// How many runs are traced of a listing that always does the same, to record the one of middle length.
const ROUNDS: usize = 9;
/// How many runs are traced to find one of each order that is shown.
const TRIES: usize = 300;
/// A record is part of a page.
const LARGEST: usize = 20_000;

/// Runs a program, and writes its timeline. What is counted is counted in so many runs.
///
/// # Errors
///
/// When it cannot be built, run or traced, or breaks its promise.
pub fn record(root: &Path, listing: &Listing, times: u32, stop: &Stop) -> Result<()> {
    let recorder = Recorder::new(root, listing.clone(), stop)?;
    let timeline = recorder.timeline(times)?;
    let path = root.join(listing.timeline());
    let text = timeline.to_string();
    fs::create_dir_all(path.parent().expect("a record is in a folder"))?;
    fs::write(&path, &text).with_context(|| format!("cannot write {}", path.display()))?;
    let runs = match timeline.runs.len() {
        1 => "1 run".into(),
        many => format!("{many} runs"),
    };
    terminal::tell(format_args!("recorded how {} runs: {runs}, {} bytes", listing.id(), text.len()));
    Ok(())
}

struct Recorder {
    listing: Listing,
    request: Request,
    judge: Judge,
}

impl Recorder {
    fn new(root: &Path, listing: Listing, stop: &Stop) -> Result<Recorder> {
        let judge = Judge::new(root, &listing, false)?;
        let Some(recorded) = judge.recorded() else {
            bail!(
                "there is no {}: `cargo run -- record {}` makes it",
                listing.record().display(),
                listing.id()
            );
        };
        let request = recorded.again(built(root, &listing, stop)?);
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
        let (run, timeline) = follow(&self.request, Some(self.recorded()), |_, _| {})?;
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
