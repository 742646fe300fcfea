//! What a listing's processes did and when: the record that a figure is drawn from, `records/<listing>.json`.
//!
//! | JSON | meaning |
//! |---|---|
//! | `schema` | [`SCHEMA`]; a reader refuses any other number |
//! | `listing` | the id, such as `process-class/hello` |
//! | `machine` | where it was recorded, one line |
//! | `runs` | one run, or, where more than one order can happen, one run of each order that is shown |
//! | `seen` | how often each order and each end came in many runs, where order is the lesson |
//!
//! Processes are named as in the listing's output: `main`, the name that a process gave itself, or
//! `child 2 of main`. Pids do not occur. Times are microseconds since the main process entered the listing's program,
//! which is the first event, on the monotonic clock; an event's time is when the tracer saw it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write},
    fs, io,
    path::Path,
};

use serde::{Deserialize, Serialize};

pub use supervisor::event::Birth;
use supervisor::{end::End, event::Stream};

/// The schema that this build reads and writes.
pub const SCHEMA: u32 = 1;

/// The record of one listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timeline {
    /// Always [`SCHEMA`].
    pub schema: u32,
    /// The listing's id.
    pub listing: String,
    /// Processor, number of CPUs, kernel.
    pub machine: String,
    /// At least one.
    pub runs: Vec<Run>,
    /// What many runs showed; absent where there is one order only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
}

impl Timeline {
    /// Reads the record kept in a file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is of another schema; the error names the file.
    pub fn read(path: &Path) -> io::Result<Timeline> {
        let named = |kind, problem: String| io::Error::new(kind, format!("{}: {problem}", path.display()));
        let text = fs::read_to_string(path).map_err(|e| named(e.kind(), e.to_string()))?;
        let invalid = |problem| named(io::ErrorKind::InvalidData, problem);
        let timeline: Timeline = serde_json::from_str(&text).map_err(|e| invalid(e.to_string()))?;
        match timeline.schema {
            SCHEMA => Ok(timeline),
            other => Err(invalid(format!("expected schema {SCHEMA}, found {other}"))),
        }
    }
}

impl fmt::Display for Timeline {
    /// The text of the file: JSON with a line for each process, event and order, so that a change to it can be read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Timeline { schema, listing, machine, runs, seen } = self;
        writeln!(f, "{{\n\"schema\":{schema},\n\"listing\":{},", json(listing))?;
        writeln!(f, "\"machine\":{},\n\"runs\":[", json(machine))?;
        for (at, Run { over, processes, events }) in runs.iter().enumerate() {
            writeln!(f, "{{\"over\":{over},\"processes\":[\n{}\n],\"events\":[", lines(processes))?;
            writeln!(f, "{}\n]}}{}", lines(events), if at + 1 < runs.len() { "," } else { "" })?;
        }
        f.write_char(']')?;
        if let Some(Seen { times, orders, others, ends }) = seen {
            writeln!(f, ",\n\"seen\":{{\"times\":{times},\"orders\":[\n{}\n],", lines(orders))?;
            if *others > 0 {
                write!(f, "\"others\":{others},")?;
            }
            write!(f, "\"ends\":{}}}", json(ends))?;
        }
        f.write_str("\n}\n")
    }
}

fn json(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("a record is always JSON")
}

fn lines(values: &[impl Serialize]) -> String {
    values.iter().map(json).collect::<Vec<_>>().join(",\n")
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// When the last process had ended, or the deadline came.
    pub over: u64,
    /// In the order of their births; the first is the main process. Elsewhere a process is its index here.
    pub processes: Vec<Process>,
    /// In the order of time.
    pub events: Vec<Event>,
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// What it is called, in the output's words.
    pub name: String,
    /// Who started it. The main process has nobody, nor has an orphan whose parent was gone before it was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<usize>,
    /// How many threads it had in all, tasks among them. Elsewhere a thread is its number, in the order of births; the first one is
    /// 0.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub threads: usize,
    /// The names of those that gave themselves one, the first thread aside: it has the name of the process.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub thread_names: BTreeMap<usize, String>,
    /// Those of the threads that are tasks of the program, which threads work on. Each has a name.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tasks: BTreeSet<usize>,
}

/// A thread of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The process.
    pub process: usize,
    /// The thread.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub thread: usize,
}

/// Something that a thread of a process did, or that happened to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// When.
    pub at: u64,
    /// In which process.
    pub process: usize,
    /// On which of its threads.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub thread: usize,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The process started another one.
    Start {
        /// The new one.
        child: usize,
        /// How.
        by: Birth,
    },
    /// The process started a thread, which begins here. An event's own `thread` is who started it.
    #[serde(rename = "thread_start")]
    Thread(usize),
    /// The process replaced its program by the one of this name.
    Exec(String),
    /// The thread asked the kernel to send a signal.
    Send {
        /// Its name, such as `SIGTERM`.
        signal: String,
        /// To which process of the run; `None` for several, or for one outside.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<usize>,
    },
    /// The process received a signal, of this name: a handler runs, or it stops, goes on or ends. One that is ignored
    /// is not received, and SIGKILL shows only in the end that it brings.
    Receive(String),
    /// The thread began to wait for processes to end.
    Wait {
        /// The system call, such as `waitid` or `poll`.
        call: String,
        /// For which processes; empty for whichever child ends first.
        #[serde(default, rename = "for", skip_serializing_if = "Vec::is_empty")]
        of: Vec<usize>,
        /// It only looks whether one has ended, and comes back at once: `WNOHANG`, or a timeout of zero.
        #[serde(default, skip_serializing_if = "is_false")]
        look: bool,
    },
    /// The wait that began last on this thread is over.
    Waited {
        /// The process that was collected, whose entry the kernel gives up with that. A wait that only looks, that is
        /// interrupted, or that times out, collects no process.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        collected: Option<usize>,
    },
    /// The thread began to sleep for another reason, in this system call, for long enough to be seen.
    Sleep(String),
    /// The thread began to sleep at a futex, which is called so. Told, in place of `Sleep`, of a program that asks for locks: of
    /// each sleep that another thread ended, and of those that last.
    #[serde(rename = "futex_wait")]
    FutexWait(String),
    /// The thread began to wait for the end of this other thread of its process. Told, in place of `Sleep`, of a program that asks
    /// for locks.
    Join(usize),
    /// The sleep at a futex is over, and this thread ended it. That is concluded, since the kernel does not say who woke whom: no
    /// other thread made a call for the same futex that can have done it. Where two may have done it, it is `Awake`.
    Woken {
        /// The other thread.
        by: Actor,
    },
    /// The thread began to sleep until there are bytes for it or room for its own. Told, in place of `Sleep`, of a program that asks
    /// for messages, if the call waits for nothing but pipes, pairs of sockets, and eventfds.
    EndWait {
        /// The system call.
        call: String,
        /// What it waits to read from.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        bytes_from: Vec<String>,
        /// What it waits to write to.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        room_in: Vec<String>,
    },
    /// The thread wrote so many bytes to this pipe, pair of sockets, or eventfd, and sleeps no more if it did. Told of a program that
    /// asks for messages.
    Put {
        /// How many.
        bytes: u64,
        /// Where to.
        into: String,
    },
    /// The thread read so many bytes from this pipe, pair of sockets, or eventfd, and sleeps no more if it did. Told of a program
    /// that asks for messages.
    Got {
        /// How many.
        bytes: u64,
        /// Where from.
        out_of: String,
        /// The threads that had written them, as far as that is known, the first of them first. It is concluded by counting bytes:
        /// where writes overlapped, the one that began first counts as first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        from: Vec<Actor>,
    },
    /// The thread read from this pipe or pair of sockets and found the end of file, and sleeps no more if it did: all that was written
    /// has been read, and no end is left to write to. Told of a program that asks for messages.
    EndOfFile(String),
    /// The process has this memory from here on, which others may have, too: the thread has mapped it, or the process has it of its
    /// parent, of which it is a copy. That it unmaps it is not told. Told of a program that asks for memory.
    Map {
        /// What the memory is called.
        memory: String,
        /// How many bytes of it, in whole pages.
        bytes: u64,
        /// Whether it is from the parent.
        #[serde(default, skip_serializing_if = "is_false")]
        inherited: bool,
    },
    /// The program set a mark, which says this. Told, as are tasks, of a program that asks for marks.
    Mark(String),
    /// A task of the process begins here, and does not run yet. An event's own `thread` is who works on it first.
    #[serde(rename = "task_start")]
    Task(usize),
    /// The task, which is the event's own `thread`, runs on another one.
    Runs {
        /// The thread that works on it.
        on: usize,
    },
    /// The task runs no longer, for now.
    Rests,
    /// That sleep is over. A sleep or a wait that has not ended ends with its thread, or with its program.
    Awake,
    /// The thread wrote to one of the run's outputs. What it wrote piece by piece, and nobody else wrote into, is one
    /// event, when its line is complete. The texts of an output, in this order, are all that was written to it.
    Write {
        /// Which.
        to: Stream,
        /// What, with pids replaced by roles as in the listing's output.
        text: String,
    },
    /// The thread ended, and its process did not. The threads of a process that replaces its program end with that.
    ThreadEnd,
    /// The process ended. Until somebody collects it, it is a zombie.
    End(End),
    /// The process's parent has ended: from now on its parent is the nearest subreaper, here the supervisor.
    Orphaned,
    /// The supervisor collected the process: the main one, an orphan, or one that was killed at the deadline. Or the kernel
    /// gave its entry up at once, since its parent ignores the ends of its children.
    Reaped,
}

/// What many runs showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// How many runs.
    pub times: u32,
    /// The orders of the lines of output, the most frequent first.
    pub orders: Vec<Order>,
    /// How many runs had an order that is not listed, to keep the record short.
    #[serde(default, skip_serializing_if = "is_zero_u32")]
    pub others: u32,
    /// How the listing ended, the most frequent first.
    pub ends: Vec<(End, u32)>,
}

/// An order that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// In how many runs.
    pub count: u32,
    /// The lines, with pids replaced.
    pub lines: Vec<String>,
    /// Which of the record's runs shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<usize>,
}

fn one() -> usize {
    1
}

fn is_one(number: &usize) -> bool {
    *number == 1
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

fn is_zero_u32(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeline() -> Timeline {
        let json = r#"{"schema":1,"listing":"a/b","machine":"m","runs":[{"over":900,"processes":[{"name":"main"},{"name":"Process-1","parent":0,"threads":3,"thread_names":{"2":"second"}}],"events":[{"at":10,"process":0,"start":{"child":1,"by":"fork"}},{"at":20,"process":0,"wait":{"call":"waitid","for":[1]}},{"at":30,"process":1,"thread":1,"write":{"to":"stdout","text":"hi\n"}},{"at":40,"process":1,"end":{"exit":0}},{"at":50,"process":0,"waited":{"collected":1}},{"at":60,"process":0,"awake":null},{"at":70,"process":1,"thread_start":1},{"at":80,"process":1,"thread":1,"thread_start":2}]}]}"#;
        let timeline: Timeline = serde_json::from_str(json).expect("a timeline");
        assert_eq!(serde_json::to_string(&timeline).expect("JSON"), json);
        timeline
    }

    #[test]
    fn a_record_reads_as_it_was_written() {
        let mut timeline = timeline();
        let wait = What::Wait { call: "waitid".into(), of: vec![1], look: false };
        assert_eq!(timeline.runs[0].events[1].what, wait);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("b.json");
        let orders = vec![Order { count: 7, lines: vec!["hi".into()], run: Some(0) }];
        for seen in [None, Some(Seen { times: 9, orders, others: 2, ends: vec![(End::Exit(0), 9)] })] {
            timeline.seen = seen;
            timeline.runs.push(timeline.runs[0].clone());
            fs::write(&path, timeline.to_string()).expect("the file");
            assert_eq!(Timeline::read(&path).expect("a record"), timeline);
        }
        let events = timeline.to_string().lines().filter(|line| line.starts_with("{\"at\":")).count();
        assert_eq!(events, 3 * timeline.runs[0].events.len(), "a line for each");
    }

    #[test]
    fn another_schema_is_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("b.json");
        fs::write(&path, Timeline { schema: 2, ..timeline() }.to_string()).expect("the file");
        let error = Timeline::read(&path).expect_err("a schema to come").to_string();
        assert!(error.contains("b.json: expected schema 1, found 2"), "{error}");
    }
}
