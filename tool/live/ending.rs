//! What is said of a run when it is over: its figure, how it ended, and whether it did what its listing promises.

use serde::Serialize;
use supervisor::Run;
use supervisor::catalog::Listing;
use supervisor::machine::machine;
use supervisor::timeline::{self, SCHEMA, Timeline};

use crate::live::act::{CROWD, DEADLINE, MOST_OUTPUT};
use crate::live::stage::MOST_EVENTS;
use crate::render::{ending_in_words, guaranteed};
use crate::run::verdict::{Judge, Verdict};
use crate::timeline::figure::{Place, figure};

/// The last that a page hears of a run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ending {
    /// The figure, as the pages of the book have it; empty if nothing happened.
    figure: String,
    /// Sentences.
    words: Vec<String>,
}

impl Ending {
    /// Of a run whose timeline is `timeline`, of which there were so many events. `run` is `None` where the reader stopped it,
    /// `steered` says that the reader sent signals.
    pub(crate) fn of(
        listing: &Listing,
        timeline: timeline::Run,
        events: usize,
        run: Option<&Run>,
        judge: &Judge,
        steered: bool,
    ) -> Ending {
        let drawn = !timeline.events.is_empty();
        let timeline = Timeline {
            schema: SCHEMA,
            listing: listing.id(),
            machine: machine(),
            runs: vec![timeline],
            seen: None,
        };
        let mut words = match run {
            None => vec!["You stopped it; nothing of it is left.".to_owned()],
            Some(run) => sentences(run, judge, steered),
        };
        if events > MOST_EVENTS {
            words.push(format!("The figure holds its first {MOST_EVENTS} events of {events}."));
        }
        let place = Place { name: "a page that runs it", help: None };
        Ending { figure: if drawn { figure(&timeline, None, place) } else { String::new() }, words }
    }
}

fn sentences(run: &Run, judge: &Judge, steered: bool) -> Vec<String> {
    let mut words = vec![];
    if run.crowded {
        words.push(format!("It had more than {CROWD} processes and threads at once, and all were killed."));
    }
    if run.timed_out {
        let seconds = DEADLINE.as_secs();
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
        words.push(match judge.judge(run) {
            Verdict::Kept => "This run kept the promise.".to_owned(),
            Verdict::Broken(how) => format!("This run broke the promise: {how}."),
            Verdict::Unknown(why, _) => format!("Compared with no promise: {why}."),
        });
    }
    words
}
