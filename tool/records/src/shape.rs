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
//! Of a forkserver's children only those count that became somebody: how many stand by for a start to come depends on which
//! start comes when, and before Linux 6.15 the server collects them where afterwards the kernel does.
//!
//! Not part of it: times; the names of threads, and their ends, for which the end of a scope, say, does not wait; sleeps, at a
//! futex too, and who ends them; messages, of which others may be read together or by another thread in another run; the
//! programs of a process that SIGKILL ended, of which the last may have gone unseen; looks and waits that collect nobody; the
//! order between threads, of which the rest follows from who started and who collected whom; which line came first where
//! several wrote; who collects what is killed at the deadline. What a thread wrote is one text, since it can be torn by what
//! others wrote.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use supervisor::{end::End, event::Stream};

use crate::timeline::{Birth, Event, Process, Run, What};

/// What a forkserver calls itself.
const FORKSERVER: &str = "forkserver";

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
    /// All but when it collects whom, and the order of its process's lines and which thread wrote them: they depend on who is
    /// first.
    ButCollections,
}

impl Shape {
    /// The shape of a run.
    pub fn of(run: &Run, within: Within) -> Shape {
        let processes = run.processes.iter().enumerate().filter(|(at, _)| !stands_by(run, *at));
        let text = |(at, process): (usize, &Process)| (process.name.clone(), process_text(run, at, within));
        Shape { processes: processes.map(text).collect() }
    }

    /// The same, with the names that the other one has for processes that a signal ended, in this run before they had taken
    /// their names. Which is which is known by the order in which they were started.
    fn with_the_names_of(&self, other: &Shape) -> Shape {
        let mut names: Vec<(&str, &str)> = vec![];
        for (nameless, text) in &self.processes {
            let unknown = nameless.starts_with("child ") && !other.processes.contains_key(nameless);
            if !unknown || !text.contains(": signal ") {
                continue;
            }
            let of_another = |(starter, text): (&String, &String)| {
                let at = started(text).position(|name| name == nameless)?;
                other.processes.get(starter).and_then(|text| started(text).nth(at))
            };
            let name = self.processes.iter().find_map(of_another);
            names.extend(
                name.filter(|name| !self.processes.contains_key(*name)).map(|name| (nameless.as_str(), name)),
            );
        }
        let put = |text: &String| {
            names.iter().fold(text.clone(), |text, (nameless, name)| text.replace(nameless, name))
        };
        Shape { processes: self.processes.iter().map(|(name, text)| (put(name), put(text))).collect() }
    }

    /// Whether the other one is the same.
    ///
    /// # Errors
    ///
    /// What sets them apart: the processes that differ, as both have them.
    pub fn same_as(&self, other: &Shape) -> Result<(), String> {
        let other = &other.with_the_names_of(self);
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

/// Whom a process has started, in order.
fn started(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| Some(line.trim_start().strip_prefix("starts ")?.rsplit_once(" (")?.0))
}

fn process_text(run: &Run, at: usize, within: Within) -> String {
    let Process { name, parent, threads, .. } = &run.processes[at];
    let mut text = name.clone();
    if let Some(parent) = parent {
        text += &format!(", started by {}", run.processes[*parent].name);
    }
    let own = || run.events.iter().filter(|event| event.process == at);
    let end = own().find_map(|event| match &event.what {
        What::End(end) => Some(*end),
        _ => None,
    });
    text += &match end {
        // The supervisor kills and collects what is left then, in an order that is nobody's.
        Some(End::Deadline) => format!(": {}", End::Deadline),
        Some(end) => format!(": {end}, {}", collector(run, at)),
        None => format!(": no end, {}", collector(run, at)),
    };
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
        if within == Within::Exact {
            text += &writes(|stream| written(run, at, thread, stream));
        }
    }
    if within == Within::ButCollections {
        let all = |stream| (0..*threads).map(|thread| written(run, at, thread, stream)).collect::<String>();
        text += &writes(|stream| sorted(&all(stream)));
    }
    text
}

fn collector(run: &Run, at: usize) -> String {
    let collected = run.events.iter().find_map(|event| match event.what {
        What::Waited { collected } if collected == Some(at) => Some(event.process),
        _ => None,
    });
    match collected {
        Some(by) if is_forkserver(run, by) => "reaped".into(),
        Some(by) => format!("collected by {}", run.processes[by].name),
        None if run.events.iter().any(|event| event.process == at && event.what == What::Reaped) => {
            "reaped".into()
        }
        None => "never collected".into(),
    }
}

/// Whether a process is a child of a forkserver and has not become anybody.
pub fn stands_by(run: &Run, at: usize) -> bool {
    let Process { name, parent, .. } = &run.processes[at];
    parent.is_some_and(|parent| {
        let unnamed =
            name.starts_with("child ") && name.ends_with(&format!(" of {}", run.processes[parent].name));
        unnamed && is_forkserver(run, parent)
    })
}

/// Whether a process is a forkserver. Where there are two, neither is shown by its name: then it is the program once more,
/// spawned and without a name, that forks.
pub fn is_forkserver(run: &Run, at: usize) -> bool {
    let Process { name, parent, .. } = &run.processes[at];
    if name == FORKSERVER || parent.is_none() {
        return name == FORKSERVER;
    }
    let programs = |process: usize| {
        run.events.iter().filter(move |event| event.process == process).filter_map(|event| {
            match &event.what {
                What::Exec(program) => Some(program),
                _ => None,
            }
        })
    };
    let spawned =
        |event: &Event| matches!(event.what, What::Start { child, by: Birth::Vfork } if child == at);
    let forks =
        |event: &Event| event.process == at && matches!(event.what, What::Start { by: Birth::Fork, .. });
    name.starts_with("child ")
        && programs(at).eq(programs(0))
        && run.events.iter().any(spawned)
        && run.events.iter().any(forks)
}

/// What is told of an event in the order of its thread, if anything is.
fn deed(run: &Run, event: &Event, within: Within) -> Option<String> {
    let name = |process: usize| &run.processes[process].name;
    Some(match &event.what {
        What::Start { child, .. } if stands_by(run, *child) => return None,
        What::Waited { .. } if is_forkserver(run, event.process) => return None,
        What::Start { child, by } => format!("starts {} ({by:?})", name(*child)),
        What::Thread(thread) => format!("starts thread {thread}"),
        // A start by vfork is over before the tracer has seen the new program, and a process that is killed just then shows none.
        What::Exec(_) if is_killed(run, event.process) => return None,
        // On each architecture the dynamic loader has another name, such as `ld-linux-x86-64.so.2`.
        What::Exec(program) if program.starts_with("ld-linux-") => "executes the dynamic loader".to_owned(),
        What::Exec(program) => format!("executes {program}"),
        What::Send { signal, to } => {
            format!("sends {signal} to {}", to.map_or("others", |process| name(process)))
        }
        What::Waited { collected: Some(collected) } if within == Within::Exact => {
            format!("collects {}", name(*collected))
        }
        What::Task(task) => format!("begins task {task}"),
        What::Mark(text) => format!("marks {text:?}"),
        What::Map { bytes, inherited: false, .. } => format!("maps {bytes} bytes of shared memory"),
        What::Map { bytes, .. } => format!("inherits {bytes} bytes of shared memory"),
        _ => return None,
    })
}

/// Whether SIGKILL has ended a process.
fn is_killed(run: &Run, process: usize) -> bool {
    run.events
        .iter()
        .any(|event| event.process == process && event.what == What::End(End::Signal(libc::SIGKILL)))
}

/// The same lines, of which the first may be any.
/// What was written to each stream to which something was.
fn writes(written: impl Fn(Stream) -> String) -> String {
    let texts = [Stream::Stdout, Stream::Stderr].map(|stream| (stream, written(stream)));
    let said = texts.iter().filter(|(_, text)| !text.is_empty());
    said.map(|(stream, text)| format!("  writes to {stream:?} {text:?}\n")).collect()
}

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

#[cfg(test)]
mod tests {
    use super::*;

    /// A client, its forkserver, and the children of that: how each is named and ends, and whether the server collects it.
    fn served(server: &str, children: &[(&str, i32, bool)]) -> Shape {
        let mut processes =
            vec![r#"{"name":"main"}"#.to_owned(), format!(r#"{{"name":"{server}","parent":0}}"#)];
        let mut events = vec![
            r#"{"at":0,"process":0,"exec":"program"}"#.to_owned(),
            r#"{"at":1,"process":0,"start":{"child":1,"by":"vfork"}}"#.to_owned(),
            r#"{"at":2,"process":1,"exec":"program"}"#.to_owned(),
        ];
        for (at, (name, code, collected)) in (2..).zip(children) {
            processes.push(format!(r#"{{"name":"{name}","parent":1}}"#));
            events.push(format!(r#"{{"at":{at},"process":1,"start":{{"child":{at},"by":"fork"}}}}"#));
            events.push(format!(r#"{{"at":{at},"process":{at},"end":{{"exit":{code}}}}}"#));
            events.push(match collected {
                true => format!(r#"{{"at":{at},"process":1,"waited":{{"collected":{at}}}}}"#),
                false => format!(r#"{{"at":{at},"process":{at},"reaped":null}}"#),
            });
        }
        let (processes, events) = (processes.join(","), events.join(","));
        let run = format!(r#"{{"over":9,"processes":[{processes}],"events":[{events}]}}"#);
        Shape::of(&serde_json::from_str(&run).expect("a run"), Within::Exact)
    }

    #[test]
    fn of_a_forkserver_how_many_stand_by_and_who_collects_is_not_part() {
        for server in ["forkserver", "child 1 of main"] {
            let [tried, spare] = [1, 3].map(|n| format!("child {n} of {server}"));
            let one = served(server, &[(&tried, 7, false), ("Process-1", 0, false)]);
            let other = served(server, &[(&tried, 7, true), ("Process-1", 0, true), (&spare, 0, true)]);
            one.same_as(&other).expect("the same shape");
        }
    }

    #[test]
    fn of_a_forkserver_who_became_somebody_and_how_it_ended_is_part() {
        let one = served("forkserver", &[("Process-1", 0, false)]);
        one.same_as(&served("forkserver", &[("Process-1", 1, false)])).expect_err("another end");
        one.same_as(&served("forkserver", &[("Process-2", 0, false)])).expect_err("another process");
        one.same_as(&served("forkserver", &[])).expect_err("nobody");
    }

    #[test]
    fn a_process_that_was_killed_before_it_had_its_name_has_the_recorded_one() {
        let shape = |names: [&str; 2], end: &str| {
            let processes = names.map(|name| format!(r#"{{"name":"{name}","parent":0}}"#)).join(",");
            let events = [1, 2].map(|child| {
                format!(
                    r#"{{"at":1,"process":0,"start":{{"child":{child},"by":"vfork"}}}},{{"at":2,"process":{child},"end":{end}}}"#
                )
            });
            let run = format!(
                r#"{{"over":9,"processes":[{{"name":"main"}},{processes}],"events":[{}]}}"#,
                events.join(",")
            );
            Shape::of(&serde_json::from_str(&run).expect("a run"), Within::Exact)
        };
        let (killed, exited) = (r#"{"signal":9}"#, r#"{"exit":0}"#);
        let recorded = shape(["Process-1", "Process-2"], killed);
        for names in [["Process-1", "child 2 of main"], ["child 1 of main", "child 2 of main"]] {
            recorded.same_as(&shape(names, killed)).expect("killed early");
        }
        recorded.same_as(&shape(["Process-2", "child 2 of main"], killed)).expect_err("another process");
        recorded.same_as(&shape(["Process-1", "worker"], killed)).expect_err("another name");
        let recorded = shape(["Process-1", "Process-2"], exited);
        recorded
            .same_as(&shape(["Process-1", "child 2 of main"], exited))
            .expect_err("it had time for a name");
    }

    #[test]
    fn of_a_process_that_was_killed_its_program_is_not_part() {
        let shape = |exec: &str, end: &str| {
            let run = format!(
                r#"{{"over":9,"processes":[{{"name":"main"}},{{"name":"Process-1","parent":0}}],"events":[
                {{"at":1,"process":0,"start":{{"child":1,"by":"vfork"}}}},{exec}{{"at":3,"process":1,"end":{end}}}]}}"#
            );
            Shape::of(&serde_json::from_str(&run).expect("a run"), Within::Exact)
        };
        let exec = r#"{"at":2,"process":1,"exec":"program"},"#;
        let (killed, exited) = (r#"{"signal":9}"#, r#"{"exit":0}"#);
        shape(exec, killed).same_as(&shape("", killed)).expect("killed as it began");
        shape(exec, exited).same_as(&shape("", exited)).expect_err("it had time to be seen");
    }

    #[test]
    fn of_another_process_every_child_and_who_collects_it_is_part() {
        let one = served("helper", &[("child 1 of helper", 0, false)]);
        one.same_as(&served("helper", &[])).expect_err("no child");
        one.same_as(&served("helper", &[("child 1 of helper", 0, true)])).expect_err("another collector");
    }
}
