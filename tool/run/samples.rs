//! Runs made up for tests of the drawing.

use std::collections::{BTreeMap, BTreeSet};

use records::timeline::{Actor, Birth, Event, Process, What};
use supervisor::End;
use supervisor::event::Stream;

/// Processes, and what they do.
pub(crate) type Sample = (Vec<Process>, Vec<Event>);

fn process(name: &str, parent: Option<usize>) -> Process {
    Process { name: name.into(), parent, threads: 1, thread_names: BTreeMap::new(), tasks: BTreeSet::new() }
}

/// Events of first threads, half a millisecond apart.
fn events(all: Vec<(usize, What)>) -> Vec<Event> {
    let event = |(at, (process, what))| Event { at: 500 * at as u64, process, thread: 0, what };
    all.into_iter().enumerate().map(event).collect()
}

fn start(child: usize) -> What {
    What::Start { child, by: Birth::Fork }
}

fn wait(of: &[usize]) -> What {
    What::Wait { call: "waitid".into(), of: of.into(), look: false }
}

fn collected(child: usize) -> What {
    What::Waited { collected: Some(child) }
}

fn write(to: Stream, text: &str) -> What {
    What::Write { to, text: text.into() }
}

fn end() -> What {
    What::End(End::Exit(0))
}

/// One child that says hello.
pub(crate) fn hello() -> Sample {
    let processes = vec![process("main", None), process("Process-1", Some(0))];
    let all = vec![
        (0, What::Exec("hello".into())),
        (0, What::Start { child: 1, by: Birth::Vfork }),
        (1, What::Exec("hello".into())),
        (0, wait(&[1])),
        (1, write(Stream::Stdout, "Hello Process World\n")),
        (1, end()),
        (0, collected(1)),
        (0, end()),
        (0, What::Reaped),
    ];
    (processes, events(all))
}

/// What a library does to start a child, to wait until it has ended, and to collect it.
pub(crate) fn small_steps() -> Sample {
    let processes = vec![process("main", None), process("Process-1", Some(0)), process("Process-2", Some(0))];
    let all = vec![
        (0, What::Exec("hello".into())),
        (0, What::Start { child: 1, by: Birth::Vfork }),
        (0, What::Sleep("clone".into())),
        (1, What::Exec("hello".into())),
        (0, What::Awake),
        (0, start(2)),
        (1, What::Sleep("clock_nanosleep".into())),
        (0, wait(&[1])),
        (0, What::Waited { collected: None }),
        (0, wait(&[1, 2])),
        (1, What::Awake),
        (1, end()),
        (0, What::Waited { collected: None }),
        (0, wait(&[1])),
        (0, What::Waited { collected: None }),
        (0, wait(&[1])),
        (0, collected(1)),
        (2, What::Exec("other".into())),
        (2, What::Exec("another".into())),
    ];
    (processes, events(all))
}

/// Two children, the second one when the first is gone.
pub(crate) fn one_after_another() -> Vec<Event> {
    let round = |child| vec![(0, start(child)), (0, wait(&[child])), (child, end()), (0, collected(child))];
    events([round(1), round(2), vec![(0, end()), (0, What::Reaped)]].concat())
}

/// A child starts a grandchild and ends; main is late to collect it, and terminates the orphan.
pub(crate) fn a_double_fork_and_a_signal() -> Vec<Event> {
    events(vec![
        (0, start(1)),
        (0, start(2)),
        (1, start(3)),
        (1, end()),
        (3, What::Orphaned),
        (0, What::Sleep("nanosleep".into())),
        (3, What::Sleep("pause".into())),
        (0, What::Awake),
        (0, collected(1)),
        (0, What::Send { signal: "SIGTERM".into(), to: Some(3) }),
        (3, What::Receive("SIGTERM".into())),
        (3, What::End(End::Signal(15))),
        (3, What::Reaped),
        (2, What::Send { signal: "SIGUSR1".into(), to: Some(0) }),
    ])
}

/// So many children at once.
pub(crate) fn burst(children: usize) -> Sample {
    let child = |number| process(&format!("child {number} of main"), Some(0));
    let processes = std::iter::once(process("main", None)).chain((1..=children).map(child)).collect();
    let mut all: Vec<_> = (1..=children).map(|child| (0, start(child))).collect();
    for child in 1..=children {
        all.extend([(child, end()), (0, collected(child))]);
    }
    (processes, events(all))
}

/// A thread that sleeps while the first one works, then the other way round, then both; then it is gone. After each step
/// another process does something.
pub(crate) fn threads() -> Vec<Event> {
    let on = |process, thread, what| Event { at: 0, process, thread, what };
    let steps = [
        on(0, 0, start(1)),
        on(0, 0, What::Thread(1)),
        on(0, 1, What::Sleep("futex".into())),
        on(0, 0, What::Sleep("futex".into())),
        on(0, 1, What::Awake),
        on(0, 1, What::ThreadEnd),
        on(0, 0, What::Awake),
        on(0, 0, wait(&[1])),
        on(0, 0, What::Waited { collected: None }),
    ];
    let other = || on(1, 0, What::Receive("SIGUSR1".into()));
    steps.into_iter().flat_map(|step| [step, other()]).collect()
}

fn end_wait(call: &str, bytes_from: &[&str], room_in: &[&str]) -> What {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    What::EndWait { call: call.into(), bytes_from: names(bytes_from), room_in: names(room_in) }
}

/// Every kind of event.
pub(crate) fn everything() -> Sample {
    let names = ["main", "Process-1", "Process-2", "Process-3", "Process-4", "Process-5"];
    let mut processes: Vec<_> =
        names.iter().enumerate().map(|(at, name)| process(name, (at > 0).then_some(0))).collect();
    processes[0].thread_names.extend([(2, "second".into()), (3, "third".into())]);
    processes[0].tasks.insert(3);
    let look = What::Wait { call: "waitpid".into(), of: vec![1], look: true };
    let mut all = events(vec![
        (0, What::Exec("hello".into())),
        (0, What::Start { child: 1, by: Birth::Clone }),
        (0, What::Thread(1)),
        (0, What::Thread(2)),
        (0, look),
        (0, What::Waited { collected: None }),
        (0, wait(&[])),
        (0, wait(&[1, 2])),
        (0, wait(&[1, 2, 3])),
        (0, wait(&[1, 2, 3, 4, 5])),
        (0, What::Sleep("nanosleep".into())),
        (0, What::Awake),
        (0, What::FutexWait("futex 1".into())),
        (0, What::Woken { by: Actor { process: 1, thread: 0 } }),
        (0, What::FutexWait("futex 2".into())),
        (0, What::Woken { by: Actor { process: 0, thread: 2 } }),
        (0, What::Put { bytes: 5, into: "pipe 1".into() }),
        (1, What::Got { bytes: 3, out_of: "pipe 1".into(), from: vec![Actor { process: 0, thread: 0 }] }),
        (
            1,
            What::Got {
                bytes: 4,
                out_of: "pipe 1".into(),
                from: vec![Actor { process: 0, thread: 0 }, Actor { process: 0, thread: 2 }],
            },
        ),
        (1, What::Got { bytes: 1, out_of: "pipe 2".into(), from: vec![] }),
        (1, end_wait("ppoll", &["pipe 1", "orders"], &[])),
        (1, What::EndOfFile("pipe 1".into())),
        (0, end_wait("write", &[], &["pipe 3"])),
        (0, What::Put { bytes: 65536, into: "pipe 3".into() }),
        (0, What::Map { memory: "queue".into(), bytes: 4096, inherited: false }),
        (1, What::Map { memory: "memory 1".into(), bytes: 8192, inherited: true }),
        (0, What::Mark("a phase\nbegins".into())),
        (0, What::Task(3)),
        (0, What::Runs { on: 2 }),
        (0, What::Rests),
        (0, What::Join(2)),
        (0, What::Awake),
        (0, What::Send { signal: "SIGTERM".into(), to: Some(1) }),
        (0, What::Send { signal: "SIGABRT".into(), to: Some(0) }),
        (0, What::Send { signal: "SIGUSR1".into(), to: None }),
        (1, What::Receive("SIGTERM".into())),
        (0, write(Stream::Stdout, "one\ntwo\n")),
        (0, write(Stream::Stderr, "no end")),
        (0, write(Stream::Stdout, "\n")),
        (0, What::ThreadEnd),
        (1, What::End(End::Signal(15))),
        (0, collected(1)),
        (2, end_wait("read", &["pipe 1"], &[])),
        (2, What::Orphaned),
        (2, What::End(End::Deadline)),
        (2, What::Reaped),
    ]);
    for event in &mut all {
        if let What::Runs { .. } | What::Rests = event.what {
            event.thread = 3;
        }
    }
    let end = all.iter_mut().find(|event| event.what == What::ThreadEnd);
    end.expect("an end of a thread").thread = 2;
    (processes, all)
}

/// More text than fits on a line.
pub(crate) fn long_output() -> Sample {
    let (processes, _) = hello();
    let text =
        "a sentence that is longer than the line it stands on\nandawordthatislongerthanthelineitstandson\n";
    (processes, events(vec![(0, start(1)), (0, write(Stream::Stdout, text))]))
}
