//! What is asked for by a subcommand: it prints, and ends. The exit code is 0, and 1 for a check that does not pass.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use std::os::fd::AsFd;
use workshop::{ALL, Exercise};

use crate::terminal::ink::{Ink, Span};
use crate::terminal::paper::Paper;
use crate::terminal::print;
use crate::terminal::stop::Stop;
use crate::text::nearest::nearest;
use crate::workshop::action::{Action, command};
use crate::workshop::attempt::{Outcome, Step, attempt, note};
use crate::workshop::build::wants_network;
use crate::workshop::mine::Mine;
use crate::workshop::progress::State;
use crate::workshop::{overview, prose, report};

/// Does it.
///
/// # Errors
///
/// When there is no such exercise, or a file cannot be read or written.
pub fn act(mine: &Mine, action: &Action) -> Result<ExitCode> {
    let state = mine.progress().read()?;
    match action {
        Action::List => print(&overview::list(mine, &state, &Paper::now())?)?,
        Action::Start { name } => start(mine, named_or_first(name.as_deref(), &state)?)?,
        Action::Next => match overview::next(current(&state), &state) {
            Some(next) => start(mine, next)?,
            None => print(&all_done(&state, &Paper::now()))?,
        },
        Action::Check { name, whole } => return check(mine, named(name.as_deref(), &state)?, *whole),
        Action::Hint { name } => print(&hint(mine, named(name.as_deref(), &state)?, &Paper::now())?)?,
        Action::Solution { name } => {
            let exercise = named(name.as_deref(), &state)?;
            let Some(text) = solution(mine, exercise, &state, &Paper::now())? else {
                bail!(too_early(exercise))
            };
            print(&text)?;
        }
        Action::Reset { name } => print(&reset(mine, find(name)?, &Paper::now())?)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The exercise of this name, or number in the list.
///
/// # Errors
///
/// When there is none; the error names the nearest.
pub fn find(name: &str) -> Result<&'static Exercise> {
    if let Some(exercise) = Exercise::find(name) {
        return Ok(exercise);
    }
    if let Ok(number) = name.parse::<usize>() {
        let found = number.checked_sub(1).and_then(|at| ALL.get(at));
        return found
            .with_context(|| format!("there is no exercise {number}: they are numbered 1 to {}", ALL.len()));
    }
    let near =
        nearest(name, ALL.iter().map(|exercise| exercise.name)).context("the book has no exercises")?;
    bail!("there is no exercise `{name}`; the nearest is `{near}`")
}

/// The one that was begun last. One that this book does not have is as good as none.
pub fn current(state: &State) -> Option<&'static Exercise> {
    state.current.as_deref().and_then(Exercise::find)
}

fn named(name: Option<&str>, state: &State) -> Result<&'static Exercise> {
    match name {
        Some(name) => find(name),
        None => current(state)
            .with_context(|| format!("no exercise has been started yet: `{}` starts one", command("start"))),
    }
}

fn named_or_first(name: Option<&str>, state: &State) -> Result<&'static Exercise> {
    match name {
        Some(name) => find(name),
        None => current(state).or(ALL.first()).context("the book has no exercises"),
    }
}

fn start(mine: &Mine, exercise: &'static Exercise) -> Result<()> {
    let is_new = mine.begin(exercise)?;
    let paper = Paper::now();
    let text = overview::exercise(mine, exercise, &mine.progress().read()?, &paper)?;
    let how = if is_new {
        "It is new: open it, fix it, and"
    } else {
        "It was there already and stays as it is. To go on,"
    };
    let check = format!("{how} run `{}`.", command("check"));
    print(&format!("{text}\n{}", paper.text(Ink::Plain, check)))
}

fn check(mine: &Mine, exercise: &'static Exercise, whole: bool) -> Result<ExitCode> {
    let stop = Stop::new()?;
    let paper = Paper::now();
    let spinner = spinner();
    let mut printed = Ok(());
    let outcome = attempt(mine, exercise, stop.as_fd(), &mut |step| {
        let text = of_step(step, &spinner, &paper);
        if printed.is_ok() && !text.is_empty() {
            printed = spinner.suspend(|| print(&text));
        }
    });
    spinner.finish_and_clear();
    let outcome = outcome?;
    printed?;
    let onward = format!("by `{}`", command("next"));
    print(&of_outcome(mine, exercise, &outcome, whole, &onward, &paper)?)?;
    Ok(match outcome {
        Outcome::Passed => ExitCode::SUCCESS,
        Outcome::Stopped => ExitCode::from(130),
        Outcome::Failed(..) => {
            print(&paper.text(Ink::Faint, format!("`{}` gives a hint.", command("hint"))))?;
            ExitCode::FAILURE
        }
        Outcome::Refused(_) | Outcome::Unbuilt(_) | Outcome::Unjudged(_) => ExitCode::FAILURE,
    })
}

/// What shows that something goes on.
pub fn spinner() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}").expect("a template");
    let spinner = ProgressBar::new_spinner().with_style(style).with_message("building");
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

/// What a step of a check is shown as: a text to print, or another message beside the spinner.
pub fn of_step(step: Step, spinner: &ProgressBar, paper: &Paper) -> String {
    match step {
        Step::Builds(what) => {
            spinner.set_message(format!("building: {what}"));
            String::new()
        }
        Step::Built(warnings) => {
            spinner.set_message("running your program");
            in_color(&warnings, paper)
        }
        Step::Passed(what) => report::passed(&what, paper),
    }
}

/// Notes what came of a check, and says it in words. When it passes, `onward` is how to go on. That it cannot be noted takes
/// nothing away from what came of it, and is said behind it.
///
/// # Errors
///
/// When the text of the exercise cannot be read.
pub fn of_outcome(
    mine: &Mine,
    exercise: &Exercise,
    outcome: &Outcome,
    whole: bool,
    onward: &str,
    paper: &Paper,
) -> Result<String> {
    let noted = note(mine, exercise, outcome);
    let said = match outcome {
        Outcome::Refused(said) => {
            in_color(said, paper) + &paper.text(Ink::Bad, "It does not compile, so nothing was checked.")
        }
        Outcome::Unbuilt(said) => {
            let advice = if wants_network(said) {
                " `cargo fetch` in the folder workshop/mine, with a network, downloads what is missing. After that \
                 you need no network."
            } else {
                ""
            };
            let unbuilt = format!("Cargo built nothing, so nothing was checked.{advice}");
            format!("{}\n\n{}", in_color(said.trim_end(), paper), paper.text(Ink::Bad, unbuilt))
        }
        Outcome::Passed => {
            let title = exercise.text(mine.root())?.title;
            let passes = paper.text(Ink::Good, format!("{title}: your program passes."));
            let next =
                noted.as_ref().map_or(String::new(), |state| next_after(exercise, state, onward, paper));
            format!("\n{passes}{next}")
        }
        Outcome::Failed(failure, _) => report::failure(mine.root(), exercise, failure, whole, paper),
        Outcome::Unjudged(trouble) => report::unjudged(trouble, paper),
        Outcome::Stopped => paper.text(Ink::Plain, "stopped: nothing of the check is left"),
    };
    Ok(match noted {
        Ok(_) => said,
        Err(error) => {
            said + &paper
                .text(Ink::Bad, format!("warning: the result of the check could not be saved: {error:#}"))
        }
    })
}

/// Where one who has done an exercise is, and how he goes on.
fn next_after(exercise: &Exercise, state: &State, onward: &str, paper: &Paper) -> String {
    let Some(next) = overview::next(Some(exercise), state) else { return all_done(state, paper) };
    let next = format!("{}, {onward}.", overview::leading(exercise, next));
    overview::bar(state, paper) + &paper.text(Ink::Plain, next)
}

/// The compiler paints what it says.
fn in_color(said: &str, paper: &Paper) -> String {
    if paper.colored { said.to_owned() } else { console::strip_ansi_codes(said).into_owned() }
}

/// One more hint; all of them, when all were given.
///
/// # Errors
///
/// When the text of the exercise cannot be read, or the progress cannot be kept.
pub fn hint(mine: &Mine, exercise: &Exercise, paper: &Paper) -> Result<String> {
    let hints = exercise.text(mine.root())?.hints;
    let mut given = 0;
    mine.progress().change(|state| {
        let mark = state.of_mut(exercise.name);
        given = mark.hints;
        mark.hints = hints.len().min(given + 1);
    })?;
    let shown = if given < hints.len() { given..given + 1 } else { 0..hints.len() };
    let one = |at: usize| {
        let title = paper.text(Ink::Heading, format!("Hint {} of {}", at + 1, hints.len()));
        title + &prose::prose(&hints[at], paper)
    };
    Ok(shown.map(one).collect::<Vec<_>>().join("\n"))
}

/// The solution, for one who has tried.
///
/// # Errors
///
/// When it cannot be read.
pub fn solution(mine: &Mine, exercise: &Exercise, state: &State, paper: &Paper) -> Result<Option<String>> {
    let mark = state.of(exercise.name);
    if !mark.tried && !mark.done {
        return Ok(None);
    }
    let path = exercise.solution();
    let program = std::fs::read_to_string(mine.root().join(&path))
        .with_context(|| format!("cannot read {}", path.display()))?;
    let title = paper.hanging("", &[Span::new(Ink::Heading, format!("{}, which passes", path.display()))]);
    let why = prose::prose(&exercise.text(mine.root())?.solution, paper);
    Ok(Some(format!("{title}\n{program}\n{why}")))
}

/// Why the solution is not shown yet.
pub fn too_early(exercise: &Exercise) -> String {
    format!(
        "{} was not tried yet: change the program and check it once, and you can see its solution. You can have hints at any time.",
        exercise.name
    )
}

/// Puts the starting point back, and says what became of the program.
///
/// # Errors
///
/// Those of [`Mine::reset`].
pub fn reset(mine: &Mine, exercise: &Exercise, paper: &Paper) -> Result<String> {
    let said = match mine.reset(exercise)? {
        Some(kept) => format!(
            "{} is as it was at the start. Your version is kept as {}.",
            exercise.name,
            kept.display()
        ),
        None => format!("{} is as it was at the start. There was nothing to keep.", exercise.name),
    };
    Ok(paper.text(Ink::Plain, said))
}

/// What is said when no exercise is left.
pub fn all_done(state: &State, paper: &Paper) -> String {
    overview::bar(state, paper) + &paper.text(Ink::Good, "There is no other exercise left to do.")
}
