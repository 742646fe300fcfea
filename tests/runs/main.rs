//! Timelines tell what listings do and print, and go on doing, with and without a tracer and on a busy machine.
//!
//! A program of its own, since it looks after each run whether something is left: of a test that ran beside it and was not
//! at its end, that could not be told.

use std::env;
use std::fs;
use std::path::Path;

use records::catalog::{Catalog, Language, Listing};
use records::check::{Place, request, settle};
use records::promise::Order;
use records::record::{Record, shown};
use records::shape::{Shape, Within};
use records::timeline::{Run, Timeline, What};
use records::{follow, sound};
use supervisor::event::Stream;
use supervisor::load::under_load;
use supervisor::oracle::clean;
use supervisor::{Request, run};

/// A record is part of a page.
const LARGEST: usize = 20_000;
/// How often a listing runs, in each way, in a test that takes its time and is not told `TIMES`.
const MANY: usize = 50;

/// The root of this book.
fn this_book() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Fails with everything that is wrong, one problem a line.
#[track_caller]
fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// A listing with what is recorded of it.
struct Recorded {
    listing: Listing,
    output: Record,
    timeline: Timeline,
}

fn all(root: &Path) -> Vec<Recorded> {
    let catalog = Catalog::read(root).expect("a catalog");
    let programs = catalog.listings().filter(|listing| listing.language() == Language::Rust);
    let read = |listing: &Listing| Recorded {
        listing: listing.clone(),
        output: Record::read(&root.join(listing.record())).expect("a record"),
        timeline: Timeline::read(&root.join(listing.timeline())).expect("a timeline"),
    };
    programs.map(read).collect()
}

impl Recorded {
    /// What is wrong with the timeline, beside the output that is recorded.
    fn problems(&self) -> Vec<String> {
        let mut problems = vec![];
        let mut complain = |what: String| problems.push(format!("{}: {what}", self.listing.id()));
        if self.timeline.listing != self.listing.id() {
            complain(format!("its timeline says it is of {}", self.timeline.listing));
        }
        let length = fs::metadata(this_book().join(self.listing.timeline())).expect("a file").len();
        if length > LARGEST as u64 {
            complain(format!("its timeline has {length} bytes"));
        }
        for run in &self.timeline.runs {
            sound::problems(run).into_iter().for_each(&mut complain);
            // A page shows output with what is hidden made visible, and so does a timeline.
            let visible = |output: &[u8]| lines(&shown(output)).into_bytes();
            let recorded = Record {
                stdout: visible(&self.output.stdout),
                stderr: visible(&self.output.stderr),
                ..self.output.clone()
            };
            let written = Record {
                stdout: written(run, Stream::Stdout).into_bytes(),
                stderr: written(run, Stream::Stderr).into_bytes(),
                ..recorded.clone()
            };
            if let Err(how) = self.output.promise.allows(&recorded, &written) {
                complain(format!("a run of its timeline breaks the promise: {how}"));
            }
        }
        for order in self.timeline.seen.iter().flat_map(|seen| &seen.orders) {
            let of = |run: &Run| written(run, Stream::Stdout) + &written(run, Stream::Stderr);
            if order.run.is_some_and(|run| of(&self.timeline.runs[run]) != lines(&order.lines)) {
                complain(format!("run {:?} has not the order that it is to show", order.run));
            }
        }
        if self.is_open() != self.timeline.seen.is_some() {
            complain("orders are counted where more than one can happen, and nowhere else".into());
        }
        problems
    }

    fn is_open(&self) -> bool {
        self.output.promise.order != Order::Exact || self.output.promise.ends.len() > 1
    }

    fn request(&self) -> Request {
        let place = Place::of_chapter(this_book(), &self.listing.chapter);
        let request = request(&place, &self.listing).expect("a program in Rust can be run");
        self.output.again(request)
    }

    /// What is wrong with a fresh run, traced in detail.
    fn fresh_problems(&self) -> Vec<String> {
        let within = if self.is_open() { Within::ButCollections } else { Within::Exact };
        let (_, run) = clean(|| follow(&self.request(), Some(&self.output), |_, _| {})).expect("a run");
        let run = run.expect("a timeline of all that was written");
        let mut problems = sound::problems(&run);
        for recorded in &self.timeline.runs {
            let same = Shape::of(recorded, within).same_as(&Shape::of(&run, within));
            problems.extend(same.err());
        }
        problems.into_iter().map(|problem| format!("{}: {problem}", self.listing.id())).collect()
    }

    /// How a fresh run breaks the promise, if it does.
    fn broken(&self, request: &Request) -> Option<String> {
        let run = clean(|| run(request)).expect("a run");
        let fresh = settle(&run, &self.output.promise, Some(&self.output));
        let allowed = match run.untraced.is_some() && self.output.names_others() {
            true => self.output.promise.kept_by(&fresh),
            false => self.output.promise.allows(&self.output, &fresh),
        };
        allowed.err().map(|how| format!("{}: {how}\n{fresh}", self.listing.id()))
    }
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn written(run: &Run, stream: Stream) -> String {
    let texts = run.events.iter().filter_map(|event| match &event.what {
        What::Write { to, text } if *to == stream => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn timelines_tell_what_the_output_shows() {
    let problems: Vec<String> = all(this_book()).iter().flat_map(Recorded::problems).collect();
    assert_none(&problems);
}

#[test]
fn fresh_runs_have_the_shapes_that_are_recorded() {
    let listings = all(this_book());
    assert!(listings.len() > 20, "the book has lost its listings");
    let problems = under_load(|| listings.iter().flat_map(Recorded::fresh_problems).collect::<Vec<_>>());
    assert_none(&problems);
}

/// Runs every listing so often in each way to follow a run.
fn keep_promises(times: usize) {
    let listings = all(this_book());
    let mut problems = vec![];
    for listing in &listings {
        let request = listing.request();
        for request in [request.clone().untraced(), request.clone(), request.detailed()] {
            problems.extend((0..times).filter_map(|_| listing.broken(&request)));
        }
    }
    assert_none(&problems);
}

#[test]
fn promises_are_kept_with_and_without_a_tracer() {
    under_load(|| keep_promises(1));
}

/// The same, so often that what happens rarely happens.
#[test]
#[ignore = "takes an hour, or as long as the variable TIMES says"]
fn promises_are_kept_many_times_with_and_without_a_tracer() {
    let times = env::var("TIMES").ok().map(|times| times.parse().expect("TIMES is a number"));
    under_load(|| keep_promises(times.unwrap_or(MANY)));
}
