//! One run, and what can be asked of it.

use std::time::Duration;

use records::{
    shape,
    timeline::{self, Birth, Event, What},
};
use supervisor::{End, Run, event::Stream};

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
