//! Timelines tell what listings do and print, and go on doing, with and without a tracer and on a busy machine.
//!
//! The tests of the chapters run each listing once, followed by births and ends. Here it runs once or twice more.
//!
//! A program of its own, since it looks after each run whether something is left: of a test that ran beside it and was not
//! at its end, that could not be told.

use std::fs;
use std::path::Path;

use records::catalog::{Catalog, Listing};
use records::check::{Place, request, settle};
use records::promise::Order;
use records::record::{Record, shown};
use records::shape::{Shape, Within};
use records::timeline::{Run, Timeline, What};
use records::{follow, sound};
use supervisor::event::Stream;
use supervisor::load::under_load;
use supervisor::oracle::clean_all;
use supervisor::share;
use supervisor::{Request, run};

/// A record is part of a page.
const LARGEST: usize = 20_000;
/// How often a listing runs in each way with `FULL=1`, so that what happens rarely happens.
const MANY: usize = 5;
/// How many listings run at a time. Most of them wait most of the time, for each other's processes or for a clock.
const AT_A_TIME: usize = 4;

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
    let programs = catalog.listings().filter(|listing| listing.is_program());
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

    /// What is wrong with fresh runs: one traced in detail, and, if it is its turn, one untraced or one that is followed by the
    /// births and ends of its processes, as the test of the listing does, too.
    fn fresh_problems(&self, commit: &str) -> Vec<String> {
        let request = self.request();
        let others = [request.clone().untraced(), request.clone()];
        let turn = share::turn(&self.listing.id(), 3, commit);
        let mut problems = vec![];
        for _ in 0..share::times(1, MANY) {
            problems.extend(self.shape_problems(&request));
            for (other, request) in (0..).zip(&others) {
                if share::full() || other == turn {
                    problems.extend(self.broken(&run(request).expect("a run")));
                }
            }
        }
        problems.into_iter().map(|problem| format!("{}: {problem}", self.listing.id())).collect()
    }

    /// What is wrong with a fresh run that is traced in detail.
    fn shape_problems(&self, request: &Request) -> Vec<String> {
        let within = if self.is_open() { Within::ButCollections } else { Within::Exact };
        let (run, timeline) = follow(request, Some(&self.output), |_, _| {}).expect("a run");
        let timeline = timeline.expect("a timeline of all that was written");
        let mut problems = sound::problems(&timeline);
        for recorded in &self.timeline.runs {
            let same = Shape::of(recorded, within).same_as(&Shape::of(&timeline, within));
            problems.extend(same.err());
        }
        problems.extend(self.broken(&run));
        problems
    }

    /// How a fresh run breaks the promise, if it does.
    fn broken(&self, run: &supervisor::Run) -> Option<String> {
        let fresh = settle(run, &self.output.promise, Some(&self.output));
        let allowed = match run.untraced.is_some() && self.output.names_others() {
            true => self.output.promise.kept_by(&fresh),
            false => self.output.promise.allows(&self.output, &fresh),
        };
        allowed.err().map(|how| format!("{how}\n{fresh}"))
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

/// On a busy machine: each listing once in detail, a third of them once more untraced, another third once more followed. With
/// `FULL=1` all of them in each way, again and again.
#[test]
fn fresh_runs_have_the_recorded_shapes_and_keep_the_promises() {
    let listings = all(this_book());
    assert!(listings.len() > 20, "the book has lost its listings");
    let commit = share::commit(this_book());
    let problems = under_load(|| clean_all(AT_A_TIME, &listings, |listing| listing.fresh_problems(&commit)));
    assert_none(&problems.concat());
}
