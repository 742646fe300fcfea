//! What a supervisor says while it runs a program: one JSON object a line, in the order of their times.

use serde::{Deserialize, Serialize};

use crate::end::End;

/// One of the two outputs of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// How a process was made. The C library's `fork` is a `clone` with flags that say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Birth {
    /// As a copy of its parent.
    Fork,
    /// Its parent stands still until the child has called `execve` or ended; until then they may share memory.
    Vfork,
    /// Sharing something else with its parent, as the flags of `clone` say.
    Clone,
}

/// Something that happened at `at` nanoseconds of the monotonic clock after the program's start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Nanoseconds since the start, never less than in the event before.
    pub at: u64,
    /// What happened.
    pub what: What,
}

/// What happened.
///
/// What is marked *in detail* is told of runs whose request asks for it, see
/// [`Request::detailed`](crate::Request::detailed).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The run is being supervised. The first event.
    Supervised {
        /// The supervisor's pid, who is the parent of the main process and adopts orphans.
        by: u32,
        /// Why the run is not traced; `None` when it is.
        untraced: Option<String>,
    },
    /// A process came to be. The first one is the program's main process.
    Started {
        /// Its pid.
        pid: u32,
        /// The process that forked it; the main process has none, nor has one whose parent was gone at once.
        parent: Option<u32>,
        /// The thread of the parent that did it, where that is known.
        on: Option<u32>,
        /// How, where that is known.
        by: Option<Birth>,
    },
    /// A process started a thread beside its main one, whose tid is the pid.
    Thread {
        /// The process.
        pid: u32,
        /// The thread.
        tid: u32,
        /// The thread that did it, where that is known.
        on: Option<u32>,
    },
    /// A thread beside the main one goes by its own name now. In detail.
    ThreadNamed {
        /// The thread.
        who: Who,
        /// The name, of which the kernel keeps 15 bytes.
        name: String,
    },
    /// A thread is ending, and its process goes on. In detail.
    ThreadEnded(Who),
    /// A process replaced its program.
    Exec {
        /// The process.
        pid: u32,
        /// The `argv[0]` it was given.
        name: String,
        /// The name of the program's file.
        program: String,
    },
    /// A process goes by another name now. In detail.
    Named {
        /// The process.
        pid: u32,
        /// The name that it gave itself, by `argv[0]` or `comm`.
        name: Option<String>,
    },
    /// A thread asks the kernel to send a signal. In detail.
    Sent {
        /// The thread.
        from: Who,
        /// The signal's number.
        signal: i32,
        /// To which process; `None` for several.
        to: Option<u32>,
    },
    /// A signal, which is not ignored, is delivered to a thread. In detail.
    Received {
        /// The thread.
        to: Who,
        /// The signal's number.
        signal: i32,
    },
    /// A thread begins to wait for processes to end. In detail.
    WaitBegan {
        /// The thread.
        by: Who,
        /// The system call.
        call: String,
        /// For which processes; empty for whichever child ends first.
        of: Vec<u32>,
        /// Whether it only looks, and comes back at once.
        look: bool,
    },
    /// The wait of a thread is over. In detail.
    WaitEnded {
        /// The thread.
        by: Who,
        /// The process that was collected.
        collected: Option<u32>,
    },
    /// A thread begins to sleep in a system call, and stays asleep for long enough to be told of. In detail.
    SleepBegan {
        /// The thread.
        by: Who,
        /// The system call.
        call: String,
    },
    /// The sleep of a thread is over. In detail.
    SleepEnded(Who),
    /// A thread begins to sleep at a futex, in place of `SleepBegan`. Told where a request asks for locks, of sleeps that another
    /// thread ended and of those that last.
    FutexWaitBegan {
        /// The thread.
        by: Who,
        /// The futex, which may be part of a lock, a condition variable, or anything else for which a thread waits.
        at: Thing,
    },
    /// A thread begins to wait for the end of another thread of its process, in place of `SleepBegan`. It is concluded from the
    /// call: it expects the number of that thread at a futex without `FUTEX_PRIVATE_FLAG`, as `pthread_join` does.
    ThreadWaitBegan {
        /// The thread.
        by: Who,
        /// The other one.
        of: Who,
    },
    /// The sleep of a thread at a futex is over, in place of `SleepEnded`, and this was the time of the call that ended it. It is
    /// concluded from the calls: the kernel does not say who woke whom. Where more than one thread may have done it, none is named,
    /// and `SleepEnded` is told.
    Woken {
        /// The thread.
        who: Who,
        /// The thread that woke it.
        by: Who,
    },
    /// A thread begins to sleep until one of these has bytes for it or room for its own, in place of `SleepBegan`. Told where a
    /// request asks for messages, of calls that wait for nothing else.
    EndWaitBegan {
        /// The thread.
        by: Who,
        /// The system call.
        call: String,
        /// What it waits to read from.
        bytes_from: Vec<Thing>,
        /// What it waits to write to.
        room_in: Vec<Thing>,
    },
    /// A thread wrote to a pipe, a socket of a pair, or an eventfd. It ends the sleep of the thread, if that was told. Told where a
    /// request asks for messages.
    Put {
        /// The thread.
        by: Who,
        /// How many.
        bytes: u64,
        /// Where to.
        into: Thing,
    },
    /// A thread read from a pipe, a socket of a pair, or an eventfd. It ends the sleep of the thread, if that was told. Told where a
    /// request asks for messages.
    Got {
        /// The thread.
        by: Who,
        /// How many bytes.
        bytes: u64,
        /// Where from.
        out_of: Thing,
        /// Who had written them, as far as that is known, the first of them first. It is concluded by counting bytes.
        from: Vec<Who>,
    },
    /// A thread read from a pipe or a socket of a pair and found the end of file: all that was written has been read, and no end is
    /// left to write to. It ends the sleep of the thread, if that was told. Told where a request asks for messages.
    EndOfFile {
        /// The thread.
        by: Who,
        /// Where from.
        of: Thing,
    },
    /// A process has mapped memory that others may map, too, or has it from its parent, of which it is a copy. It has it until it ends
    /// or replaces its program, unless it unmaps it, which is not told. Told where a request asks for memory.
    Mapped {
        /// The thread that did.
        by: Who,
        /// The memory.
        memory: Thing,
        /// How many bytes of it.
        bytes: u64,
        /// Whether it is from the parent.
        inherited: bool,
    },
    /// The program set a mark. Told where a request asks for marks.
    Marked {
        /// The thread that did.
        by: Who,
        /// What it says.
        text: String,
    },
    /// A task took a step, as the program says. Told where a request asks for marks.
    Task {
        /// The thread that works on it.
        by: Who,
        /// Its number, by which it is known in its process.
        task: u64,
        /// The step.
        step: TaskStep,
    },
    /// A thread wrote to one of the outputs. In detail.
    Wrote {
        /// The thread.
        by: Who,
        /// Which output.
        stream: Stream,
        /// What it wrote.
        #[serde(with = "text")]
        bytes: Vec<u8>,
    },
    /// Bytes were read from one of the outputs.
    Output {
        /// Which.
        stream: Stream,
        /// What was read, up to the limit of the request.
        #[serde(with = "text")]
        bytes: Vec<u8>,
    },
    /// A process ended.
    Ended {
        /// The process.
        pid: u32,
        /// The name it had given itself since its birth, by `argv[0]` or `comm`.
        name: Option<String>,
        /// How it ended.
        end: End,
    },
    /// The parent of a process, which may have ended itself, has ended. In detail.
    Orphaned {
        /// The process.
        pid: u32,
    },
    /// A process that has ended is gone, and no process of the run collected it: the supervisor did, or the kernel gave
    /// it up because its parent ignores the ends of its children. In detail.
    Reaped {
        /// The process.
        pid: u32,
    },
    /// The run is over, and no process of it is left. The last event.
    Done(Done),
    /// The program did not start. The last event, in place of `Done`.
    Failed {
        /// What it failed at.
        step: Step,
        /// The `errno` that says why.
        errno: i32,
    },
}

/// A thread of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The process.
    pub pid: u32,
    /// The thread; that of the main one is the pid.
    pub tid: u32,
}

/// What a task does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStep {
    /// It begins, and has this name.
    Begins(String),
    /// It runs on the thread.
    Runs,
    /// It runs no longer, for now.
    Rests,
    /// It has ended.
    Ends,
}

/// Something that threads or processes share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// What it is.
    pub kind: Kind,
    /// Which one of this kind. No other one of the run has the same number.
    pub number: u64,
    /// The name that the program has given it, if it has and the request asks for marks.
    pub name: Option<String>,
}

/// What threads or processes share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A place in memory at which threads wait for each other. See futex(2).
    Futex,
    /// A pipe without a name.
    Pipe,
    /// Two sockets that were made together. See socketpair(2).
    SocketPair,
    /// A counter with a descriptor. See eventfd(2).
    Eventfd,
    /// Memory that more than one process can have. See mmap(2).
    Memory,
}

/// A step on the way into a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Redirecting input and outputs, in a session of its own.
    Prepare,
    /// Changing to the folder that the request names.
    EnterFolder,
    /// Executing the file.
    Execute,
}

/// What is known at the end of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// How the main process ended.
    pub ending: End,
    /// Whether any process was still running at the deadline, and was killed.
    pub timed_out: bool,
    /// Whether there were more processes than the request allows, and all were killed.
    pub crowded: bool,
    /// Those that were found then. One that moves from pid to pid may not be among them.
    pub left: Vec<u32>,
    /// The outputs that were longer than the limit; what came after it was read and dropped.
    pub truncated: Vec<Stream>,
    /// Why the run was not traced; `None` when it was. Only the main process is known of an untraced run.
    pub untraced: Option<String>,
}

/// Bytes as a JSON string where they are UTF-8, and as numbers where they are not.
mod text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Text<S> {
        Utf8(S),
        Other(Vec<u8>),
    }

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Text::Utf8(text).serialize(serializer),
            Err(_) => Text::<&str>::Other(bytes.into()).serialize(serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        Ok(match Text::<String>::deserialize(deserializer)? {
            Text::Utf8(text) => text.into_bytes(),
            Text::Other(bytes) => bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_gets_through() {
        for bytes in [b"plain\n".to_vec(), (0..=255).collect(), vec![]] {
            let event = Event { at: 7, what: What::Output { stream: Stream::Stderr, bytes } };
            let line = serde_json::to_string(&event).expect("JSON");
            assert!(!line.contains('\n'), "{line}");
            assert_eq!(serde_json::from_str::<Event>(&line).expect("an event"), event);
        }
    }
}
