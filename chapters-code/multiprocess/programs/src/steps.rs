//! Kills of a process at a chosen step of what it does: at a system call, or behind an instruction.
//!
//! The victim does something behind a [`Gate`]. The first process traces it through the gate, counts the steps from there, and kills
//! it at the one that it was asked for. Step 0 is the gate itself. Where the victim sleeps in a system call, that is a step, too. Then
//! whoever asked for the kill is told, and wakes it if it is to go on.

use std::sync::atomic::Ordering::{Acquire, Release};
use std::time::{Duration, Instant};

use multiprocess::pipe::{Receiver, Sender};
use multiprocess::shared::RawValue;
use multiprocess::{Child, JoinErrorKind, Result, pipe};
use serde::{Deserialize, Serialize};

use crate::os::tracing::{Stop, Tracee, Until, mark};
use crate::{meeting, os, proc};

/// How long one step may take. Nothing but a busy machine takes time.
const BOUND: Duration = Duration::from_secs(20);

/// How often to look whether the victim sleeps, in microseconds.
const LOOK: i64 = 1000;

/// What the victim passes before it does what the steps are counted of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Gate {
    open: Receiver<()>,
    done: RawValue<u32>,
}

impl Gate {
    /// In the victim: waits until its steps are counted, does it, and waits for its death.
    pub fn pass<R>(self, work: impl FnOnce() -> R) {
        self.open.recv().expect("the tracer opens it");
        mark();
        let _kept = work();
        self.done.store(1, Release);
        meeting::stay();
    }
}

/// One victim and the step at which it dies.
#[derive(Debug)]
pub struct Kill {
    until: Until,
    step: u32,
    reached: bool,
    slept: bool,
    open: Sender<()>,
    gate: Gate,
}

impl Kill {
    /// At the step of that number.
    pub fn new(until: Until, step: u32) -> Result<Kill> {
        let (open, opened) = pipe()?;
        let gate = Gate { open: opened, done: RawValue::new(0)? };
        Ok(Kill { until, step, reached: false, slept: false, open, gate })
    }

    /// What the victim is to pass.
    pub fn gate(&self) -> Gate {
        self.gate.clone()
    }

    /// Whether the victim came to the step. If not, it was killed when it had done everything.
    pub fn reached(&self) -> bool {
        self.reached
    }

    /// Whether it was killed in its sleep, or woken from it.
    pub fn slept(&self) -> bool {
        self.slept
    }

    /// Traces a victim to the step and kills it there. `wake` is called when the victim sleeps, once in each call.
    pub fn come(&mut self, victim: Child<()>, wake: impl FnMut() -> Result<()>) -> Result<()> {
        let mut victim = victim.kill_on_drop(true);
        let tracee = Tracee::seize(victim.pid()).expect("a descendant may be traced");
        os::handle(libc::SIGALRM);
        os::alarm_every(LOOK);
        tracee.interrupt();
        self.walk(&tracee, &victim, wake)?;
        let is_others = proc::parent(victim.pid()) != Some(std::process::id());
        victim.kill()?;
        if is_others {
            tracee.release();
        }
        os::alarm_every(0);
        let error = victim.join().expect_err("it does not end by itself");
        assert!(matches!(error.kind, JoinErrorKind::Killed { .. }), "{error}");
        Ok(())
    }

    fn walk(
        &mut self,
        tracee: &Tracee,
        victim: &Child<()>,
        mut wake: impl FnMut() -> Result<()>,
    ) -> Result<()> {
        // It may be anywhere before the gate, and asleep there.
        next(tracee, victim, Until::Call, false);
        self.open.send(())?;
        while !tracee.is_at_mark() {
            tracee.go_on(Until::Call, 0);
            next(tracee, victim, Until::Call, false);
        }
        tracee.go_on(Until::Call, 0);
        next(tracee, victim, Until::Call, false);
        let mut step = 0;
        while step < self.step {
            tracee.go_on(self.until, 0);
            let mut came = next(tracee, victim, self.until, true);
            if came == Came::Sleep {
                self.slept = true;
                step += 1;
                if step == self.step {
                    break;
                }
                wake()?;
                came = next(tracee, victim, self.until, false);
            }
            assert_eq!(came, Came::Stop);
            if self.gate.done.load(Acquire) != 0 {
                return Ok(());
            }
            step += 1;
        }
        self.reached = true;
        Ok(())
    }
}

/// What a victim came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    Stop,
    /// It sleeps in a system call.
    Sleep,
}

/// Waits until the victim stops, or until it sleeps, if that is asked for.
fn next(tracee: &Tracee, victim: &Child<()>, until: Until, or_sleeps: bool) -> Came {
    let begun = Instant::now();
    loop {
        match tracee.stop() {
            Stop::There => return Came::Stop,
            Stop::Signal(signal) => tracee.go_on(until, signal),
            Stop::Interrupted if or_sleeps && proc::state(victim.pid()) == Some('S') => return Came::Sleep,
            Stop::Interrupted => assert!(begun.elapsed() < BOUND, "the victim does not go on"),
        }
    }
}
