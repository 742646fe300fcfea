//! A run beside the promise of its listing.

use std::path::Path;

use anyhow::Result;
use records::catalog::Listing;
use records::check::settle;
use records::promise::{Order, Promise};
use records::record::Record;
use supervisor::{End, Request, Run};

use crate::terminal::ink::Ink;
use crate::text::words;

/// Judges the runs of one listing.
pub struct Judge {
    /// Or why there is none to compare with.
    recorded: Result<Record, &'static str>,
}

/// What a run showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It did what is promised.
    Kept,
    /// It did not, in this way.
    Broken(String),
    /// Nothing is promised, for this reason; and how it ended.
    Unknown(&'static str, End),
}

impl Judge {
    /// Reads the listing's record. A listing that is given arguments is another program than the one that was recorded.
    ///
    /// # Errors
    ///
    /// When there is a record, but it cannot be read.
    pub fn new(root: &Path, listing: &Listing, has_arguments: bool) -> Result<Judge> {
        let path = root.join(listing.record());
        let recorded = match (has_arguments, path.is_file()) {
            (true, _) => Err("it was given arguments"),
            (false, false) => Err("it has no record"),
            (false, true) => Ok(Record::read(&path)?),
        };
        Ok(Judge { recorded })
    }

    /// What is promised.
    pub fn recorded(&self) -> Option<&Record> {
        self.recorded.as_ref().ok()
    }

    /// How to run it when orders and ends are counted: without a tracer, if the output can be compared then. A traced
    /// process stops at its start and at its end, so another one comes first more often than it would.
    pub fn counted(&self, request: &Request) -> Request {
        match self.recorded() {
            Some(recorded) if !recorded.names_others() => request.clone().untraced(),
            _ => request.clone(),
        }
    }

    /// The run as a record, with pids replaced as in the listing's own.
    pub fn settled(&self, run: &Run) -> Record {
        let nothing =
            Promise { order: Order::Any { before: vec![] }, ends: vec![run.ended()], not_guaranteed: None };
        let promise = self.recorded().map_or(nothing, |recorded| recorded.promise.clone());
        settle(run, &promise, self.recorded())
    }

    /// Whether the run did what is promised.
    pub fn judge(&self, run: &Run) -> Verdict {
        let recorded = match &self.recorded {
            Ok(recorded) => recorded,
            Err(why) => return Verdict::Unknown(why, run.ended()),
        };
        match recorded.promise.allows(recorded, &self.settled(run)) {
            Ok(()) => Verdict::Kept,
            // Pids of other processes than main stand in its output as they were.
            Err(_) if run.untraced.is_some() && recorded.names_others() => {
                Verdict::Unknown("it was not traced", run.ended())
            }
            Err(how) => Verdict::Broken(how),
        }
    }

    /// The verdict, as a sentence.
    pub fn said(&self, verdict: &Verdict) -> String {
        let guaranteed = self.recorded().is_none_or(|recorded| recorded.promise.not_guaranteed.is_none());
        match verdict {
            Verdict::Kept if guaranteed => "This run kept the promise.".to_owned(),
            Verdict::Kept => "This run did the same.".to_owned(),
            Verdict::Broken(how) if guaranteed => format!("This run broke the promise: {how}."),
            Verdict::Broken(how) => format!("This run did otherwise, which is possible: {how}."),
            Verdict::Unknown(why, _) => format!("Compared with no promise: {why}."),
        }
    }

    /// What is promised, how the run ended, and what that comes to: lines of text, each with what it is.
    pub fn sentences(&self, run: &Run, verdict: &Verdict) -> Vec<(Ink, String)> {
        let plain = |text: String| (Ink::Plain, text);
        let ending = words::ending_in_words(&self.settled(run));
        let promise = self.recorded().map(|recorded| format!("{} {ending}", words::guaranteed(recorded)));
        match (verdict, promise) {
            (Verdict::Kept, Some(promise)) => vec![plain(promise), (Ink::Good, self.said(verdict))],
            (Verdict::Broken(_), Some(promise)) => {
                let record = self.recorded().map(Record::to_string).unwrap_or_default();
                let mut lines = vec![plain(promise), (Ink::Bad, self.said(verdict))];
                lines.push(plain("The record:".to_owned()));
                lines.extend(record.lines().map(|line| plain(line.to_owned())));
                lines
            }
            (Verdict::Unknown(..), _) => vec![plain(format!("{ending} {}", self.said(verdict)))],
            (Verdict::Kept | Verdict::Broken(_), None) => vec![plain(ending)],
        }
    }
}

impl Verdict {
    /// Whether nothing is wrong with the run.
    pub fn is_good(&self) -> bool {
        matches!(self, Verdict::Kept | Verdict::Unknown(_, End::Exit(0)))
    }
}
