//! What two runs of one program have in common, whatever their times.
//!
//! A shape is text, so that two of them can be compared by eye: for each process, by name, who started it and how it ended
//! and who collected it, and then what each of its threads did, in order.
//!
//! ```text
//! main: exit code 0, reaped
//!   executes hello
//!   starts Process-1 (vfork)
//!   collects Process-1
//! Process-1, started by main: exit code 0, collected by main
//!   executes hello
//!   writes to stdout "Hello Process World\n"
//! ```
//!
//! Not part of it: times; sleeps; looks and waits that collect nobody; the order between threads, of which the rest
//! follows from who started and who collected whom; which line came first where several wrote; who collects what is
//! killed at the deadline. What a thread wrote is one text, since it can be torn by what others wrote.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{
    end::End,
    event::Stream,
    timeline::{Event, Process, Run, What},
};

/// What is the same in every run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// A text for each process, by its name.
    processes: BTreeMap<String, String>,
}

/// How far the order within a thread is the same in every run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// All that it does.
    Exact,
    /// All but when it collects whom, and the order of its lines: they depend on who ends first.
    ButCollections,
}

impl Shape {
    /// The shape of a run.
    pub fn of(run: &Run, within: Within) -> Shape {
        let processes = run.processes.iter().enumerate();
        let text = |(at, process): (usize, &Process)| (process.name.clone(), process_text(run, at, within));
        Shape { processes: processes.map(text).collect() }
    }

    /// Whether the other one is the same.
    ///
    /// # Errors
    ///
    /// What sets them apart: the processes that differ, as both have them.
    pub fn same_as(&self, other: &Shape) -> Result<(), String> {
        let names: BTreeSet<&String> = self.processes.keys().chain(other.processes.keys()).collect();
        let missing = String::from("(no such process)\n");
        let mut problems = String::new();
        for name in names {
            let [this, that] = [self, other].map(|shape| shape.processes.get(name).unwrap_or(&missing));
            if this != that {
                problems += &format!("expected:\n{this}found:\n{that}");
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.processes.values().try_for_each(|text| f.write_str(text))
    }
}

fn process_text(run: &Run, at: usize, within: Within) -> String {
    let Process { name, parent, threads } = &run.processes[at];
    let mut text = name.clone();
    if let Some(parent) = parent {
        text += &format!(", started by {}", run.processes[*parent].name);
    }
    let own = || run.events.iter().filter(|event| event.process == at);
    let end = own().find_map(|event| match &event.what {
        What::End(end) => Some(end.to_string()),
        _ => None,
    });
    text += &format!(": {}", end.as_deref().unwrap_or("no end"));
    // Who is killed at the deadline is collected by nobody of the program.
    if !own().any(|event| event.what == What::End(End::Deadline)) {
        text += &format!(", {}", collector(run, at));
    }
    if own().any(|event| event.what == What::Orphaned) {
        text += ", orphaned";
    }
    let received: BTreeSet<&str> = own()
        .filter_map(|event| match &event.what {
            What::Receive(signal) => Some(signal.as_str()),
            _ => None,
        })
        .collect();
    received.iter().for_each(|signal| text += &format!(", received {signal}"));
    text.push('\n');
    for thread in 0..*threads {
        if *threads > 1 {
            text += &format!("  thread {thread}\n");
        }
        let events = own().filter(|event| event.thread == thread);
        events.filter_map(|event| deed(run, event, within)).for_each(|deed| text += &format!("  {deed}\n"));
        for stream in [Stream::Stdout, Stream::Stderr] {
            let mut written = written(run, at, thread, stream);
            if within == Within::ButCollections {
                written = sorted(&written);
            }
            if !written.is_empty() {
                text += &format!("  writes to {stream:?} {written:?}\n");
            }
        }
    }
    text
}

fn collector(run: &Run, at: usize) -> String {
    let collected = run.events.iter().find_map(|event| match event.what {
        What::Waited { collected } if collected == Some(at) => Some(event.process),
        _ => None,
    });
    match collected {
        Some(by) => format!("collected by {}", run.processes[by].name),
        None if run.events.iter().any(|event| event.process == at && event.what == What::Reaped) => {
            "reaped".into()
        }
        None => "never collected".into(),
    }
}

/// What is told of an event in the order of its thread, if anything is.
fn deed(run: &Run, event: &Event, within: Within) -> Option<String> {
    let name = |process: usize| &run.processes[process].name;
    Some(match &event.what {
        What::Start { child, by } => format!("starts {} ({by:?})", name(*child)),
        What::Thread(thread) => format!("starts thread {thread}"),
        What::Exec(program) => format!("executes {program}"),
        What::Send { signal, to } => {
            format!("sends {signal} to {}", to.map_or("others", |process| name(process)))
        }
        What::Waited { collected: Some(collected) } if within == Within::Exact => {
            format!("collects {}", name(*collected))
        }
        What::ThreadEnd => "ends".into(),
        _ => return None,
    })
}

/// The same lines, of which the first may be any.
fn sorted(text: &str) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    lines.sort_unstable();
    lines.concat()
}

fn written(run: &Run, process: usize, thread: usize, stream: Stream) -> String {
    let own = run.events.iter().filter(|event| event.process == process && event.thread == thread);
    own.filter_map(|event| match &event.what {
        What::Write { to, text } if *to == stream => Some(text.as_str()),
        _ => None,
    })
    .collect()
}
