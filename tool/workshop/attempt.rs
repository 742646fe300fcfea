//! One check of a participant's program: from its text to what came of it.

use std::io::{PipeWriter, pipe};
use std::os::fd::{AsFd, BorrowedFd};
use std::thread::{self, JoinHandle};

use anyhow::{Result, bail};
use supervisor::RunError;
use workshop::trial::Step as Checked;
use workshop::{Exercise, Failure, Trial, Trouble};

use crate::workshop::action::command;
use crate::workshop::build::{Built, build};
use crate::workshop::mine::Mine;
use crate::workshop::progress::State;

/// What is under way.
#[derive(Clone, Debug)]
pub enum Step {
    /// Cargo does this.
    Builds(String),
    /// The program was built, and this is what the compiler warns of.
    Built(String),
    /// The program has been seen to do this.
    Passed(String),
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// The program does not compile: what the compiler said.
    Refused(String),
    /// Cargo did not come to the program: what it said.
    Unbuilt(String),
    /// The program does what the exercise asks for.
    Passed,
    /// It does not. Whether it was changed before: only then it was a try.
    Failed(Box<Failure>, bool),
    /// There was no run that could be judged.
    Unjudged(Trouble),
    /// Somebody stopped it. Nothing of it is left.
    Stopped,
}

/// Builds the program and checks it, until `stop` can be read from.
///
/// # Errors
///
/// When there is no program, or no Cargo.
pub fn attempt(
    mine: &Mine,
    exercise: &Exercise,
    stop: BorrowedFd<'_>,
    on_step: &mut dyn FnMut(Step),
) -> Result<Outcome> {
    match judge(mine, exercise, stop, on_step) {
        Err(error) if matches!(error.downcast_ref(), Some(RunError::Stopped)) => Ok(Outcome::Stopped),
        outcome => outcome,
    }
}

/// Writes down what is known of the exercise by what came of a check.
///
/// # Errors
///
/// When the progress cannot be kept.
pub fn note(mine: &Mine, exercise: &Exercise, outcome: &Outcome) -> Result<State> {
    mine.progress().change(|state| match outcome {
        Outcome::Passed => state.of_mut(exercise.name).done = true,
        Outcome::Failed(_, true) => state.of_mut(exercise.name).tried = true,
        _ => {}
    })
}

fn judge(
    mine: &Mine,
    exercise: &Exercise,
    stop: BorrowedFd<'_>,
    on_step: &mut dyn FnMut(Step),
) -> Result<Outcome> {
    if mine.text(exercise)?.is_none() {
        bail!(
            "there is no file {}: `{}` puts the starting point there",
            Mine::program(exercise).display(),
            command(&format!("start {}", exercise.name)),
        );
    }
    mine.make_package()?;
    let is_changed = mine.is_changed(exercise)?;
    let built = build(&mine.folder(), exercise.name, stop, &mut |step| on_step(Step::Builds(step)))?;
    let program = match built {
        Built::Refused(said) => return Ok(Outcome::Refused(said)),
        Built::Unbuilt(said) => return Ok(Outcome::Unbuilt(said)),
        Built::Program(program, said) => {
            on_step(Step::Built(said));
            program
        }
    };
    let mut on_check = |step: Checked<'_>| {
        if let Checked::Passed(what) = step {
            on_step(Step::Passed(what.to_owned()));
        }
    };
    let mut trial = Trial::new(exercise.name, &program, Some(stop), &mut on_check)?;
    Ok(match (exercise.check)(&mut trial) {
        Ok(()) => Outcome::Passed,
        Err(Trouble::Failure(failure)) => Outcome::Failed(failure, is_changed),
        Err(Trouble::Run(RunError::Stopped)) => Outcome::Stopped,
        Err(trouble) => Outcome::Unjudged(trouble),
    })
}

/// A check on a thread of its own. When it is dropped it is stopped, and nothing of it is left.
pub struct UnderWay {
    stop: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

/// What a check on its thread tells.
#[derive(Debug)]
pub enum Told {
    /// What it does.
    Step(Step),
    /// What came of it.
    Over(Result<Outcome>),
}

impl UnderWay {
    /// Begins one, which tells of itself by `tell`.
    ///
    /// # Errors
    ///
    /// When there can be no pipe or thread.
    pub fn begin(
        mine: &Mine,
        exercise: &'static Exercise,
        tell: impl Fn(Told) + Send + 'static,
    ) -> Result<UnderWay> {
        let (stopped, stop) = pipe()?;
        let mine = mine.clone();
        let work = move || {
            let outcome = attempt(&mine, exercise, stopped.as_fd(), &mut |step| tell(Told::Step(step)));
            tell(Told::Over(outcome));
        };
        let thread = thread::Builder::new().name("check".to_owned()).spawn(work)?;
        Ok(UnderWay { stop: Some(stop), thread: Some(thread) })
    }

    /// Whether its thread has ended.
    pub fn is_over(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        // The end of file can be read.
        self.stop.take();
        let ended = self.thread.take().map(JoinHandle::join);
        if let Some(Err(panic)) = ended
            && !thread::panicking()
        {
            std::panic::resume_unwind(panic);
        }
    }
}
