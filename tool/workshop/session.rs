//! The workshop on a terminal: an exercise, a check after each save, and a key for everything else.

use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use anyhow::{Context, Error, Result, bail};
use indicatif::ProgressBar;
use workshop::{ALL, Exercise};

use crate::terminal;
use crate::terminal::ink::Ink;
use crate::terminal::paper::Paper;
use crate::terminal::stop::Stop;
use crate::workshop::action::command;
use crate::workshop::attempt::{Outcome, Told, UnderWay};
use crate::workshop::commands;
use crate::workshop::ears::{Ears, News};
use crate::workshop::keyboard::Keyboard;
use crate::workshop::mine::Mine;
use crate::workshop::overview;
use crate::workspace::watch;

/// How often the program is looked at, whatever the watch says: in some containers and on some network drives file events do
/// not arrive, and nobody is told that they will not.
const LOOK: Duration = Duration::from_secs(1);

/// Leads the participant on from where he was, until he ends it.
///
/// # Errors
///
/// When a file cannot be read or written, or the terminal cannot be used.
pub fn run(mine: &Mine, poll: bool) -> Result<ExitCode> {
    let state = mine.progress().read()?;
    let exercise = commands::current(&state).or(ALL.first()).context("the book has no exercises")?;
    let is_new = mine.begin(exercise)?;

    let stop = Stop::new()?;
    let keyboard = Keyboard::open()?;
    let has_keys = keyboard.is_some();
    let (tell, news) = channel();
    let _ears = Ears::listen(stop, keyboard, tell.clone())?;
    let saved = tell.clone();
    let _watch = watch::start(mine, poll, move || drop(saved.send(News::Saved)))?;
    let mut session = Session {
        mine,
        exercise,
        has_keys,
        tell,
        checks: 0,
        checked: None,
        under_way: None,
        passes: false,
        asked: None,
    };
    session.show(is_new)?;
    session.answer(&news)
}

struct Session<'a> {
    mine: &'a Mine,
    exercise: &'static Exercise,
    has_keys: bool,
    tell: Sender<News>,
    /// How many checks were begun.
    checks: u64,
    /// The text that was checked last, or is being checked.
    checked: Option<String>,
    under_way: Option<(UnderWay, ProgressBar)>,
    /// Whether that text passes.
    passes: bool,
    asked: Option<Question>,
}

/// What the next keys answer.
enum Question {
    /// Go on to this exercise, though the one at hand does not pass?
    Leave(&'static Exercise),
    /// Put the starting point back?
    Reset,
    /// Which exercise? So much is typed.
    Which(String),
}

impl Session<'_> {
    fn answer(&mut self, news: &Receiver<News>) -> Result<ExitCode> {
        loop {
            let done = match news.recv_timeout(LOOK) {
                Ok(News::Key { key: 'q' | '\x04', .. }) if !self.is_typing() => {
                    self.stop()?;
                    let how =
                        format!("Your progress is kept: `{}` goes on from here.", command("").trim_end());
                    self.say(&Paper::now().text(Ink::Plain, how))?;
                    return Ok(ExitCode::SUCCESS);
                }
                Ok(News::End) => {
                    self.end_check();
                    self.say(&Paper::now().text(Ink::Plain, "stopped: nothing of it is left"))?;
                    return Ok(ExitCode::from(130));
                }
                Ok(News::Key { key, alone }) => self.pressed(key, alone),
                Ok(News::Check(number, told)) if number == self.checks && self.under_way.is_some() => {
                    self.told(told)
                }
                // Of a check that was stopped.
                Ok(News::Check(..)) => Ok(()),
                Ok(News::Saved) => self.look(),
                Err(RecvTimeoutError::Timeout) => {
                    // A check that panics has told nothing; ending it passes the panic on.
                    if self.under_way.as_ref().is_some_and(|(check, _)| check.is_over()) {
                        self.end_check();
                    }
                    self.look()
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(ExitCode::SUCCESS),
            };
            // Whatever could not be done, the session goes on; unless nothing can be said, either.
            done.or_else(|error| self.say_error(&error))?;
        }
    }

    /// The exercise at hand. A program that is as it was at the start is not checked before somebody wants it: what it does
    /// wrong is told better by the exercise's text.
    fn show(&mut self, is_new: bool) -> Result<()> {
        let text =
            overview::exercise(self.mine, self.exercise, &self.mine.progress().read()?, &Paper::now())?;
        self.say(&format!("\n{text}\n"))?;
        if is_new {
            self.checked = self.mine.text(self.exercise)?;
            self.say(
                &Paper::now().text(Ink::Plain, "Open your program. Each time you save it, it is checked."),
            )?;
            return self.show_keys();
        }
        self.check()
    }

    fn is_typing(&self) -> bool {
        matches!(self.asked, Some(Question::Which(_)))
    }

    /// Checks the program, unless this text of it was checked already.
    fn look(&mut self) -> Result<()> {
        // It is gone for a moment when an editor puts another one in its place. Whoever asks for a check is told why one that
        // cannot be read is not checked.
        let Ok(Some(text)) = self.mine.text(self.exercise) else { return Ok(()) };
        // While a name is typed nothing else is said: this waits for [`Session::stay`].
        if self.checked.as_ref() == Some(&text) || self.is_typing() {
            return Ok(());
        }
        // Who saves goes on with this program.
        if self.asked.take().is_some() {
            self.say("No, then.\n")?;
        }
        self.check()
    }

    fn check(&mut self) -> Result<()> {
        self.stop()?;
        self.passes = false;
        self.checked = self.mine.text(self.exercise)?;
        if self.checked.is_none() {
            let program = Mine::program(self.exercise);
            bail!("the file {} is gone: the key r puts the starting point there", program.display());
        }
        self.checks += 1;
        let (number, tell) = (self.checks, self.tell.clone());
        self.say(
            &Paper::now().text(Ink::Faint, format!("\n── check {number} of {} ──", self.exercise.name)),
        )?;
        let tell = move |told| drop(tell.send(News::Check(number, told)));
        let under_way = UnderWay::begin(self.mine, self.exercise, tell)?;
        self.under_way = Some((under_way, commands::spinner()));
        Ok(())
    }

    /// Stops a check that is under way, and says so. What it checked is as good as not checked.
    fn stop(&mut self) -> Result<()> {
        if !self.end_check() {
            return Ok(());
        }
        self.checked = None;
        self.say(&Paper::now().text(Ink::Faint, "stopped"))
    }

    /// Ends a check that is under way. Nothing of it is left. Says whether there was one.
    fn end_check(&mut self) -> bool {
        let Some((under_way, spinner)) = self.under_way.take() else { return false };
        drop(under_way);
        spinner.finish_and_clear();
        true
    }

    fn told(&mut self, told: Told) -> Result<()> {
        let outcome = match (told, &self.under_way) {
            (Told::Step(step), Some((_, spinner))) => {
                let text = commands::of_step(step, spinner, &Paper::now());
                return self.say(&text);
            }
            (Told::Step(_), None) => return Ok(()),
            (Told::Over(outcome), _) => outcome,
        };
        self.end_check();
        let outcome = outcome?;
        self.passes = matches!(outcome, Outcome::Passed);
        let paper = Paper::now();
        self.say(&commands::of_outcome(
            self.mine,
            self.exercise,
            &outcome,
            false,
            "with the key n",
            &paper,
        )?)?;
        self.show_keys()
    }

    fn pressed(&mut self, key: char, alone: bool) -> Result<()> {
        // No letter of a pasted text is a yes.
        let is_yes = alone && matches!(key, 'y' | 'Y');
        match self.asked.take() {
            Some(Question::Which(typed)) => return self.typed(typed, key),
            Some(Question::Leave(next)) if is_yes => return self.go(next),
            Some(Question::Reset) if is_yes => {
                let said = commands::reset(self.mine, self.exercise, &Paper::now())?;
                self.say(&said)?;
                return self.look();
            }
            Some(_) => {
                self.say("No, then.\n")?;
                return self.show_keys();
            }
            None => {}
        }
        let paper = Paper::now();
        match key {
            'c' => return self.check(),
            'h' => self.say(&format!("\n{}", commands::hint(self.mine, self.exercise, &paper)?))?,
            'l' => {
                let list = overview::list(self.mine, &self.mine.progress().read()?, &paper)?;
                self.say(&format!("\n{list}"))?;
            }
            's' => {
                let state = self.mine.progress().read()?;
                let solution = commands::solution(self.mine, self.exercise, &state, &paper)?;
                let text =
                    solution.unwrap_or_else(|| paper.text(Ink::Plain, commands::too_early(self.exercise)));
                self.say(&format!("\n{text}"))?;
            }
            'n' => return self.next(),
            'p' => return self.pick(),
            'r' => {
                self.asked = Some(Question::Reset);
                return self.say("\nPut the starting point back? Your version is kept. y or n\n");
            }
            _ => return Ok(()),
        }
        self.show_keys()
    }

    fn next(&mut self) -> Result<()> {
        let (state, paper) = (self.mine.progress().read()?, Paper::now());
        match overview::next(Some(self.exercise), &state) {
            None => {
                self.say(&commands::all_done(&state, &paper))?;
                self.show_keys()
            }
            Some(next) if self.passes || state.of(self.exercise.name).done => self.go(next),
            Some(next) => {
                self.asked = Some(Question::Leave(next));
                let name = self.exercise.name;
                self.say(&paper.text(
                    Ink::Plain,
                    format!("\n{name} does not pass yet. Go on to {} anyway? y or n", next.name),
                ))
            }
        }
    }

    fn pick(&mut self) -> Result<()> {
        self.stop()?;
        let list = overview::list(self.mine, &self.mine.progress().read()?, &Paper::now())?;
        self.asked = Some(Question::Which(String::new()));
        self.say(&format!("\n{list}Which one? Its number or name, and Enter: "))
    }

    fn typed(&mut self, mut typed: String, key: char) -> Result<()> {
        match key {
            '\n' | '\r' => {
                self.say("\n")?;
                return match (typed.trim(), commands::find(typed.trim())) {
                    ("", _) => self.stay(),
                    (_, Ok(exercise)) => self.go(exercise),
                    (_, Err(error)) => {
                        self.say(&Paper::now().text(Ink::Bad, format!("{error}.")))?;
                        self.stay()
                    }
                };
            }
            '\x1b' | '\x04' => {
                self.say("\n")?;
                return self.stay();
            }
            '\x7f' | '\x08' => {
                if typed.pop().is_some() {
                    self.say("\x08 \x08")?;
                }
            }
            key if key.is_control() => {}
            key => {
                typed.push(key);
                self.say(&key.to_string())?;
            }
        }
        self.asked = Some(Question::Which(typed));
        Ok(())
    }

    /// No other exercise was picked. A check that was stopped for that begins again, and what was saved meanwhile is checked.
    fn stay(&mut self) -> Result<()> {
        self.look()?;
        self.show_keys()
    }

    fn go(&mut self, exercise: &'static Exercise) -> Result<()> {
        let is_new = self.mine.begin(exercise)?;
        self.stop()?;
        self.exercise = exercise;
        (self.passes, self.checked) = (false, None);
        self.show(is_new)
    }

    fn say(&self, text: &str) -> Result<()> {
        match &self.under_way {
            _ if text.is_empty() => Ok(()),
            Some((_, spinner)) => spinner.suspend(|| terminal::print(text)),
            None => terminal::print(text),
        }
    }

    fn say_error(&self, error: &Error) -> Result<()> {
        self.say(&Paper::now().text(Ink::Bad, format!("error: {error:#}")))?;
        self.show_keys()
    }

    fn show_keys(&self) -> Result<()> {
        if !self.has_keys || self.under_way.is_some() {
            return Ok(());
        }
        let keys = "n next · h hint · c check · s solution · r reset · l list · p pick · q quit";
        self.say(&format!("\n{}", Paper::now().text(Ink::Faint, keys)))
    }
}
