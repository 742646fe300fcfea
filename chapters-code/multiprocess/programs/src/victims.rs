//! Processes that are killed at random moments: by their parent, wherever they are in their lives, or by a clock of their own, while
//! their parent is in the middle of something that concerns them.

use std::time::{Duration, Instant};

use multiprocess::{Child, Result};

use crate::os;
use crate::random::Random;

/// How long a victim lives at most.
const LIFE: Duration = Duration::from_millis(16);

/// When a victim dies.
pub struct Death {
    end: Instant,
    clock: Option<i64>,
}

impl Death {
    /// A random one.
    pub fn random(random: &mut Random) -> Death {
        let moment = random.moment(LIFE);
        let clock = (random.below(2) == 0).then(|| moment.as_micros().max(1) as i64);
        Death { end: Instant::now() + moment, clock }
    }

    /// What the victim is told, which calls [`live`] with it.
    pub fn clock(&self) -> Option<i64> {
        self.clock
    }

    /// How long its parent has something else to do. `None` when it has to kill it, or when the clock has.
    pub fn left<R>(&self, victim: &Child<R>) -> Option<Duration> {
        if self.clock.is_some() {
            return victim.is_alive().expect("it can be asked").then_some(LIFE);
        }
        self.end.checked_duration_since(Instant::now())
    }

    /// Sees to it that it is dead.
    pub fn come<R>(&self, mut victim: Child<R>) -> Result<()>
    where
        R: serde::Serialize + serde::de::DeserializeOwned,
    {
        if self.clock.is_none() {
            victim.kill()?;
        }
        let error = victim.join().map(drop).expect_err("it is killed");
        let killed = matches!(error.kind, multiprocess::JoinErrorKind::Killed { .. });
        assert!(killed, "{error}");
        Ok(())
    }
}

/// In the victim: starts its clock.
pub fn live(clock: Option<i64>) {
    if let Some(microseconds) = clock {
        // Nothing handles the signal.
        os::alarm_every(microseconds);
    }
}
