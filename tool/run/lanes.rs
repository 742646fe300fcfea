//! A lane for each process, side by side; time runs down.
//!
//! | lane | its process |
//! |---|---|
//! | `│` | runs, or could |
//! | `┊` | waits for other processes to end |
//! | `·` | sleeps for another reason |
//! | `z` | has ended, and nobody has collected it: a zombie |
//!
//! | at an event | |
//! |---|---|
//! | `├─╮` | starts a process, whose lane begins there |
//! | `├─╯` | collects one, whose lane ends there |
//! | `├─▶` | sends a signal there |
//! | `◆` | executes another program |
//! | `○` | begins to wait or to sleep |
//! | `╳` | ends |
//! | `●` | does anything else |
//!
//! A process that has been collected leaves its lane to the next one. Where there are more processes than lanes fit, the
//! others share `+36`, their number, and move to a lane when one is free.

use std::collections::{BTreeMap, BTreeSet};

use records::timeline::{Event, What};

use crate::terminal::ink::{Ink, Span};

/// The lanes of one run.
pub struct Lanes {
    /// How many there may be.
    most: usize,
    /// Who has which.
    columns: Vec<Option<usize>>,
    processes: BTreeMap<usize, Process>,
    /// Those that are gone. Of what they wrote may be told late.
    gone: BTreeSet<usize>,
}

/// A process that is there, as a zombie at least.
#[derive(Default)]
struct Process {
    ended: bool,
    /// Its threads beside the first.
    threads: BTreeSet<usize>,
    /// What those do that do nothing.
    idle: BTreeMap<usize, char>,
}

/// What an event looks like.
enum Mark {
    Dot(char),
    /// A line to this process, and what is at its end on the right and on the left.
    Line(usize, char, char),
}

impl Lanes {
    /// No lanes yet, and later at most so many.
    pub fn new(most: usize) -> Lanes {
        Lanes { most: most.max(1), columns: vec![], processes: BTreeMap::new(), gone: BTreeSet::new() }
    }

    /// The lanes at this event, which then has happened.
    pub fn event(&mut self, event: &Event) -> Vec<Span> {
        if self.gone.contains(&event.process) {
            return self.rest();
        }
        self.enter(event.process);
        if let What::Start { child, .. } = event.what {
            self.enter(child);
        }
        let spans = self.draw(Some((event.process, mark(event))));
        self.happen(event);
        spans
    }

    /// The lanes between two events.
    pub fn rest(&self) -> Vec<Span> {
        self.draw(None)
    }

    /// Notes a process and gives it a lane, if it has none and one is free.
    fn enter(&mut self, process: usize) {
        self.processes.entry(process).or_default();
        if self.columns.contains(&Some(process)) {
            return;
        }
        match self.columns.iter().position(Option::is_none) {
            Some(free) => self.columns[free] = Some(process),
            None if self.columns.len() < self.most => self.columns.push(Some(process)),
            None => {}
        }
    }

    fn happen(&mut self, event: &Event) {
        let process = self.processes.entry(event.process).or_default();
        match &event.what {
            What::Thread(thread) => drop(process.threads.insert(*thread)),
            What::ThreadEnd => {
                process.threads.remove(&event.thread);
                process.idle.remove(&event.thread);
            }
            What::Wait { look: false, .. } => drop(process.idle.insert(event.thread, '┊')),
            What::Sleep(_) | What::FutexWait(_) | What::Join(_) | What::EndWait { .. } => {
                process.idle.entry(event.thread).or_insert('·');
            }
            What::Awake | What::Woken { .. } | What::Put { .. } | What::Got { .. } | What::EndOfFile(_)
                if process.idle.get(&event.thread) == Some(&'·') =>
            {
                process.idle.remove(&event.thread);
            }
            What::Waited { collected } => {
                process.idle.remove(&event.thread);
                if let Some(gone) = *collected {
                    self.leave(gone);
                }
            }
            What::Exec(_) => *process = Process::default(),
            What::End(_) => process.ended = true,
            What::Reaped => self.leave(event.process),
            _ => {}
        }
    }

    fn leave(&mut self, process: usize) {
        self.processes.remove(&process);
        self.gone.insert(process);
        self.columns.iter_mut().filter(|lane| **lane == Some(process)).for_each(|lane| *lane = None);
    }

    fn draw(&self, event: Option<(usize, Mark)>) -> Vec<Span> {
        let column = |process| self.columns.iter().position(|lane| *lane == Some(process));
        let mut cells: Vec<[char; 2]> = self.columns.iter().map(|lane| [self.glyph(*lane), ' ']).collect();
        let mut crowd_mark = ' ';
        match event {
            Some((from, Mark::Line(to, right, left))) => match (column(from), column(to)) {
                (Some(from), Some(to)) => connect(&mut cells, from, to, if from < to { right } else { left }),
                (one, other) => match one.or(other) {
                    Some(there) => cells[there][0] = '●',
                    None => crowd_mark = '●',
                },
            },
            Some((at, Mark::Dot(dot))) => match column(at) {
                Some(at) => cells[at][0] = dot,
                None => crowd_mark = dot,
            },
            None => {}
        }
        let inks = self.columns.iter().map(|lane| lane.map_or(Ink::Plain, Ink::Process));
        let mut spans: Vec<Span> =
            cells.iter().zip(inks).map(|(cell, ink)| Span::new(ink, String::from_iter(cell))).collect();
        let crowd = self.processes.keys().filter(|process| column(**process).is_none()).count();
        if crowd > 0 {
            spans.push(Span::new(Ink::Plain, format!("{crowd_mark}+{crowd:<2} ")));
        }
        spans
    }

    fn glyph(&self, lane: Option<usize>) -> char {
        let Some(process) = lane.and_then(|process| self.processes.get(&process)) else { return ' ' };
        if process.ended {
            return 'z';
        }
        // A process does nothing when none of its threads does anything.
        let all_idle = process.idle.len() == process.threads.len() + 1;
        process.idle.get(&0).copied().filter(|_| all_idle).unwrap_or('│')
    }
}

/// A line from one lane to another, with `end` at its end.
fn connect(cells: &mut [[char; 2]], from: usize, to: usize, end: char) {
    let (left, right) = (from.min(to), from.max(to));
    for cell in &mut cells[left..right] {
        let crossed = if cell[0] == ' ' { '─' } else { '┼' };
        *cell = [crossed, '─'];
    }
    cells[from][0] = if from < to { '├' } else { '┤' };
    cells[to][0] = end;
}

fn mark(event: &Event) -> Mark {
    match event.what {
        What::Start { child, .. } => Mark::Line(child, '╮', '╭'),
        What::Waited { collected: Some(child) } => Mark::Line(child, '╯', '╰'),
        What::Send { to: Some(to), .. } if to != event.process => Mark::Line(to, '▶', '◀'),
        What::Exec(_) => Mark::Dot('◆'),
        What::Wait { .. } | What::Sleep(_) | What::FutexWait(_) | What::Join(_) | What::EndWait { .. } => {
            Mark::Dot('○')
        }
        What::Got { ref from, .. } => match from.first() {
            Some(writer) if writer.process != event.process => Mark::Line(writer.process, '●', '●'),
            _ => Mark::Dot('●'),
        },
        What::Woken { by } if by.process != event.process => Mark::Line(by.process, '●', '●'),
        What::End(_) => Mark::Dot('╳'),
        _ => Mark::Dot('●'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::samples;

    /// Each event's lanes as text.
    fn drawn(most: usize, events: &[Event]) -> String {
        let mut lanes = Lanes::new(most);
        let line = |spans: Vec<Span>| spans.into_iter().map(|span| span.text).collect::<String>();
        let rows = events.iter().map(|event| format!("{}{:?}", line(lanes.event(event)), event.what));
        let cut = |row: String| row.chars().take(40).collect::<String>().trim_end().to_owned() + "\n";
        rows.map(cut).collect()
    }

    #[test]
    fn a_lane_ends_where_its_process_is_collected_and_serves_the_next() {
        insta::assert_snapshot!(drawn(8, &samples::one_after_another()), @r#"
        ├─╮ Start { child: 1, by: Fork }
        ○ │ Wait { call: "waitid", of: [1], look
        ┊ ╳ End(Exit(0))
        ├─╯ Waited { collected: Some(1) }
        ├─╮ Start { child: 2, by: Fork }
        ○ │ Wait { call: "waitid", of: [2], look
        ┊ ╳ End(Exit(0))
        ├─╯ Waited { collected: Some(2) }
        ╳   End(Exit(0))
        ●   Reaped
        "#);
    }

    #[test]
    fn signals_zombies_and_orphans_are_seen() {
        insta::assert_snapshot!(drawn(8, &samples::a_double_fork_and_a_signal()), @r#"
        ├─╮ Start { child: 1, by: Fork }
        ├─┼─╮ Start { child: 2, by: Fork }
        │ ├─┼─╮ Start { child: 3, by: Fork }
        │ ╳ │ │ End(Exit(0))
        │ z │ ● Orphaned
        ○ z │ │ Sleep("nanosleep")
        · z │ ○ Sleep("pause")
        ● z │ · Awake
        ├─╯ │ · Waited { collected: Some(1) }
        ├───┼─▶ Send { signal: "SIGTERM", to: So
        │   │ ● Receive("SIGTERM")
        │   │ ╳ End(Signal(15))
        │   │ ● Reaped
        ◀───┤   Send { signal: "SIGUSR1", to: So
        "#);
    }

    #[test]
    fn more_processes_than_lanes_share_the_last() {
        insta::assert_snapshot!(drawn(3, &samples::burst(5).1), @r"
        ├─╮ Start { child: 1, by: Fork }
        ├─┼─╮ Start { child: 2, by: Fork }
        ● │ │  +1  Start { child: 3, by: Fork }
        ● │ │  +2  Start { child: 4, by: Fork }
        ● │ │  +3  Start { child: 5, by: Fork }
        │ ╳ │  +3  End(Exit(0))
        ├─╯ │  +3  Waited { collected: Some(1) }
        │   ╳  +3  End(Exit(0))
        ├───╯  +3  Waited { collected: Some(2) }
        │ ╳    +2  End(Exit(0))
        ├─╯    +2  Waited { collected: Some(3) }
        │ ╳    +1  End(Exit(0))
        ├─╯    +1  Waited { collected: Some(4) }
        │ ╳   End(Exit(0))
        ├─╯   Waited { collected: Some(5) }
        ");
    }

    #[test]
    fn a_process_is_idle_when_all_its_threads_are() {
        insta::assert_snapshot!(drawn(8, &samples::threads()), @r#"
        ├─╮ Start { child: 1, by: Fork }
        │ ● Receive("SIGUSR1")
        ● │ Thread(1)
        │ ● Receive("SIGUSR1")
        ○ │ Sleep("futex")
        │ ● Receive("SIGUSR1")
        ○ │ Sleep("futex")
        · ● Receive("SIGUSR1")
        ● │ Awake
        │ ● Receive("SIGUSR1")
        ● │ ThreadEnd
        · ● Receive("SIGUSR1")
        ● │ Awake
        │ ● Receive("SIGUSR1")
        ○ │ Wait { call: "waitid", of: [1], look
        ┊ ● Receive("SIGUSR1")
        ● │ Waited { collected: None }
        │ ● Receive("SIGUSR1")
        "#);
    }
}
