//! Runs a program for a check.

use std::{
    ffi::OsString,
    ops::ControlFlow,
    os::fd::BorrowedFd,
    path::{Path, PathBuf},
    time::Duration,
};

use records::Builder;
use supervisor::{Event, Extras, Request, Run, RunError, Temporary, run_until, run_with, shell};

use crate::{failure::Trouble, seen::Seen};

/// More processes and threads than any exercise needs. A program that starts more is ended.
const CROWD: usize = 200;

/// How to run the program once.
#[derive(Clone, Debug)]
#[must_use]
pub struct How {
    args: Vec<String>,
    env: Vec<(String, OsString)>,
    within: Duration,
    extras: Extras,
}

/// Without arguments, for at most five seconds.
pub fn alone() -> How {
    How { args: vec![], env: vec![], within: Duration::from_secs(5), extras: Extras::default() }
}

/// With these arguments, for at most five seconds.
pub fn with(args: impl IntoIterator<Item: Into<String>>) -> How {
    How { args: args.into_iter().map(Into::into).collect(), ..alone() }
}

impl How {
    /// Sets a variable.
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> How {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// Has the timeline of [`Trial::run`] tell this as well.
    pub fn telling(mut self, extras: Extras) -> How {
        self.extras = extras;
        self
    }

    /// Another deadline than five seconds. It has to be so far away that a busy machine does not reach it.
    pub fn within(mut self, deadline: Duration) -> How {
        self.within = deadline;
        self
    }
}

/// One check of one program.
pub struct Trial<'a> {
    name: &'static str,
    program: PathBuf,
    folder: Temporary,
    stop: Option<BorrowedFd<'a>>,
    on_step: &'a mut dyn FnMut(Step<'_>),
}

/// What a check has come to.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// The program does this.
    Passed(&'a str),
    /// A run is over; those that are repeated tell nothing.
    Ran(&'a Seen),
}

impl<'a> Trial<'a> {
    /// A trial of the program that Cargo built as `program`, for the exercise `name`. `on_step` is told of its progress; it is
    /// stopped when `stop` can be read from.
    ///
    /// # Errors
    ///
    /// When there can be no folder for it to run in.
    pub fn new(
        name: &'static str,
        program: &Path,
        stop: Option<BorrowedFd<'a>>,
        on_step: &'a mut dyn FnMut(Step<'_>),
    ) -> std::io::Result<Trial<'a>> {
        let folder = Temporary::new()?;
        Ok(Trial { name, program: program.to_owned(), folder, stop, on_step })
    }

    /// The folder that the program runs in. It is empty at first, and gone after the check.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Says what the program has been seen to do right: a sentence without a full stop that begins with a verb.
    pub fn passed(&mut self, what: &str) {
        (self.on_step)(Step::Passed(what));
    }

    /// Runs the program once, and looks at all that its processes do.
    ///
    /// # Errors
    ///
    /// When there is no run to speak of, or it cannot be traced; or when the program took away what the next run needs. However
    /// it ends, that is no error.
    pub fn run(&mut self, how: &How) -> Result<Seen, Trouble> {
        let mut builder = Builder::default();
        let run = self.supervise(&self.request(how).detailed().telling(how.extras), |event| {
            builder.take(event);
        })?;
        let seen = self.seen(how, run)?;
        let timeline = if seen.run.timed_out || seen.run.crowded {
            // Who was killed while it wrote was not seen to have written.
            builder.so_far()
        } else {
            builder.finish().map_err(|unclaimed| Trouble::Untraced(unclaimed.to_string()))?
        };
        let seen = Seen { timeline: Some(timeline), ..seen };
        (self.on_step)(Step::Ran(&seen));
        self.must_be_there(&seen)?;
        Ok(seen)
    }

    /// Runs the program that many times, following only births and ends, as races need it: a program that is stopped at its
    /// system calls races another race. `judge` looks at each run.
    ///
    /// # Errors
    ///
    /// As for [`Trial::run`]; and the first that `judge` gives.
    pub fn repeat(
        &mut self,
        times: u32,
        how: &How,
        mut judge: impl FnMut(&Seen) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        for _ in 0..times {
            let run = self.supervise(&self.request(how), |_| {})?;
            let seen = self.seen(how, run)?;
            self.must_be_there(&seen)?;
            judge(&seen)?;
        }
        Ok(())
    }

    fn request(&self, how: &How) -> Request {
        let request = Request::new(&self.program).arg0(self.name).args(&how.args).dir(self.folder.path());
        let request = request.within(how.within).crowd_limit(CROWD).output_limit(1 << 16);
        how.env.iter().fold(request, |request, (name, value)| request.env(name, value))
    }

    fn supervise(&self, request: &Request, mut on_event: impl FnMut(&Event)) -> Result<Run, RunError> {
        let Some(stop) = self.stop else { return run_with(request, on_event) };
        run_until(request, stop, |event| {
            on_event(event);
            ControlFlow::Continue(())
        })
    }

    /// Fails if the program has taken away what the next run needs: that one could not be judged, and nobody would know why.
    fn must_be_there(&self, seen: &Seen) -> Result<(), Trouble> {
        for (what, path) in
            [("the folder that it runs in", self.folder.path()), ("its own program file", &self.program)]
        {
            seen.must(
                path.exists(),
                format!("It has to leave {what} in place; after this run that is gone."),
                "Look for what the program removes or renames.",
            )?;
        }
        Ok(())
    }

    fn seen(&self, how: &How, run: Run) -> Result<Seen, Trouble> {
        if let Some(why) = run.untraced {
            return Err(Trouble::Untraced(why));
        }
        let variables = how.env.iter().map(|(name, value)| shell::variable(name, &value.to_string_lossy()));
        let words = [self.name].into_iter().chain(how.args.iter().map(String::as_str));
        let command = variables.collect::<String>() + &shell::command(words);
        Ok(Seen { command, args: how.args.clone(), within: how.within, run, timeline: None })
    }
}
