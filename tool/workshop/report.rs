//! What is said of a check: what the program did, beside what a good one does, and what to look at next.

use std::io::ErrorKind;
use std::path::Path;

use records::record::shown;
use records::timeline::{self, Timeline};
use supervisor::End;
use supervisor::event::Stream;
use workshop::{Exercise, Failure, Seen, Trouble};

use crate::terminal::ink::{Ink, Span};
use crate::terminal::paper::Paper;
use crate::workshop::beside::{Titled, beside, cut};

/// Lines of an output that are shown; of a longer one the middle is left out.
const MOST: usize = 24;

/// What a check tells while it goes on: the program does this.
pub fn passed(what: &str, paper: &Paper) -> String {
    paper.hanging("✓ ", &[Span::new(Ink::Good, what)])
}

/// A program that does not do what the exercise asks for. The end is what to look at, since that is what is on the screen.
pub fn failure(root: &Path, exercise: &Exercise, failure: &Failure, whole: bool, paper: &Paper) -> String {
    let seen = &failure.seen;
    let most = if whole { usize::MAX } else { MOST };
    // Some programs are run in several ways.
    let way = if seen.command == exercise.name { String::new() } else { format!("`{}`: ", seen.command) };
    let what = paper.hanging("✗ ", &[Span::new(Ink::Bad, way + &failure.what)]);
    let parts = [
        what.clone(),
        written(seen, most, paper),
        paper.hanging("", &ended(seen)),
        timelines(root, exercise, seen, whole, paper),
        // Once more, since the first time is mostly off the screen by now.
        what,
        paper.hanging(
            "",
            &[Span::new(Ink::Heading, "Look at next: "), Span::new(Ink::Plain, failure.look.as_str())],
        ),
    ];
    parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n")
}

fn written(seen: &Seen, most: usize, paper: &Paper) -> String {
    let outputs = [
        (Stream::Stdout, "standard output", &seen.run.stdout, Ink::Plain),
        (Stream::Stderr, "standard error", &seen.run.stderr, Ink::Stderr),
    ];
    if outputs.iter().all(|(.., bytes, _)| bytes.is_empty()) {
        return paper.hanging("", &[Span::new(Ink::Heading, format!("`{}` wrote nothing.", seen.command))]);
    }
    let blocks =
        outputs.iter().filter(|(.., bytes, _)| !bytes.is_empty()).map(|(stream, name, bytes, ink)| {
            let title = format!("`{}` wrote to {name}", seen.command);
            let lines = shown(bytes).into_iter().flat_map(|line| {
                let lines = paper.quoted("  │ ", *ink, &line);
                lines.lines().map(str::to_owned).collect::<Vec<_>>()
            });
            let mut text = paper.text(Ink::Heading, title)
                + &cut(lines.collect(), most, paper.colored).join("\n")
                + "\n";
            if seen.run.truncated.contains(stream) {
                text += &paper.text(Ink::Faint, "  … and more than the check keeps: the rest is not shown.");
            }
            text
        });
    blocks.collect::<Vec<_>>().join("\n")
}

fn ended(seen: &Seen) -> Vec<Span> {
    let how = match (seen.run.crowded, seen.run.ended(), seen.run.ending) {
        (true, ..) => "It started more and more processes or threads, and was ended.".to_owned(),
        (_, End::Deadline, End::Deadline) => {
            format!("It was still running after {} s, and was killed.", seen.within.as_secs_f32())
        }
        (_, End::Deadline, main) => format!(
            "Its main process ended by {main}; another one was still running after {} s, and was killed.",
            seen.within.as_secs_f32()
        ),
        (_, end, _) => format!("It ended by {end}."),
    };
    vec![Span::new(Ink::Heading, how)]
}

fn timelines(root: &Path, exercise: &Exercise, seen: &Seen, whole: bool, paper: &Paper) -> String {
    let good = match Timeline::read(&root.join(exercise.good_run(&seen.args))) {
        Ok(timeline) => timeline.runs.into_iter().next().map(|run| by_its_name(run, exercise)),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return paper.text(Ink::Bad, format!("cannot show how a good run went: {error}")),
    };
    let own = seen.timeline.as_ref().map(|run| Titled { title: "What its processes did".to_owned(), run });
    let good = good.as_ref().map(|run| Titled { title: "What those of a good run did".to_owned(), run });
    let mut text = String::new();
    if own.is_none() {
        text += &paper.text(
            Ink::Faint,
            "It was one of many runs, which have no timeline: following each call would change them.",
        );
    }
    let both: Vec<_> = own.into_iter().chain(good).collect();
    text + &beside(&both, paper.width, paper.colored, whole)
}

/// Cargo built the recorded program under another name than the participant's; it is the same exercise.
fn by_its_name(mut run: timeline::Run, exercise: &Exercise) -> timeline::Run {
    let built = format!("{}_solution", exercise.name);
    let (source, own) = (exercise.solution().display().to_string(), format!("src/bin/{}.rs", exercise.name));
    for event in &mut run.events {
        match &mut event.what {
            timeline::What::Exec(program) if *program == built => *program = exercise.name.to_owned(),
            // A panic names the file that it comes from.
            timeline::What::Write { text, .. } => *text = text.replace(&source, &own),
            _ => {}
        }
    }
    run
}

/// A check that could not judge.
pub fn unjudged(trouble: &Trouble, paper: &Paper) -> String {
    let advice = match trouble {
        Trouble::Untraced(_) => " `cargo run -- doctor` says how to fix that.",
        Trouble::Run(_) => " If it happens again, run `cargo run -- doctor`.",
        Trouble::Failure(_) | Trouble::Prepare(_) => "",
    };
    paper.text(Ink::Bad, format!("This check says nothing about your program: {trouble}.{advice}"))
}
