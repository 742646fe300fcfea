//! An event in words: as a sentence, and as a label of a word or two. And times as people read them.

use records::timeline::{Event, Process, Run, What};
use supervisor::end::End;
use supervisor::event::{Birth, Stream};

/// What happened, as a sentence without its full stop.
pub fn sentence(run: &Run, event: &Event) -> String {
    let name = |process: usize| run.processes[process].name.as_str();
    let who = who(run, event);
    match &event.what {
        What::Start { child, by: Birth::Fork } => {
            format!("{who} starts {}, a copy of itself (fork)", name(*child))
        }
        What::Start { child, by: Birth::Vfork } => format!(
            "{who} starts {}, and stands still until that loads another program or ends (vfork)",
            name(*child)
        ),
        What::Start { child, .. } => format!("{who} starts {} (clone)", name(*child)),
        What::Thread(thread) => {
            format!("{who} starts a thread, {}", thread_name(&run.processes[event.process], *thread))
        }
        What::Exec(program) => format!("{who} begins the program {program} (execve)"),
        What::Send { signal, to: Some(to) } if *to == event.process => {
            format!("{who} sends {signal} to itself")
        }
        What::Send { signal, to: Some(to) } => format!("{who} sends {signal} to {}", name(*to)),
        What::Send { signal, to: None } => {
            format!("{who} sends {signal} to several processes, or to one that is not of this run")
        }
        What::Receive(signal) => format!("{who} receives {signal}"),
        What::Wait { call, of, look } => {
            let whom = match of.as_slice() {
                [] => "any of its children".to_owned(),
                of => list(of.iter().map(|&process| name(process))),
            };
            if *look {
                format!("{who} looks whether {whom} has ended, without waiting ({call})")
            } else {
                format!("{who} begins to wait for {whom} ({call})")
            }
        }
        What::Waited { collected: Some(child) } => {
            format!("{who} has collected {}: the wait is over", name(*child))
        }
        What::Waited { collected: None } => format!("{who} goes on without having collected a process"),
        What::Sleep(call) => format!("{who} is blocked in a system call ({call})"),
        What::FutexWait(futex) => format!("{who} begins to wait at {futex}"),
        What::Join(thread) => {
            format!("{who} begins to wait for the end of {}", thread_of(run, event.process, *thread))
        }
        What::Woken { by } => format!("{who} is woken by {}", thread_of(run, by.process, by.thread)),
        What::EndWait { call, bytes_from, room_in } => {
            format!("{who} begins to wait {} ({call})", at_ends(bytes_from, room_in))
        }
        What::EndOfFile(of) => format!("{who} reads the end of file from {of}: no writing end is left"),
        What::Put { bytes: count, into } => format!("{who} writes {} to {into}", message(*count)),
        What::Got { bytes: count, out_of, from } => {
            let read = format!("{who} reads {} from {out_of}", message(*count));
            let writers: Vec<String> =
                from.iter().map(|writer| thread_of(run, writer.process, writer.thread)).collect();
            match writers.is_empty() {
                true => read,
                false => format!("{read}, written by {}", list(writers.iter().map(String::as_str))),
            }
        }
        What::Map { memory, bytes: count, inherited: false } => {
            format!("{who} maps {} of {memory} to share them", bytes(*count))
        }
        What::Map { memory, bytes: count, inherited: true } => {
            format!("{who} shares {} of {memory} with its parent", bytes(*count))
        }
        What::Mark(text) => format!("{who} marks {}", quoted(text, usize::MAX)),
        What::Task(task) => {
            format!("{who} begins task {}", thread_name(&run.processes[event.process], *task))
        }
        What::Runs { on } => format!("{who} runs on {}", thread_of(run, event.process, *on)),
        What::Rests => format!("{who} rests"),
        What::Awake => format!("{who} goes on"),
        What::Write { to, text } => format!("{who} writes {} to {}", quoted(text, usize::MAX), stream(*to)),
        What::ThreadEnd => format!("{who} ends"),
        What::End(End::Exit(0)) => format!("{who} ends with exit code 0"),
        What::End(End::Exit(101)) => format!("{who} ends with exit code 101, as after a panic"),
        What::End(End::Exit(code)) => format!("{who} ends with exit code {code}"),
        What::End(end @ End::Signal(_)) => format!("{who} is ended by {end}"),
        What::End(End::Deadline) => {
            let waits: Vec<String> = waits_of(run, event.process)
                .map(|(thread, wait)| match thread {
                    0 => format!("waits {wait}"),
                    thread => format!("{} waits {wait}", thread_of(run, event.process, thread)),
                })
                .collect();
            let killed = format!("{who} is still running at the deadline, and is killed");
            match waits.is_empty() {
                true => killed,
                false => format!("{killed}: it still {}", list(waits.iter().map(String::as_str))),
            }
        }
        What::Orphaned => format!("{who} is an orphan: its parent has ended, its new parent is the reaper"),
        What::Reaped if reaped_by_the_reaper(run, event.process) => format!("the reaper collects {who}"),
        What::Reaped => {
            format!(
                "{who} is no zombie: its parent ignores the ends of its children, and the kernel drops it"
            )
        }
    }
}

/// As many characters as a label has where there is room for words.
pub const ROOM: usize = 20;
/// The same where a whole line of output may have it.
pub const LINE: usize = 48;

/// The label beside an event's mark, with so many characters of a line of output or of a name.
pub fn label(event: &Event, longest: usize) -> String {
    match &event.what {
        What::Start { by: Birth::Fork, .. } => "forks".to_owned(),
        What::Start { .. } => "starts".to_owned(),
        What::Thread(_) => "thread".to_owned(),
        What::Exec(_) => "exec".to_owned(),
        What::Send { signal, .. } => signal.clone(),
        What::Receive(signal) => format!("gets {signal}"),
        What::Wait { look: true, .. } => "looks".to_owned(),
        What::Wait { .. } => "waits".to_owned(),
        What::Waited { collected: Some(_) } => "collects".to_owned(),
        What::Waited { collected: None } => "goes on".to_owned(),
        What::Sleep(_) => "sleeps".to_owned(),
        What::FutexWait(futex) => format!("at {}", cut(futex, longest)),
        What::Join(_) => "joins".to_owned(),
        What::Woken { .. } => "is woken".to_owned(),
        What::EndWait { bytes_from, room_in, .. } if longest >= ROOM => {
            cut(&at_ends(bytes_from, room_in), longest + 4)
        }
        What::EndWait { bytes_from, .. } if bytes_from.is_empty() => "for room".to_owned(),
        What::EndWait { .. } => "for bytes".to_owned(),
        What::EndOfFile(_) => "end of file".to_owned(),
        What::Put { bytes, .. } => format!("puts {}", size(*bytes)),
        What::Got { bytes, .. } => format!("gets {}", size(*bytes)),
        What::Map { memory, inherited: false, .. } => format!("maps {}", cut(memory, longest)),
        What::Map { memory, .. } => format!("shares {}", cut(memory, longest)),
        What::Mark(text) => quoted(text, longest),
        What::Task(_) => "task".to_owned(),
        What::Runs { .. } => "runs".to_owned(),
        What::Rests => "rests".to_owned(),
        What::Awake => "wakes".to_owned(),
        What::Write { text, .. } => quoted(text, longest),
        What::ThreadEnd => "ends".to_owned(),
        What::End(End::Exit(101)) => "exit 101 (panic)".to_owned(),
        What::End(End::Exit(code)) => format!("exit {code}"),
        What::End(end @ End::Signal(_)) => {
            let end = end.to_string();
            let name = end.strip_prefix("signal ").filter(|name| name.starts_with("SIG")).unwrap_or(&end);
            if longest < ROOM { name.to_owned() } else { format!("killed by {name}") }
        }
        What::End(End::Deadline) => "deadline".to_owned(),
        What::Orphaned => "orphan".to_owned(),
        What::Reaped => "reaped".to_owned(),
    }
}

/// The words at an event of a story that is told in a few beats: of what is written only the last line.
pub fn beat(event: &Event) -> String {
    match &event.what {
        What::Waited { collected: Some(_) } => "learns how it ended".to_owned(),
        What::Write { text, .. } => cut(text.trim_end().lines().last().unwrap_or_default(), LINE),
        _ => label(event, ROOM),
    }
}

/// What a thread does, with whom, without who it is: the words beside a mark that has a line of its own.
pub fn phrase(run: &Run, event: &Event) -> String {
    let name = |process: usize| run.processes[process].name.as_str();
    let own = &run.processes[event.process];
    match &event.what {
        What::Start { child, .. } => format!("{} {}", label(event, 0), name(*child)),
        What::Thread(thread) => format!("starts {}", thread_name(own, *thread)),
        What::Exec(program) => format!("begins {program}"),
        What::Send { signal, to: Some(to) } => format!("sends {signal} to {}", name(*to)),
        What::Send { signal, to: None } => format!("sends {signal}"),
        What::Wait { of, look, .. } => {
            let whom = list(of.iter().map(|&process| name(process)));
            let whom = if whom.is_empty() { "any child" } else { &whom };
            format!("{} {whom}", if *look { "looks at" } else { "waits for" })
        }
        What::Waited { collected: Some(child) } => format!("collects {}", name(*child)),
        What::Waited { collected: None } => "goes on, nothing collected".to_owned(),
        What::FutexWait(futex) => format!("waits at {futex}"),
        What::Join(thread) => format!("waits for {}", thread_name(own, *thread)),
        What::Woken { by } => format!("is woken by {}", thread_of(run, by.process, by.thread)),
        What::EndWait { bytes_from, room_in, .. } => format!("waits {}", at_ends(bytes_from, room_in)),
        What::EndOfFile(of) => format!("end of file from {of}"),
        What::Put { bytes, into } => format!("puts {} into {into}", size(*bytes)),
        What::Got { bytes, out_of, .. } => format!("gets {} from {out_of}", size(*bytes)),
        What::Map { memory, inherited: false, .. } => format!("maps {memory}"),
        What::Map { memory, .. } => format!("shares {memory}"),
        What::Task(task) => format!("begins {}", thread_name(own, *task)),
        What::Runs { on } => format!("runs on {}", thread_of(run, event.process, *on)),
        What::Orphaned => "is an orphan".to_owned(),
        What::Reaped => "is collected".to_owned(),
        _ => label(event, 60),
    }
}

/// Whether it was the reaper who collected a process, and not the kernel that dropped it. At the deadline parents are killed
/// with their children, and nobody tells that these are orphans for a moment.
pub fn reaped_by_the_reaper(run: &Run, process: usize) -> bool {
    let left = |event: &Event| {
        event.process == process && matches!(event.what, What::Orphaned | What::End(End::Deadline))
    };
    run.processes[process].parent.is_none() || run.events.iter().any(left)
}

/// The process, or which thread of it.
fn who(run: &Run, event: &Event) -> String {
    let of_one_thread = !matches!(event.what, What::End(_) | What::Orphaned | What::Reaped);
    thread_of(run, event.process, if of_one_thread { event.thread } else { 0 })
}

/// A thread and its process; the first thread goes by the name of its process.
fn thread_of(run: &Run, process: usize, thread: usize) -> String {
    let process = &run.processes[process];
    let is = if process.tasks.contains(&thread) { "task" } else { "thread" };
    match process.thread_names.get(&thread) {
        _ if thread == 0 => process.name.clone(),
        Some(name) => format!("{is} {name} of {}", process.name),
        None => format!("{} of {}", thread_name(process, thread), process.name),
    }
}

/// What a thread beside the first is called: by its own name if it has one.
pub fn thread_name(process: &Process, thread: usize) -> String {
    process.thread_names.get(&thread).cloned().unwrap_or_else(|| format!("thread {}", thread + 1))
}

/// So many bytes.
pub fn bytes(count: u64) -> String {
    match count {
        1 => "1 byte".to_owned(),
        count => format!("{count} bytes"),
    }
}

/// How long a message is, to the byte.
pub fn message(count: u64) -> String {
    match count {
        ..1024 => bytes(count),
        count => format!("{} ({})", bytes(count), size(count)),
    }
}

/// So many bytes, in few letters: `12 B`, `64 KiB`, `1.5 MiB`.
fn size(bytes: u64) -> String {
    let (value, unit) = match bytes {
        ..1024 => return format!("{bytes} B"),
        1024..1_048_576 => (bytes as f64 / 1024.0, "KiB"),
        _ => (bytes as f64 / 1_048_576.0, "MiB"),
    };
    let text = format!("{value:.1}");
    format!("{} {unit}", text.strip_suffix(".0").unwrap_or(&text))
}

/// What a thread waits for at the ends of pipes and the like.
pub fn at_ends(bytes_from: &[String], room_in: &[String]) -> String {
    let parts = [("for bytes from", bytes_from), ("for room in", room_in)];
    let parts = parts.iter().filter(|(_, names)| !names.is_empty());
    let parts: Vec<String> = parts.map(|(what, names)| format!("{what} {}", names.join(" or "))).collect();
    parts.join(" or ")
}

/// What the threads of a process wait for when it ends, each by its number, as far as that has a name.
fn waits_of(run: &Run, process: usize) -> impl Iterator<Item = (usize, String)> {
    let name = |process: usize| run.processes[process].name.as_str();
    let wait = move |thread: usize| {
        let own = |event: &&Event| {
            let by_others =
                matches!(event.what, What::End(_) | What::Orphaned | What::Reaped | What::Receive(_));
            (event.process, event.thread) == (process, thread) && !by_others
        };
        match &run.events.iter().rfind(own)?.what {
            What::Wait { of, look: false, .. } if of.is_empty() => Some("for any of its children".to_owned()),
            What::Wait { of, look: false, .. } => {
                Some(format!("for {}", list(of.iter().map(|&of| name(of)))))
            }
            What::FutexWait(futex) => Some(format!("at {futex}")),
            What::Join(other) => Some(format!("for the end of {}", thread_of(run, process, *other))),
            What::EndWait { bytes_from, room_in, .. } => Some(at_ends(bytes_from, room_in)),
            _ => None,
        }
    };
    (0..run.processes[process].threads).filter_map(move |thread| Some((thread, wait(thread)?)))
}

/// The name of an output.
pub fn stream(stream: Stream) -> &'static str {
    match stream {
        Stream::Stdout => "stdout",
        Stream::Stderr => "stderr",
    }
}

/// The text in quotation marks, its lines parted by `⏎`, not longer than this.
fn quoted(text: &str, longest: usize) -> String {
    let text = text.trim_matches('\n').replace('\n', " ⏎ ");
    format!("“{}”", cut(&text, longest))
}

/// The text, or its beginning, with so many characters.
pub fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let beginning: String = text.chars().take(longest - 1).collect();
    format!("{}…", beginning.trim_end())
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        names => names.concat(),
    }
}

/// A time with three digits that count: `87 µs`, `1.23 ms`, `1.20 s`.
pub fn time(microseconds: u64) -> String {
    let (value, unit) = match microseconds {
        0 => return "0".to_owned(),
        1..1_000 => return format!("{microseconds} µs"),
        1_000..999_500 => (microseconds as f64 / 1e3, "ms"),
        _ => (microseconds as f64 / 1e6, "s"),
    };
    let decimals = if value < 9.995 { 2 } else { usize::from(value < 99.95) };
    format!("{value:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::figure::timeline::cases::{self, greeting};

    #[test]
    fn a_time_has_three_digits() {
        for (microseconds, text) in [
            (0, "0"),
            (7, "7 µs"),
            (999, "999 µs"),
            (1_000, "1.00 ms"),
            (9_994, "9.99 ms"),
            (9_996, "10.0 ms"),
            (99_960, "100 ms"),
            (999_499, "999 ms"),
            (999_600, "1.00 s"),
            (61_000_000, "61.0 s"),
        ] {
            assert_eq!(time(microseconds), text);
        }
    }

    #[test]
    fn a_sentence_names_everybody() {
        let run = &greeting().runs[0];
        let sentences: Vec<String> = run.events.iter().map(|event| sentence(run, event)).collect();
        assert!(sentences.contains(&"Process-1 writes “Hello Process World” to stdout".to_owned()));
        assert!(sentences.contains(&"main begins to wait for Process-1 (waitid)".to_owned()));
        assert!(sentences.contains(&"main has collected Process-1: the wait is over".to_owned()));
        assert!(sentences.contains(&"Process-1 ends with exit code 0".to_owned()));
    }

    #[test]
    fn a_thread_is_called_by_its_name_or_by_its_number() {
        let mut run = cases::threads().runs[0].clone();
        run.processes[0].thread_names.insert(1, "helper".into());
        let sentences: Vec<String> = run.events.iter().map(|event| sentence(&run, event)).collect();
        for expected in
            ["main starts a thread, helper", "thread helper of main ends", "thread 3 of main ends"]
        {
            assert!(sentences.iter().any(|sentence| sentence == expected), "{expected}: {sentences:#?}");
        }
    }

    #[test]
    fn what_is_killed_at_the_deadline_is_collected_by_the_reaper() {
        let mut run = cases::deadline().runs[0].clone();
        run.events.push(Event { at: run.over, process: 1, thread: 0, what: What::Reaped });
        let last = run.events.last().expect("it has just been added");
        assert_eq!(sentence(&run, last), "the reaper collects Process-1");
        let end = run.events.len() - 2;
        run.events[end].what = What::End(End::Exit(0));
        let last = run.events.last().expect("it is there still");
        assert!(sentence(&run, last).starts_with("Process-1 is no zombie: its parent ignores"));
    }

    #[test]
    fn a_long_line_is_cut_beside_its_mark_and_whole_in_the_sentence() {
        let text = "a line that goes on and on and on\nand another\n";
        assert_eq!(quoted(text, 20), "“a line that goes on…”");
        assert!(quoted(text, usize::MAX).ends_with("and on ⏎ and another”"));
        assert_eq!(quoted("\nafter an empty line\n", 20), "“after an empty line”");
    }

    #[test]
    fn a_size_is_short_beside_a_mark_and_exact_in_the_sentence() {
        for (count, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KiB"),
            (65_536, "64 KiB"),
            (100_019, "97.7 KiB"),
            (1 << 20, "1 MiB"),
            (3 << 19, "1.5 MiB"),
        ] {
            assert_eq!(size(count), text);
        }
        assert_eq!([message(1), message(65_536)], ["1 byte", "65536 bytes (64 KiB)"]);
    }

    #[test]
    fn who_waits_at_a_pipe_at_the_deadline_is_said_to_wait_for_bytes_or_for_room() {
        let run = &cases::read(Path::new("tool/records/tests/timelines/full_pipes.json")).runs[0];
        let at_deadline = |event: &&Event| event.what == What::End(End::Deadline);
        let ends: Vec<String> =
            run.events.iter().filter(at_deadline).map(|event| sentence(run, event)).collect();
        let killed = "is still running at the deadline, and is killed";
        let expected = [
            format!("main {killed}"),
            format!("child 1 of main {killed}: it still waits for room in pipe 1"),
            format!("child 2 of main {killed}: it still waits for bytes from pipe 3 or for room in pipe 2"),
            format!("child 3 of main {killed}: it still waits for bytes from pipe 3"),
        ];
        assert_eq!(ends, expected);
        let label = |room| {
            run.events
                .iter()
                .find(|event| matches!(event.what, What::EndWait { .. }))
                .map(|event| label(event, room))
        };
        assert_eq!([label(9), label(ROOM)], [Some("for room".into()), Some("for room in pipe 1".into())]);
    }

    #[test]
    fn names_are_listed() {
        assert_eq!(list(["a"].into_iter()), "a");
        assert_eq!(list(["a", "b", "c"].into_iter()), "a, b and c");
    }
}
