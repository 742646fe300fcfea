//! A run as lines of text: when, the lanes, and what happened.
//!
//! ```text
//!     0.000 ms ◆   main executes hello
//!     1.204 ms ├─╮ main starts Process-1 (vfork)
//!     1.937 ms │ ● Process-1 writes: Hello Process World
//! ```
//!
//! Lines come from events alone, one event after the other, so a run that is under way is drawn as one that is over.

use std::collections::{BTreeMap, BTreeSet};

use records::timeline::{self, Event, Process, What};
use supervisor::End;

use crate::figure::timeline::words::at_ends;
use crate::run::lanes::Lanes;
use crate::run::words::{millis, sentence, visible, written};
use crate::terminal::ink::{self, Ink, Span};
use crate::terminal::wrap::wrap;

/// `99999.999 ms ` takes that much.
const TIME: usize = 13;
/// Where lines are as long as they have to be, lanes are no more than on this width.
const USUAL_WIDTH: usize = 80;
/// There is always so much room for words.
const NARROWEST: usize = 8;

/// The lines of a run that is over.
pub fn whole(run: &timeline::Run, width: Option<usize>, colored: bool) -> Vec<String> {
    some(run, width, colored, |_| true)
}

/// The same, without the small steps.
pub fn brief(run: &timeline::Run, width: Option<usize>, colored: bool) -> Vec<String> {
    let is_small = small_steps(&run.events);
    some(run, width, colored, |event| !is_small[event])
}

/// The lines of those events that `wanted` names by their places.
fn some(
    run: &timeline::Run,
    width: Option<usize>,
    colored: bool,
    wanted: impl Fn(usize) -> bool,
) -> Vec<String> {
    let mut drawing = Drawing::new(width, colored);
    // The lanes know of all of them.
    let texts = run.events.iter().map(|event| drawing.lines(event, &run.processes)).enumerate();
    let text: String = texts.filter(|(at, _)| wanted(*at)).map(|(_, text)| text).collect();
    text.lines().map(str::to_owned).collect()
}

/// Which events say nothing that another one does not: a child that executes the program of its parent first of all, while the
/// parent sleeps for that; who wakes up; and a wait for somebody who has ended, up to the end of it in which he is collected.
fn small_steps(events: &[Event]) -> Vec<bool> {
    let (mut begun, mut ended) = (BTreeSet::from([0]), BTreeSet::new());
    let mut waits: BTreeMap<(usize, usize), &[usize]> = BTreeMap::new();
    let is_small = events.iter().map(|event| {
        let first = begun.insert(event.process);
        match &event.what {
            What::Awake => true,
            What::Sleep(call) => ["clone", "clone3", "vfork"].contains(&call.as_str()),
            What::Exec(_) => first,
            What::Wait { of, .. } => {
                waits.insert((event.process, event.thread), of);
                of.iter().any(|process| ended.contains(process))
            }
            What::Waited { collected: None } => {
                let of = waits.get(&(event.process, event.thread)).copied().unwrap_or_default();
                of.iter().any(|process| ended.contains(process))
            }
            What::End(_) => !ended.insert(event.process),
            _ => false,
        }
    });
    is_small.collect()
}

/// Draws one run.
pub struct Drawing {
    lanes: Lanes,
    /// What each thread waits for, by its process and its number.
    waits: BTreeMap<(usize, usize), String>,
    width: Option<usize>,
    colored: bool,
}

impl Drawing {
    /// A drawing on so many columns; `None` for lines that are never broken.
    pub fn new(width: Option<usize>, colored: bool) -> Drawing {
        // Half of the width is for words.
        let room = (width.unwrap_or(USUAL_WIDTH) / 2).saturating_sub(TIME);
        Drawing { lanes: Lanes::new(room / 2), waits: BTreeMap::new(), width, colored }
    }

    /// Notes what a thread waits for. At the deadline, says it of a process.
    fn still_waits(&mut self, event: &Event) -> Option<Span> {
        let thread = (event.process, event.thread);
        let wait = match &event.what {
            What::EndWait { bytes_from, room_in, .. } => at_ends(bytes_from, room_in),
            What::FutexWait(futex) => format!("at {futex}"),
            What::End(_) => {
                let own = self.waits.iter().filter(|((process, _), _)| *process == event.process);
                let waits: Vec<String> = own.map(|(_, wait)| visible(wait)).collect();
                let told = event.what == What::End(End::Deadline) && !waits.is_empty();
                return told
                    .then(|| Span::new(Ink::Plain, format!(": it still waits {}", waits.join(" and "))));
            }
            What::Receive(_) | What::Orphaned | What::Reaped => return None,
            _ => {
                self.waits.remove(&thread);
                return None;
            }
        };
        self.waits.insert(thread, wait);
        None
    }

    /// The lines of one event, each with its newline. `processes` are those seen so far, by what they are called now.
    pub fn lines(&mut self, event: &Event, processes: &[Process]) -> String {
        let mut words = sentence(event, processes);
        words.extend(self.still_waits(event));
        let time = format!("{:>9} ms ", millis(event.at));
        let mut head = vec![Span::new(Ink::Faint, time)];
        head.extend(self.lanes.event(event));
        let mut next = vec![Span::new(Ink::Plain, " ".repeat(TIME))];
        next.extend(self.lanes.rest());

        let Some((ink, lines)) = written(event) else { return self.broken(&head, &next, &words) };
        // Lines of output stand below each other, where that leaves them room.
        let indent: usize = words.iter().map(Span::width).sum();
        let indent = if 2 * indent > self.room(&next) { 2 } else { indent };
        let mut text = String::new();
        for line in lines {
            words.push(Span::new(ink, line));
            text += &self.broken(if text.is_empty() { &head } else { &next }, &next, &words);
            words = vec![Span::new(Ink::Plain, " ".repeat(indent))];
        }
        text
    }

    /// How many columns are left behind `head`.
    fn room(&self, head: &[Span]) -> usize {
        match self.width {
            // On a terminal so narrow nothing can be read anyhow.
            Some(width) => width.saturating_sub(head.iter().map(Span::width).sum()).max(NARROWEST),
            None => usize::MAX,
        }
    }

    /// The words behind `head`, and what has no room there behind `next`.
    fn broken(&self, head: &[Span], next: &[Span], words: &[Span]) -> String {
        let heads = std::iter::once(head).chain(std::iter::repeat(next));
        let lines = wrap(words, self.room(head), self.room(next)).into_iter().zip(heads);
        lines.map(|(line, head)| ink::line(&[head, &line].concat(), self.colored) + "\n").collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::samples;

    fn drawn(width: Option<usize>, (processes, events): &(Vec<Process>, Vec<Event>)) -> String {
        let mut drawing = Drawing::new(width, false);
        events.iter().map(|event| drawing.lines(event, processes)).collect()
    }

    #[test]
    fn a_run_is_drawn_line_by_line() {
        insta::assert_snapshot!(drawn(Some(80), &samples::hello()), @r"
        0.000 ms ◆ main executes hello
        0.500 ms ├─╮ main starts Process-1 (vfork)
        1.000 ms │ ◆ Process-1 executes hello
        1.500 ms ○ │ main waits for Process-1 (waitid)
        2.000 ms ┊ ● Process-1 writes: Hello Process World
        2.500 ms ┊ ╳ Process-1 ends: exit code 0
        3.000 ms ├─╯ main collects Process-1
        3.500 ms ╳   main ends: exit code 0
        4.000 ms ●   the reaper collects main
        ");
    }

    #[test]
    fn a_brief_one_leaves_out_what_another_line_says() {
        let (processes, events) = samples::small_steps();
        let run = timeline::Run { over: 0, processes, events };
        assert_eq!(whole(&run, None, false).len(), run.events.len());
        insta::assert_snapshot!(brief(&run, None, false).join("\n"), @r"
        0.000 ms ◆ main executes hello
        0.500 ms ├─╮ main starts Process-1 (vfork)
        2.500 ms ├─┼─╮ main starts Process-2 (fork)
        3.000 ms │ ○ │ Process-1 sleeps (clock_nanosleep)
        3.500 ms ○ · │ main waits for Process-1 (waitid)
        4.000 ms ● · │ main collects no process
        4.500 ms ○ · │ main waits for Process-1 and Process-2 (waitid)
        5.500 ms ┊ ╳ │ Process-1 ends: exit code 0
        8.000 ms ├─╯ │ main collects Process-1
        9.000 ms │   ◆ Process-2 executes another
        ");
    }

    #[test]
    fn all_that_can_happen_has_words() {
        insta::assert_snapshot!(drawn(None, &samples::everything()), @r"
         0.000 ms ◆ main executes hello
         0.500 ms ├─╮ main starts Process-1 (clone)
         1.000 ms ● │ main starts thread 1
         1.500 ms ● │ main starts thread second
         2.000 ms ○ │ main looks at Process-1 (waitpid)
         2.500 ms ● │ main collects no process
         3.000 ms ○ │ main waits for whichever child ends first (waitid)
         3.500 ms ○ │ main waits for Process-1 and Process-2 (waitid)
         4.000 ms ○ │ main waits for Process-1, Process-2 and Process-3 (waitid)
         4.500 ms ○ │ main waits for 5 processes (waitid)
         5.000 ms ○ │ main sleeps (nanosleep)
         5.500 ms ● │ main is awake
         6.000 ms ○ │ main waits at futex 1
         6.500 ms ├─● main is woken by Process-1
         7.000 ms ○ │ main waits at futex 2
         7.500 ms ● │ main is woken by thread second of main
         8.000 ms ● │ main writes 5 bytes to pipe 1
         8.500 ms ●─┤ Process-1 reads 3 bytes from pipe 1, written by main
         9.000 ms ●─┤ Process-1 reads 4 bytes from pipe 1, written by main and thread second of main
         9.500 ms │ ● Process-1 reads 1 byte from pipe 2
        10.000 ms │ ○ Process-1 waits for bytes from pipe 1 or orders (ppoll)
        10.500 ms │ ● Process-1 reads the end of file from pipe 1: no writing end is left
        11.000 ms ○ │ main waits for room in pipe 3 (write)
        11.500 ms ● │ main writes 65536 bytes (64 KiB) to pipe 3
        12.000 ms ● │ main maps 4096 bytes of queue to share them
        12.500 ms │ ● Process-1 shares 8192 bytes of memory 1 with its parent
        13.000 ms ● │ main marks: a phase begins
        13.500 ms ● │ main begins task third
        14.000 ms ● │ task third of main runs on thread second of main
        14.500 ms ● │ task third of main rests
        15.000 ms ○ │ main waits for thread second
        15.500 ms ● │ main is awake
        16.000 ms ├─▶ main sends SIGTERM to Process-1
        16.500 ms ● │ main sends SIGABRT to itself
        17.000 ms ● │ main sends SIGUSR1 to several processes, or outside
        17.500 ms │ ● Process-1 receives SIGTERM
        18.000 ms ● │ main writes: one
                  │ │              two
        18.500 ms ● │ main writes to stderr: no end (no newline)
        19.000 ms ● │ main writes:
        19.500 ms ● │ thread second of main ends
        20.000 ms │ ╳ Process-1 ends: signal SIGTERM
        20.500 ms ├─╯ main collects Process-1
        21.000 ms │ ○ Process-2 waits for bytes from pipe 1 (read)
        21.500 ms │ ● Process-2 is an orphan, adopted by the reaper
        22.000 ms │ ╳ Process-2 is killed at the deadline: it still waits for bytes from pipe 1
        22.500 ms │ ● the reaper collects Process-2
        ");
    }

    #[test]
    fn what_does_not_fit_goes_on_below() {
        let narrow = drawn(Some(44), &samples::long_output());
        insta::assert_snapshot!(narrow, @r"
    0.000 ms ├─╮ main starts Process-1
             │ │ (fork)
    0.500 ms ● │ main writes: a sentence
             │ │ that is longer than the
             │ │ line it stands on
             │ │
             │ │ andawordthatislongerthanthe
             │ │ lineitstandson
    ");
        assert!(narrow.lines().all(|line| line.chars().count() <= 44), "{narrow}");
        assert_eq!(drawn(None, &samples::long_output()).lines().count(), 3, "a pipe has no width");
    }

    #[test]
    fn fifty_children_fit_on_a_usual_terminal() {
        let burst = drawn(Some(80), &samples::burst(50));
        assert!(burst.lines().all(|line| line.chars().count() <= 80), "{burst}");
        assert!(burst.contains("+38"), "{burst}");
        for child in 1..=50 {
            for words in [format!("starts child {child} of main"), format!("collects child {child} of main")]
            {
                let at = burst.replace("\n", " ").split(&format!("{words} ")).count();
                assert_eq!(at, 2, "{words} in {burst}");
            }
        }
    }

    #[test]
    fn nothing_that_a_program_writes_controls_the_terminal() {
        let (mut processes, mut events) = samples::hello();
        processes[1].name = "\x1b[31mred".into();
        for event in &mut events {
            if let records::timeline::What::Write { text, .. } = &mut event.what {
                *text = "a\x1b[2Jb\rc\n".into();
            }
        }
        let drawn = drawn(Some(80), &(processes, events));
        assert!(!drawn.contains('\x1b') && !drawn.contains('\r'), "{drawn:?}");
        assert!(drawn.contains(r"\u{1b}[31mred writes: a\u{1b}[2Jb\rc"), "{drawn}");
    }

    #[test]
    fn colors_come_only_when_asked_for_and_change_no_letter() {
        let (processes, events) = samples::hello();
        let mut colored = Drawing::new(Some(80), true);
        let colored: String = events.iter().map(|event| colored.lines(event, &processes)).collect();
        assert!(colored.contains("\x1b["));
        assert_eq!(console::strip_ansi_codes(&colored), drawn(Some(80), &(processes, events)));
    }
}
