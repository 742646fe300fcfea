//! The supervisor's own work, in a process of its own and on one thread: start the program, follow it until
//! nothing of it is left or the deadline has come, kill what is left, and say all of it to the caller.
//!
//! A run lasts until the last process of it has ended, not only the main one: else the output of an orphan
//! would be cut off at a moment that nobody chose.

use std::{
    env,
    ffi::CString,
    io::{self, stdin},
    os::fd::AsFd,
    process,
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, poll},
    sys::{prctl, signal::SigSet, signalfd::SignalFd, stat::fstat},
    unistd::{Pid, getpid, getppid, read, setsid},
};

use crate::{
    call::Pipes,
    calls::Calls,
    end::End,
    event::{Done, Stream, What},
    filter::Filter,
    guard::{self, READ_PATIENCE},
    kill,
    launch::{Launch, launch},
    order::{Order, Orders},
    outbox::Outbox,
    output::Output,
    procfs,
    request::{Request, Tracing},
    sys::{self, MARK, Pidfd, at_most},
    tracer::{Taken, Tracer},
};

/// When to look again for what no signal tells: that all have fallen asleep.
const NEXT_LOOK: Duration = Duration::from_millis(20);
/// How long a program that is promised to hang is watched where it cannot be seen that it is stuck.
const HANG: Duration = Duration::from_secs(2);

/// Supervises one program; the request comes in over standard input. Gives the exit code.
pub(crate) fn run() -> i32 {
    match supervise() {
        Ok(()) => 0,
        Err(e) => {
            eprintln!("supervisor: {e}");
            1
        }
    }
}

fn supervise() -> io::Result<()> {
    sys::close_inherited()?;
    sys::default_signals();
    // The supervisor ends when its caller does, by end-of-file, and no signal but SIGKILL ends it before.
    SigSet::all().thread_set_mask()?;
    setsid()?;
    prctl::set_name(&CString::from(c"supervisor"))?;

    let caller = env::var(MARK).ok().and_then(|pid| pid.parse().ok()).ok_or(io::ErrorKind::InvalidInput)?;
    let Some(request) = read_request()? else { return Ok(()) };
    let Some(guard) = guard::split(Pid::from_raw(caller), request.deadline)? else { return Ok(()) };
    // A session of its own, too, and the name for both.
    setsid()?;
    prctl::set_child_subreaper(true)?;
    let children = guard::children()?;
    let detailed = request.tracing == Tracing::Calls;
    let refused = match request.tracing {
        Tracing::Nothing => Some("not asked for".into()),
        Tracing::Processes => None,
        Tracing::Calls => Filter::refused(),
    };
    let stops = (detailed && refused.is_none()).then_some(request.extras);
    let filter = Filter::new([getppid(), getpid()], stops);
    let (mut launch, stdout, stderr) = launch(&request, filter)?;
    let pipes = Pipes([fstat(&stdout)?.st_ino, fstat(&stderr)?.st_ino]);
    let limit = request.output_limit;
    let calls = detailed.then(|| Calls::new(pipes, limit, request.extras));
    let mut outbox = Outbox::new()?;
    let tracer = Tracer::new(launch.pid.as_raw() as u32, refused, calls, request.crowd_limit, &mut outbox);
    let outputs = [Output::new(Stream::Stdout, stdout, limit)?, Output::new(Stream::Stderr, stderr, limit)?];
    if request.traced_only && tracer.refused.is_some() {
        launch.give_up();
    }
    // No other process of this user may trace this one or read what it holds. Its child could not be traced if it had begun
    // like that.
    prctl::set_dumpable(false)?;
    launch.go(tracer.refused.is_none())?;
    let blind = request.ends_stuck && !(detailed && tracer.refused.is_none());
    let deadline = outbox.start() + if blind { request.deadline.min(HANG) } else { request.deadline };
    let look = request.ends_stuck.then_some(NEXT_LOOK);
    Supervisor { tracer, outbox, outputs, children, guard, orders: Orders::default(), deadline, look }
        .watch(&launch)
}

/// The request, one line; `None` when the caller went away before its end.
fn read_request() -> io::Result<Option<Request>> {
    let mut line = vec![];
    let mut chunk = [0; 4096];
    while !line.ends_with(b"\n") {
        match read(stdin(), &mut chunk)? {
            0 => return Ok(None),
            count => line.extend_from_slice(&chunk[..count]),
        }
    }
    Ok(Some(serde_json::from_slice(&line)?))
}

struct Supervisor {
    tracer: Tracer,
    outbox: Outbox,
    outputs: [Output; 2],
    children: SignalFd,
    guard: Pidfd,
    orders: Orders,
    deadline: Instant,
    /// How often to look whether the run is stuck, if it is to end then.
    look: Option<Duration>,
}

enum Over {
    NothingLeft,
    Deadline,
    Crowded,
    CallerVanished,
}

impl Supervisor {
    fn watch(mut self, launch: &Launch) -> io::Result<()> {
        let (mut timed_out, mut crowded, mut left) = (false, false, vec![]);
        match self.until_over()? {
            Over::NothingLeft => {}
            Over::CallerVanished => return self.kill_everything(),
            Over::Crowded => {
                crowded = true;
                self.kill_everything()?;
            }
            Over::Deadline => {
                timed_out = true;
                left.extend(procfs::living_below(process::id()));
                self.kill_everything()?;
            }
        }
        if let Some((step, errno)) = launch.trouble() {
            self.outbox.put(What::Failed { step, errno });
        } else {
            self.outputs.iter_mut().for_each(|output| output.drain(&mut self.outbox));
            let truncated = self.outputs.iter().filter(|output| output.truncated).map(|output| output.stream);
            self.outbox.put(What::Done(Done {
                ending: self.tracer.ending().unwrap_or(End::Deadline),
                timed_out,
                crowded,
                left,
                truncated: truncated.collect(),
                untraced: self.tracer.refused,
            }));
        }
        Ok(self.outbox.flush(READ_PATIENCE)?)
    }

    fn until_over(&mut self) -> io::Result<Over> {
        let mut seemed_stuck = false;
        loop {
            for output in &mut self.outputs {
                output.read_once(&mut self.outbox);
            }
            let taken = take_changes(&mut self.tracer, &self.children, &mut self.outputs, &mut self.outbox)?;
            let to_tell = self.tracer.tell_long_sleeps(&mut self.outbox).unwrap_or(Duration::MAX);
            match self.outbox.push() {
                Err(Errno::EPIPE) => return Ok(Over::CallerVanished),
                other => other?,
            }
            if taken == Taken::NothingLeft {
                return Ok(Over::NothingLeft);
            }
            if self.tracer.is_crowded() {
                return Ok(Over::Crowded);
            }
            let time = self.deadline.saturating_duration_since(Instant::now());
            let seems_stuck = self.look.is_some() && taken == Taken::All && self.tracer.is_stuck();
            // A thread that has just been woken shows as asleep for a moment, while it looks whether it has to wait on. That is over by
            // the next look.
            if time.is_zero() || (seems_stuck && seemed_stuck) {
                return Ok(Over::Deadline);
            }
            seemed_stuck = seems_stuck;
            let patience = if taken == Taken::Some {
                Duration::ZERO
            } else {
                time.min(to_tell).min(self.look.unwrap_or(time))
            };
            if self.caller_vanished(patience)? {
                return Ok(Over::CallerVanished);
            }
        }
    }

    /// Waits until anything happens, and does what the caller orders. `true` when the caller is gone, which shuts down our
    /// standard input, or the guard.
    fn caller_vanished(&mut self, time: Duration) -> io::Result<bool> {
        let (lifeline, out) = (stdin(), io::stdout());
        let wanted = if self.outbox.is_empty() { PollFlags::empty() } else { PollFlags::POLLOUT };
        let mut ready = vec![
            PollFd::new(lifeline.as_fd(), PollFlags::POLLIN),
            PollFd::new(out.as_fd(), wanted),
            PollFd::new(self.children.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.guard.as_fd(), PollFlags::POLLIN),
        ];
        let open = self.outputs.iter().filter_map(|output| output.pipe.as_ref());
        ready.extend(open.map(|pipe| PollFd::new(pipe.as_fd(), PollFlags::POLLIN)));
        match poll(&mut ready, at_most(time)) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(e) => return Err(e.into()),
        }
        let [called, _, _, unguarded] = [0, 1, 2, 3].map(|at: usize| ready[at].any().unwrap_or(false));
        if unguarded || !called {
            return Ok(unguarded);
        }
        let mut chunk = [0; 1 << 10];
        let count = read(&lifeline, &mut chunk)?;
        for (pid, signal) in self.orders.came(&chunk[..count]).into_iter().filter_map(Order::signal) {
            if self.tracer.follows(pid) {
                kill::send(pid, process::id(), signal);
            }
        }
        Ok(count == 0)
    }

    fn kill_everything(&mut self) -> io::Result<()> {
        self.tracer.kill();
        let Supervisor { tracer, outbox, outputs, children, .. } = self;
        kill::everything(children, || {
            Ok(take_changes(tracer, children, outputs, outbox)? == Taken::NothingLeft)
        })
    }
}

fn take_changes(
    tracer: &mut Tracer,
    children: &SignalFd,
    outputs: &mut [Output],
    outbox: &mut Outbox,
) -> io::Result<Taken> {
    // First the signal, then the changes: one that comes in between signals again.
    while children.read_signal()?.is_some() {}
    Ok(tracer.take_changes(outputs, outbox))
}
