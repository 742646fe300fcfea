//! What is said of a run when it is over: its figure, how it ended, and whether it did what its listing promises.

use std::time::Duration;

use records::catalog::Listing;
use records::machine::machine;
use records::timeline::{SCHEMA, Timeline};
use serde::Serialize;
use supervisor::Run;

use crate::figure::timeline::figure::alone;
use crate::run::verdict::Judge;
use crate::serve::live::limits::{CROWD, MOST_OUTPUT};
use crate::serve::live::seen::Seen;
use crate::text::words::{ending_in_words, guaranteed};

/// The last that a page hears of a run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ending {
    /// The figure, as the pages of the book have it; empty if nothing happened.
    figure: String,
    /// The output that comes after the last event of the figure.
    late: String,
    /// Sentences.
    words: Vec<String>,
}

impl Ending {
    /// Of a run of this listing.
    pub(crate) fn of(listing: &Listing, seen: Seen, words: Vec<String>) -> Ending {
        let Seen { run, look, late, .. } = seen;
        if run.events.is_empty() {
            return Ending { figure: String::new(), late, words };
        }
        let (listing, machine) = (listing.id(), machine());
        let timeline = Timeline { schema: SCHEMA, listing, machine, runs: vec![run], seen: None };
        Ending { figure: alone(&timeline, look, None, "a page that runs it"), late, words }
    }
}

/// How a run ended that nobody stopped. `steered` says that the reader sent signals.
pub(crate) fn sentences(run: &Run, judge: &Judge, within: Duration, steered: bool) -> Vec<String> {
    let mut words = vec![];
    if run.crowded {
        words.push(format!(
            "It had more than {CROWD} processes and threads at once, or started ten times as many, and all were killed."
        ));
    }
    if run.timed_out {
        let seconds = within.as_secs_f64();
        words.push(format!("It was still running after {seconds} seconds, and what was left was killed."));
    }
    if !run.truncated.is_empty() {
        let kibibytes = MOST_OUTPUT >> 10;
        words.push(format!("It wrote more than {kibibytes} KiB; the rest is not shown."));
    }
    if words.is_empty() {
        words.push(ending_in_words(&judge.settled(run)));
    }
    if steered {
        words.push("You have sent a signal, so it is compared with no promise.".to_owned());
    } else if run.truncated.is_empty() && !run.crowded {
        if let Some(recorded) = judge.recorded() {
            words.push(guaranteed(recorded));
        }
        words.push(judge.said(&judge.judge(run)));
    }
    words
}
