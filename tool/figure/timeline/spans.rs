//! What a thread was doing between its events.

use records::timeline::{Event, Run, What};
use supervisor::end::End;
use supervisor::event::Birth;

use crate::figure::timeline::rows::{Row, Rows};

/// What a thread, or what is left of its process, is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs, or could run and has no processor.
    Running,
    /// It is blocked in a system call, until somebody ends or something happens.
    Waiting,
    /// It has ended, and nobody has collected it.
    Zombie,
}

/// One end of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The beginning of the run.
    Begin,
    /// An event.
    Event(usize),
    /// The end of the run.
    Over,
}

/// A stretch of time in which a row is in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The row.
    pub row: usize,
    /// From when.
    pub from: Edge,
    /// Until when.
    pub to: Edge,
    /// Doing what.
    pub state: State,
    /// Whether its process is an orphan by then.
    pub orphan: bool,
}

/// All spans of a run, row by row.
pub fn spans(run: &Run, rows: &Rows) -> Vec<Span> {
    let life = |(at, row): (usize, &Row)| Some(Life::of(run, at, row.process?, row.thread));
    rows.0.iter().enumerate().filter_map(life).flatten().collect()
}

/// The spans of one row while they are found.
struct Life {
    row: usize,
    spans: Vec<Span>,
    since: Edge,
    state: Option<State>,
    orphan: bool,
    /// Whether somebody collects it before the run is over.
    collected: bool,
    /// The child whose program must be there before the parent goes on.
    held_by: Option<usize>,
}

impl Life {
    fn of(run: &Run, row: usize, process: usize, thread: usize) -> Vec<Span> {
        let collects = |event: &Event| match event.what {
            What::Waited { collected } => collected == Some(process),
            What::Reaped => event.process == process,
            _ => false,
        };
        let mut life = Life {
            row,
            spans: vec![],
            since: Edge::Begin,
            state: None,
            orphan: false,
            collected: run.events.iter().any(collects),
            held_by: None,
        };
        // Who has no parent in the record is there from the beginning, or from the first that is known of it.
        if process == 0 && thread == 0 {
            life.state = Some(State::Running);
        }
        for (at, event) in run.events.iter().enumerate() {
            life.see(at, event, process, thread);
        }
        life.become_(Edge::Over, None);
        life.spans
    }

    fn see(&mut self, at: usize, event: &Event, process: usize, thread: usize) {
        let at = Edge::Event(at);
        let born = match event.what {
            What::Start { child, .. } => thread == 0 && child == process,
            What::Thread(other) => event.process == process && other == thread,
            _ => false,
        };
        if event.process == process && event.what == What::Task(thread) {
            return self.become_(at, Some(State::Waiting));
        }
        if born {
            return self.become_(at, Some(State::Running));
        }
        if let What::Waited { collected: Some(child) } = event.what
            && child == process
        {
            return self.become_(at, None);
        }
        if self.held_by == Some(event.process) && matches!(event.what, What::Exec(_) | What::End(_)) {
            self.held_by = None;
            self.become_(at, Some(State::Running));
        }
        if event.process != process {
            return;
        }
        let mine = event.thread == thread;
        if self.state.is_none() && mine && self.spans.is_empty() && thread == 0 {
            self.become_(at, Some(State::Running));
        }
        match event.what {
            // Who was killed at the deadline is gone, unless it was seen to be collected.
            What::End(End::Deadline) if !self.collected => self.become_(at, None),
            What::End(_) => self.become_(at, (thread == 0).then_some(State::Zombie)),
            What::Reaped => self.become_(at, None),
            What::Orphaned => {
                self.become_(at, self.state);
                self.orphan = true;
            }
            // The program that a thread begins leaves no other thread of the old one.
            What::Exec(_) if !mine && thread > 0 => self.become_(at, None),
            What::ThreadEnd if mine => self.become_(at, None),
            What::Wait { look: false, .. }
            | What::Sleep(_)
            | What::FutexWait(_)
            | What::Join(_)
            | What::EndWait { .. }
                if mine =>
            {
                self.become_(at, Some(State::Waiting));
            }
            // A call does not outlast the program that made it.
            What::Exec(_) if mine && self.state == Some(State::Waiting) => {
                self.become_(at, Some(State::Running));
            }
            What::Put { .. } | What::Got { .. } | What::EndOfFile(_)
                if mine && self.state == Some(State::Waiting) =>
            {
                self.become_(at, Some(State::Running));
            }
            What::Rests if mine => self.become_(at, Some(State::Waiting)),
            What::Waited { .. } | What::Awake | What::Woken { .. } | What::Runs { .. } if mine => {
                self.held_by = None;
                self.become_(at, Some(State::Running));
            }
            What::Start { child, by: Birth::Vfork } if mine => {
                self.held_by = Some(child);
                self.become_(at, Some(State::Waiting));
            }
            _ => {}
        }
    }

    /// Ends the state that lasted until now.
    fn become_(&mut self, at: Edge, state: Option<State>) {
        if let Some(state) = self.state
            && self.since != at
        {
            self.spans.push(Span { row: self.row, from: self.since, to: at, state, orphan: self.orphan });
        }
        (self.since, self.state) = (at, state);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::figure::timeline::cases;

    /// The spans of a row, as `from-to state`, with the events' numbers.
    fn of(run: &Run, name: &str) -> Vec<String> {
        let rows = Rows::of(run);
        let edge = |edge: Edge| match edge {
            Edge::Begin => "begin".to_owned(),
            Edge::Event(at) => (at + 1).to_string(),
            Edge::Over => "over".to_owned(),
        };
        let row = rows.0.iter().position(|row| row.name == name).expect("a row");
        spans(run, &rows)
            .into_iter()
            .filter(|span| span.row == row)
            .map(|span| {
                let orphan = if span.orphan { " orphan" } else { "" };
                format!("{}-{} {:?}{orphan}", edge(span.from), edge(span.to), span.state)
            })
            .collect()
    }

    #[test]
    fn a_zombie_lasts_from_its_end_to_its_collection() {
        let run = &cases::greeting().runs[0];
        assert_eq!(of(run, "Process-1"), ["2-6 Running", "6-7 Zombie"]);
    }

    #[test]
    fn who_waits_is_not_running() {
        let run = &cases::greeting().runs[0];
        let main =
            ["begin-2 Running", "2-3 Waiting", "3-4 Running", "4-7 Waiting", "7-8 Running", "8-9 Zombie"];
        assert_eq!(of(run, "main"), main);
    }

    #[test]
    fn an_orphan_is_one_from_its_parents_end() {
        let spans = of(&cases::orphan().runs[0], "child 1 of child 1 of main");
        assert!(spans.iter().any(|span| span.ends_with("Running")), "{spans:?}");
        assert!(spans.iter().any(|span| span.ends_with("Waiting orphan")), "{spans:?}");
        assert!(spans.last().is_some_and(|span| span.ends_with("Zombie orphan")), "{spans:?}");
    }

    #[test]
    fn a_process_killed_at_the_deadline_is_a_zombie_only_if_it_was_collected() {
        let spans = of(&cases::deadline().runs[0], "Process-1");
        assert!(!spans.iter().any(|span| span.contains("Zombie")), "{spans:?}");
    }

    #[test]
    fn a_program_that_begins_waits_for_nothing() {
        let mut run = cases::greeting().runs[0].clone();
        run.events.truncate(5);
        run.events[4] = Event { process: 0, what: What::Exec("other".to_owned()), ..run.events[4].clone() };
        assert_eq!(of(&run, "main").last().map(String::as_str), Some("5-over Running"));
    }

    #[test]
    fn a_task_stands_still_between_its_runs() {
        let spans = of(&cases::asked().runs[0], "soup");
        let expected = ["9-10 Waiting", "10-12 Running", "12-26 Waiting", "26-27 Running", "27-28 Waiting"];
        assert_eq!(spans, expected);
    }

    #[test]
    fn a_thread_is_not_running_before_it_is_woken_or_has_read() {
        let run = &cases::asked().runs[0];
        assert!(of(run, "a-cook-with-a-k").contains(&"6-21 Waiting".to_owned()));
        assert!(of(run, "Process-2").contains(&"18-22 Waiting".to_owned()));
    }

    #[test]
    fn a_process_stands_still_until_a_pipe_has_room_or_has_come_to_its_end() {
        let read = |act| cases::read(Path::new("tool/records/tests/timelines").join(act).as_path());
        let run = &read("full_pipes.json").runs[0];
        assert!(of(run, "child 1 of main").last().is_some_and(|span| span.ends_with("Waiting")));
        let mut run = read("ends_of_file.json").runs[0].clone();
        let end = run.events.iter().position(|event| matches!(event.what, What::EndOfFile(_)));
        let end = end.expect("an end of file");
        let (bytes_from, room_in) = (vec!["pipe 1".into()], vec![]);
        let wait = What::EndWait { call: "read".into(), bytes_from, room_in };
        let event = Event { what: wait, ..run.events[end].clone() };
        run.events.insert(end, event);
        assert!(of(&run, "main").contains(&format!("{}-{} Waiting", end + 1, end + 2)));
    }

    #[test]
    fn a_thread_ends_with_its_process_and_is_no_zombie() {
        for thread in ["thread 2", "thread 3"] {
            let spans = of(&cases::threads().runs[0], thread);
            assert!(!spans.is_empty() && !spans.iter().any(|span| span.contains("Zombie")), "{spans:?}");
        }
    }
}
