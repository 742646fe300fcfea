//! All exercises, and where the participant is.

use anyhow::Result;
use workshop::{ALL, Exercise};

use crate::terminal::ink::{Ink, Span, line};
use crate::terminal::paper::Paper;
use crate::workshop::mine::Mine;
use crate::workshop::progress::State;
use crate::workshop::prose::prose;

/// How many are done, as a bar and in numbers.
pub fn bar(state: &State, paper: &Paper) -> String {
    let done = ALL.iter().filter(|exercise| state.of(exercise.name).done).count();
    // A cell or more for each.
    let cell = (16 / ALL.len()).max(1);
    let bar = "█".repeat(cell * done) + &"░".repeat(cell * (ALL.len() - done));
    line(
        &[Span::new(Ink::Good, bar), Span::new(Ink::Plain, format!(" {done} of {} done", ALL.len()))],
        paper.colored,
    ) + "\n"
}

/// A line for each exercise.
///
/// # Errors
///
/// When the text of one cannot be read.
pub fn list(mine: &Mine, state: &State, paper: &Paper) -> Result<String> {
    let names = ALL.iter().map(|exercise| exercise.name.len()).max().unwrap_or(0);
    let mut text = bar(state, paper);
    for (at, exercise) in ALL.iter().enumerate() {
        let title = exercise.text(mine.root())?.title;
        let mark = state.of(exercise.name);
        let (sign, ink) = match (mark.done, mine.text(exercise)?.is_some()) {
            (true, _) => ("✓", Ink::Good),
            (false, true) => ("…", Ink::Plain),
            (false, false) => (" ", Ink::Plain),
        };
        let here = if state.current.as_deref() == Some(exercise.name) { "▶" } else { " " };
        let head = format!("{here}{:>3} {sign} ", at + 1);
        let name = Span::new(ink, format!("{:<names$}  ", exercise.name));
        let rest = Span::new(Ink::Plain, format!("{title}, {} min", exercise.minutes));
        text += &paper.hanging(&head, &[name, rest]);
    }
    let left = ALL.iter().filter(|exercise| !state.of(exercise.name).done).map(|exercise| exercise.minutes);
    let signs = format!("✓ done, … begun, ▶ where you are; {} minutes are left.", left.sum::<u32>());
    Ok(text + &paper.text(Ink::Faint, signs))
}

/// One exercise: its title, where the program is, and what to do.
///
/// # Errors
///
/// When its text cannot be read.
pub fn exercise(mine: &Mine, exercise: &Exercise, state: &State, paper: &Paper) -> Result<String> {
    let text = exercise.text(mine.root())?;
    let program = Mine::program(exercise).display().to_string();
    let page = format!("{}.html", exercise.page);
    Ok([
        paper.text(Ink::Heading, format!("{} ({}, {} minutes)", text.title, exercise.name, exercise.minutes))
            + &bar(state, paper),
        prose(&text.task, paper),
        paper.hanging("Your program: ", &[Span::new(Ink::Heading, program)])
            + &paper.hanging(
                "The chapter:  ",
                &[Span::new(Ink::Plain, format!("{page}, in the book that `cargo run` opens"))],
            ),
    ]
    .join("\n"))
}

/// What leads to the exercise that comes after this one. From the last one it goes back to what was left out.
pub fn leading(after: &Exercise, next: &Exercise) -> String {
    let place = |of: &Exercise| ALL.iter().position(|exercise| exercise.name == of.name);
    let what = if place(next) > place(after) { "Next" } else { "Not done yet" };
    format!("{what}: {}", next.name)
}

/// The exercise that comes after this one: the next that is not done, else the first such. `None` when all are done.
pub fn next(after: Option<&Exercise>, state: &State) -> Option<&'static Exercise> {
    let at = after.and_then(|after| ALL.iter().position(|exercise| exercise.name == after.name));
    let (before, behind) = ALL.split_at(at.map_or(0, |at| at + 1));
    let is_this = |exercise: &Exercise| after.is_some_and(|after| after.name == exercise.name);
    let mut open = behind.iter().chain(before).filter(|exercise| !state.of(exercise.name).done);
    open.find(|exercise| !is_this(exercise))
}
