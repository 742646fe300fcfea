//! One run, and what can be asked of it.

use std::{fmt::Display, time::Duration};

use records::{
    shape,
    timeline::{self, Birth, Event, What},
};
use supervisor::{End, Run, event::Stream};

use crate::failure::{Failure, Trouble, list, readable};

/// What to look at next when a run that is to end well does not.
pub(crate) const WELL: &str = "Look at standard error, and in the timeline at the last things that “main” does: which call failed, or never came back?";

/// A run of a participant's program.
#[derive(Clone, Debug)]
pub struct Seen {
    /// As it would be typed, with the exercise's name for the program.
    pub command: String,
    /// The arguments.
    pub args: Vec<String>,
    /// The deadline.
    pub within: Duration,
    /// The run.
    pub run: Run,
    /// What its processes did; not of a run that is one of many.
    pub timeline: Option<timeline::Run>,
}

impl Seen {
    /// Fails unless `holds`. `what` says what was expected and what came instead, `look` what to look at next.
    ///
    /// # Errors
    ///
    /// That failure.
    pub fn must(&self, holds: bool, what: impl Display, look: impl Display) -> Result<(), Trouble> {
        if holds {
            return Ok(());
        }
        Err(Failure { what: readable(&what.to_string()), look: look.to_string(), seen: self.clone() }.into())
    }

    /// Fails unless the run ended so, which is a run where no process was left at the deadline.
    ///
    /// # Errors
    ///
    /// A failure that names both ends.
    pub fn must_end(&self, end: End, look: impl Display) -> Result<(), Trouble> {
        let what = match self.run.ended() {
            _ if self.run.crowded => {
                format!(
                    "It has to end by {end}; it was ended, since it started processes or threads without end."
                )
            }
            End::Deadline => {
                let within = self.within.as_secs_f32();
                format!(
                    "It has to end by {end} within {within} s; {} still running then.",
                    self.still_running()
                )
            }
            other => format!("It has to end by {end}; it ended by {other}."),
        };
        self.must(self.run.ended() == end, what, look)
    }

    /// Who had to be killed at the deadline: `main and Process-1 were`.
    fn still_running(&self) -> String {
        let all = || 0..self.timeline.as_ref().map_or(0, |run| run.processes.len());
        let names: Vec<&str> =
            all().filter(|&at| self.ended(at) == Some(End::Deadline)).map(|at| self.name(at)).collect();
        match names[..] {
            [] => "a process of it was".to_owned(),
            [name] => format!("{name} was"),
            [_, _] | [_, _, _] => format!("{} were", list(&names)),
            _ => format!("{} processes of it were", names.len()),
        }
    }

    /// Fails unless the run ended by exit code 0, where nothing more is known of what went wrong.
    ///
    /// # Errors
    ///
    /// As for [`Seen::must_end`].
    pub fn must_succeed(&self) -> Result<(), Trouble> {
        self.must_end(End::Exit(0), WELL)
    }

    /// Fails unless the program wrote these lines to its standard output, in this order.
    ///
    /// # Errors
    ///
    /// A failure that names the first line that is another one.
    pub fn must_print<S: AsRef<str>>(&self, expected: &[S], look: impl Display) -> Result<(), Trouble> {
        let found = self.lines();
        let expected: Vec<&str> = expected.iter().map(AsRef::as_ref).collect();
        let at = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
        let what = match (expected.get(at), found.get(at)) {
            (None, None) => return Ok(()),
            (Some(line), None) if at == 0 => {
                format!("Its first line of standard output has to be “{line}”; it printed nothing.")
            }
            (Some(line), None) => format!("After {at} lines of standard output “{line}” is missing."),
            (None, Some(line)) => format!("“{line}”, line {} of standard output, is one too many.", at + 1),
            (Some(line), Some(other)) => {
                format!("Line {} of standard output has to be “{line}”; it is “{other}”.", at + 1)
            }
        };
        self.must(false, what, look)
    }

    /// What it wrote to standard output.
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.run.stdout).into_owned()
    }

    /// The lines of it.
    pub fn lines(&self) -> Vec<String> {
        self.stdout().lines().map(str::to_owned).collect()
    }

    /// What it wrote to standard error.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.run.stderr).into_owned()
    }

    /// What happened, in order.
    ///
    /// # Panics
    ///
    /// For one of many runs, which have no timeline.
    pub fn events(&self) -> &[Event] {
        &self.timeline().events
    }

    /// The name of a process, by its place in the timeline; 0 is the main one.
    pub fn name(&self, process: usize) -> &str {
        &self.timeline().processes[process].name
    }

    /// The processes that another one of the run started, by their places.
    pub fn children(&self) -> Vec<usize> {
        let processes = self.timeline().processes.iter().enumerate();
        processes.filter(|(_, process)| process.parent.is_some()).map(|(at, _)| at).collect()
    }

    /// The children that have work to do: no forkserver, and none that it has forked for a start that has not come.
    pub fn workers(&self) -> Vec<usize> {
        self.children().into_iter().filter(|&at| !self.is_forkserver(at) && !self.stands_by(at)).collect()
    }

    /// The processes, each with its thread, that slept for a given time, once for each sleep that was long enough to be seen.
    pub fn sleepers(&self) -> Vec<(usize, usize)> {
        let sleeps = |event: &&Event| matches!(&event.what, What::Sleep(call) if call.contains("nanosleep"));
        self.events().iter().filter(sleeps).map(|event| (event.process, event.thread)).collect()
    }

    /// How a process was started.
    pub fn started_by(&self, process: usize) -> Option<Birth> {
        self.events().iter().find_map(|event| match event.what {
            What::Start { child, by } if child == process => Some(by),
            _ => None,
        })
    }

    /// How a process ended.
    pub fn ended(&self, process: usize) -> Option<End> {
        self.events().iter().find_map(|event| match event.what {
            What::End(end) if event.process == process => Some(end),
            _ => None,
        })
    }

    /// The processes that nobody of the program has collected.
    pub fn uncollected(&self) -> Vec<usize> {
        let is_collected = |process: usize| {
            self.events().iter().any(|event| {
                matches!(event.what, What::Waited { collected: Some(collected) } if collected == process)
            })
        };
        self.children().into_iter().filter(|&child| !is_collected(child)).collect()
    }

    /// How many children there were at most at one time that had not ended.
    pub fn most_at_once(&self) -> usize {
        let (mut now, mut most) = (0_usize, 0);
        for event in self.events() {
            match event.what {
                What::Start { .. } => now += 1,
                What::End(_) if event.process != 0 => now = now.saturating_sub(1),
                _ => {}
            }
            most = most.max(now);
        }
        most
    }

    /// When this signal was sent to children that had not ended, and to which ones.
    pub fn sent(&self, signal: &str) -> Vec<(u64, usize)> {
        let mut ended = vec![];
        let mut sent = vec![];
        for event in self.events() {
            match &event.what {
                What::End(_) => ended.push(event.process),
                What::Send { signal: name, to: Some(to) } if name == signal && !ended.contains(to) => {
                    sent.push((event.at, *to));
                }
                _ => {}
            }
        }
        sent
    }

    /// The children that were sent SIGKILL, and for whose end the program did not wait then. That such a child was collected
    /// was luck: dropping its handle looks whether it has ended, and collects it if it has.
    pub fn killed_and_let_go(&self) -> Vec<usize> {
        let mut ended = vec![];
        let mut let_go = vec![];
        let mut looked_at: &[usize] = &[];
        for event in self.events() {
            match &event.what {
                What::End(_) => ended.push(event.process),
                What::Send { signal, to: Some(to) } if signal == "SIGKILL" && !ended.contains(to) => {
                    let_go.push(*to);
                    looked_at = &[];
                }
                What::Wait { of, look: true, .. } => looked_at = of,
                What::Wait { of, .. } if of.is_empty() => let_go.clear(),
                What::Wait { of, .. } => {
                    let_go.retain(|child| !of.contains(child) || looked_at.contains(child));
                    looked_at = &[];
                }
                What::Sleep(call) if event.process == 0 && call.contains("sleep") => let_go.clear(),
                _ => {}
            }
        }
        let_go.sort_unstable();
        let_go.dedup();
        let_go
    }

    /// The children that had not been collected when the program wrote a line with this text to its standard output, zombies
    /// and others; `None` if it wrote none.
    pub fn left_at(&self, line: &str) -> Option<Vec<usize>> {
        let mut left = vec![];
        for event in self.events() {
            match &event.what {
                What::Start { child, .. } => left.push(*child),
                What::Waited { collected: Some(child) } => left.retain(|left| left != child),
                What::Write { to: Stream::Stdout, text } if text.contains(line) => return Some(left),
                _ => {}
            }
        }
        None
    }

    /// The processes that wrote this line to standard output, once for each time.
    pub fn writers(&self, line: &str) -> Vec<usize> {
        let wrote = |event: &&Event| matches!(&event.what, What::Write { to: Stream::Stdout, text } if text.lines().any(|found| found == line));
        self.events().iter().filter(wrote).map(|event| event.process).collect()
    }

    /// Whether a process is a forkserver.
    pub fn is_forkserver(&self, process: usize) -> bool {
        shape::is_forkserver(self.timeline(), process)
    }

    /// Whether a process was forked by a forkserver.
    pub fn is_from_forkserver(&self, process: usize) -> bool {
        self.timeline().processes[process].parent.is_some_and(|parent| self.is_forkserver(parent))
    }

    /// Whether a process was forked by a forkserver for a start that has not come.
    pub fn stands_by(&self, process: usize) -> bool {
        shape::stands_by(self.timeline(), process)
    }

    fn timeline(&self) -> &timeline::Run {
        self.timeline.as_ref().expect("a run of its own has a timeline")
    }
}
