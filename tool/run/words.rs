//! An event as a sentence.

use records::record::shown;
use records::timeline::{Birth, Event, Process, What};
use supervisor::End;
use supervisor::event::Stream;

use crate::figure::timeline::words;
use crate::terminal::ink::{Ink, Span};

/// What happened, in words; what was written is for [`written`] to say.
pub fn sentence(event: &Event, processes: &[Process]) -> Vec<Span> {
    let name = |process| Span::new(Ink::Process(process), name(process, processes));
    let plain = |text: String| Span::new(Ink::Plain, text);
    let mut sentence = actor(event.process, event.thread, processes);
    match &event.what {
        What::Start { child, by } => {
            let how = match by {
                Birth::Fork => "fork",
                Birth::Vfork => "vfork",
                Birth::Clone => "clone",
            };
            sentence.extend([
                plain(" starts ".into()),
                name(*child),
                Span::new(Ink::Faint, format!(" ({how})")),
            ]);
        }
        What::Thread(new) => {
            sentence.push(plain(format!(" starts {}", thread(event.process, *new, processes))));
        }
        What::Exec(program) => sentence.push(plain(format!(" executes {}", visible(program)))),
        What::Send { signal, to: Some(to) } if *to == event.process => {
            sentence.push(plain(format!(" sends {signal} to itself")));
        }
        What::Send { signal, to: Some(to) } => {
            sentence.extend([plain(format!(" sends {signal} to ")), name(*to)])
        }
        What::Send { signal, to: None } => {
            sentence.push(plain(format!(" sends {signal} to several processes, or outside")));
        }
        What::Receive(signal) => sentence.push(plain(format!(" receives {signal}"))),
        What::Wait { call, of, look } => {
            sentence.push(plain(if *look { " looks at " } else { " waits for " }.into()));
            sentence.extend(list(of, &name));
            sentence.push(Span::new(Ink::Faint, format!(" ({call})")));
        }
        What::Waited { collected: Some(child) } => {
            sentence.extend([plain(" collects ".into()), name(*child)])
        }
        What::Waited { collected: None } => sentence.push(plain(" collects no process".into())),
        What::Sleep(call) => {
            sentence.extend([plain(" sleeps".into()), Span::new(Ink::Faint, format!(" ({call})"))]);
        }
        What::FutexWait(futex) => sentence.push(plain(format!(" waits at {}", visible(futex)))),
        What::Join(other) => {
            sentence.push(plain(format!(" waits for {}", thread(event.process, *other, processes))));
        }
        What::Woken { by } => {
            sentence.push(plain(" is woken by ".into()));
            sentence.extend(actor(by.process, by.thread, processes));
        }
        What::EndWait { call, bytes_from, room_in } => {
            let awaited = visible(&words::at_ends(bytes_from, room_in));
            sentence
                .extend([plain(format!(" waits {awaited}")), Span::new(Ink::Faint, format!(" ({call})"))]);
        }
        What::EndOfFile(of) => {
            sentence
                .push(plain(format!(" reads the end of file from {}: no writing end is left", visible(of))));
        }
        What::Put { bytes, into } => {
            sentence.push(plain(format!(" writes {} to {}", words::message(*bytes), visible(into))));
        }
        What::Got { bytes, out_of, from } => {
            sentence.push(plain(format!(" reads {} from {}", words::message(*bytes), visible(out_of))));
            for (at, writer) in from.iter().enumerate() {
                sentence.push(plain(if at == 0 { ", written by " } else { " and " }.into()));
                sentence.extend(actor(writer.process, writer.thread, processes));
            }
        }
        What::Map { memory, bytes, inherited } => {
            let (bytes, memory) = (words::bytes(*bytes), visible(memory));
            sentence.push(plain(match inherited {
                false => format!(" maps {bytes} of {memory} to share them"),
                true => format!(" shares {bytes} of {memory} with its parent"),
            }));
        }
        What::Mark(text) => sentence.push(plain(format!(" marks: {}", visible(text)))),
        What::Task(task) => {
            sentence.push(plain(format!(" begins {}", thread(event.process, *task, processes))));
        }
        What::Runs { on } => {
            sentence.push(plain(" runs on ".into()));
            sentence.extend(actor(event.process, *on, processes));
        }
        What::Rests => sentence.push(plain(" rests".into())),
        What::Awake => sentence.push(plain(" is awake".into())),
        What::Write { to: Stream::Stdout, .. } => sentence.push(plain(" writes: ".into())),
        What::Write { to: Stream::Stderr, .. } => sentence.push(plain(" writes to stderr: ".into())),
        What::ThreadEnd => sentence.push(plain(" ends".into())),
        What::End(End::Deadline) => sentence.push(plain(" is killed at the deadline".into())),
        What::End(end) => sentence.push(plain(format!(" ends: {end}"))),
        What::Orphaned => sentence.push(plain(" is an orphan, adopted by the reaper".into())),
        What::Reaped => {
            sentence.insert(0, plain("the reaper collects ".into()));
        }
    }
    sentence
}

/// Microseconds as milliseconds.
pub fn millis(micros: u64) -> String {
    format!("{}.{:03}", micros / 1000, micros % 1000)
}

/// A thread and its process.
fn actor(process: usize, number: usize, processes: &[Process]) -> Vec<Span> {
    let name = Span::new(Ink::Process(process), name(process, processes));
    match number {
        0 => vec![name],
        number => vec![Span::new(Ink::Plain, format!("{} of ", thread(process, number, processes))), name],
    }
}

/// A thread or task by its name, or else by its number.
fn thread(process: usize, thread: usize, processes: &[Process]) -> String {
    let process = processes.get(process);
    let is_task = process.is_some_and(|process| process.tasks.contains(&thread));
    let is = if is_task { "task" } else { "thread" };
    match process.and_then(|process| process.thread_names.get(&thread)) {
        Some(name) => format!("{is} {}", visible(name)),
        None => format!("{is} {thread}"),
    }
}

/// What was written by an event, line by line.
pub fn written(event: &Event) -> Option<(Ink, Vec<String>)> {
    let What::Write { to, text } = &event.what else { return None };
    let ink = match to {
        Stream::Stdout => Ink::Stdout,
        Stream::Stderr => Ink::Stderr,
    };
    let mut lines = shown(text.as_bytes());
    if !text.ends_with('\n')
        && let Some(last) = lines.last_mut()
    {
        last.push_str(" (no newline)");
    }
    Some((ink, lines))
}

fn list(of: &[usize], name: &impl Fn(usize) -> Span) -> Vec<Span> {
    /// More names than that say less than their number.
    const MOST: usize = 4;
    if of.is_empty() {
        return vec![Span::new(Ink::Plain, "whichever child ends first")];
    }
    if of.len() > MOST {
        return vec![Span::new(Ink::Plain, format!("{} processes", of.len()))];
    }
    let mut words = vec![];
    for (at, process) in of.iter().enumerate() {
        if at > 0 {
            words.push(Span::new(Ink::Plain, if at + 1 == of.len() { " and " } else { ", " }));
        }
        words.push(name(*process));
    }
    words
}

/// What a process is called, with nothing in it that controls a terminal: it may have chosen the name itself.
fn name(process: usize, processes: &[Process]) -> String {
    processes.get(process).map_or_else(|| format!("process {process}"), |process| visible(&process.name))
}

/// What a program has written or named, with nothing in it that controls a terminal.
pub fn visible(text: &str) -> String {
    shown(text.as_bytes()).join(" ")
}
