//! What to run, and within which bounds.

use std::{ffi::OsString, time::Duration};

use serde::{Deserialize, Serialize};

/// A program to run under a supervisor, built step by step.
///
/// It runs with the caller's environment, less what would change its output from one machine to another (see
/// [`Request::env`]), in a session of its own, with an empty standard input and no descriptor of the caller's. `TMPDIR`
/// names a folder that is removed after the run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    pub(crate) program: OsString,
    pub(crate) arg0: Option<OsString>,
    pub(crate) args: Vec<OsString>,
    pub(crate) dir: Option<OsString>,
    pub(crate) deadline: Duration,
    pub(crate) output_limit: usize,
    pub(crate) crowd_limit: usize,
    pub(crate) tracing: Tracing,
    pub(crate) traced_only: bool,
    pub(crate) ends_stuck: bool,
    pub(crate) extras: Extras,
    /// Not sent: the supervisor is started with the environment that it gives on.
    #[serde(skip)]
    pub(crate) env: Vec<(OsString, Option<OsString>)>,
}

impl Request {
    /// Runs `program`, a path or a name to be found on the `PATH`, for at most ten seconds, keeping at most one
    /// mebibyte of each of its outputs.
    pub fn new(program: impl Into<OsString>) -> Request {
        let mut request = Request {
            program: program.into(),
            arg0: None,
            args: vec![],
            dir: None,
            deadline: Duration::from_secs(10),
            output_limit: 1 << 20,
            crowd_limit: usize::MAX,
            tracing: Tracing::Processes,
            traced_only: false,
            ends_stuck: false,
            extras: Extras::default(),
            env: vec![],
        };
        for variable in ["RUST_LOG", "RUST_LOG_STYLE", "RUST_LIB_BACKTRACE", "LANGUAGE"] {
            request = request.env_remove(variable);
        }
        request.env("RUST_BACKTRACE", "0").env("LC_ALL", "C.UTF-8")
    }

    /// What the program is to see as its `argv[0]`, in place of its path.
    #[must_use]
    pub fn arg0(mut self, name: impl Into<OsString>) -> Request {
        self.arg0 = Some(name.into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item: Into<OsString>>) -> Request {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable. `RUST_BACKTRACE=0` and `LC_ALL=C.UTF-8` are set already, and variables that turn on logs are
    /// removed.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Request {
        self.env.push((name.into(), Some(value.into())));
        self
    }

    /// Removes a variable.
    #[must_use]
    pub fn env_remove(mut self, name: impl Into<OsString>) -> Request {
        self.env.push((name.into(), None));
        self
    }

    /// The folder to run in, in place of the caller's.
    #[must_use]
    pub fn dir(mut self, folder: impl Into<OsString>) -> Request {
        self.dir = Some(folder.into());
        self
    }

    /// How long the program and all that it starts may run.
    #[must_use]
    pub fn within(mut self, deadline: Duration) -> Request {
        self.deadline = deadline;
        self
    }

    /// Ends the run as at its deadline as soon as nothing in it can go on: every thread sleeps without a timeout, each until another
    /// process or thread of the run does something, and no timer is set. A signal from outside could still change that, so this is
    /// for programs that are promised to hang. Only where a run is traced in detail this can be seen. Any other run ends after two
    /// seconds, if its deadline is not nearer.
    #[must_use]
    pub fn ended_when_stuck(mut self) -> Request {
        self.ends_stuck = true;
        self
    }

    /// How many bytes to keep of each output. What comes after them is read and dropped, so that the program runs on
    /// as it would have.
    #[must_use]
    pub fn output_limit(mut self, bytes: usize) -> Request {
        self.output_limit = bytes;
        self
    }

    /// How many processes and threads there may be at once; ten times as many may be started in all. A run that has more is
    /// ended: see [`Run::crowded`](crate::Run::crowded). They are counted as they are traced, so an untraced run has no limit. Rejected:
    /// `RLIMIT_NPROC`, which counts what the user runs elsewhere as well, and nothing of what root runs.
    #[must_use]
    pub fn crowd_limit(mut self, count: usize) -> Request {
        self.crowd_limit = count;
        self
    }

    /// Does not trace. Only the main process is known then. If the supervisor is killed, its guard ends what is left, and if both are
    /// killed at once, only the main process ends with them.
    #[must_use]
    pub fn untraced(mut self) -> Request {
        self.tracing = Tracing::Nothing;
        self
    }

    /// Does not let the program begin where it cannot be traced. The run fails then, after the event that says why it cannot.
    #[must_use]
    pub fn traced_only(mut self) -> Request {
        self.traced_only = true;
        self
    }

    /// Traces what the processes do, too: who waits, sleeps, sends signals, and writes. The program stops at each of its
    /// system calls then, which makes it several times as slow.
    #[must_use]
    pub fn detailed(mut self) -> Request {
        self.tracing = Tracing::Calls;
        self
    }

    /// Where the run is traced in detail, tells this as well.
    #[must_use]
    pub fn telling(mut self, extras: Extras) -> Request {
        self.extras = extras;
        self
    }
}

/// What a run that is traced in detail tells only where it is asked for. Most programs would have more of it than a figure has
/// room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extras {
    /// Each wait of a thread at a futex, and which thread ended it: see [`What::FutexWaitBegan`](crate::What::FutexWaitBegan).
    pub locks: bool,
    /// Each write to a pipe, a socket of a pair, or an eventfd, each read from one, and each wait for one: see
    /// [`What::Put`](crate::What::Put).
    pub messages: bool,
    /// What the program says of itself by the crate `marks`: see [`What::Marked`](crate::What::Marked),
    /// [`What::Task`](crate::What::Task), and [`Thing::name`](crate::event::Thing::name).
    pub marks: bool,
    /// Each mapping of memory that other processes may map, too: see [`What::Mapped`](crate::What::Mapped).
    pub memory: bool,
}

impl Extras {
    /// All that can be asked for.
    pub const ALL: Extras = Extras { locks: true, messages: true, marks: true, memory: true };
}

/// How much of a run is traced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Tracing {
    Nothing,
    /// Births, programs and ends.
    Processes,
    /// System calls and signals as well.
    Calls,
}
