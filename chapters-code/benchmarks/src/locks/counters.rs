//! Numbers with locks of ours, and without any.

use std::sync::atomic::Ordering::Relaxed;

use anyhow::anyhow;
use multiprocess::shared::RawValue;
use multiprocess::sync::{Mutex, RLock, Semaphore};
use serde::{Deserialize, Serialize};

use super::Counter;

/// A number that is added to without a lock.
#[derive(Serialize, Deserialize)]
pub(super) struct Atomic(RawValue<u64>);

impl Counter for Atomic {
    fn pair() -> anyhow::Result<(Atomic, Atomic)> {
        let value = RawValue::new(0)?;
        Ok((Atomic(value.clone()), Atomic(value)))
    }

    fn add(&self, times: u64) -> anyhow::Result<u64> {
        for _ in 0..times {
            self.0.fetch_add(1, Relaxed);
        }
        Ok(self.0.load(Relaxed))
    }
}

/// A number that belongs to its lock.
#[derive(Serialize, Deserialize)]
pub(super) struct Guarded(Mutex<u64>);

impl Counter for Guarded {
    fn pair() -> anyhow::Result<(Guarded, Guarded)> {
        let mutex = Mutex::new(0)?;
        Ok((Guarded(mutex.clone()), Guarded(mutex)))
    }

    fn add(&self, times: u64) -> anyhow::Result<u64> {
        let lock = || self.0.lock().map_err(|error| anyhow!("{error}"));
        for _ in 0..times {
            *lock()? += 1;
        }
        Ok(*lock()?)
    }
}

/// A lock that has no value of its own.
pub(super) trait Lock: Serialize + for<'a> Deserialize<'a> + Clone + 'static {
    fn new() -> anyhow::Result<Self>;

    fn locked<T>(&self, run: impl FnOnce() -> T) -> anyhow::Result<T>;
}

impl Lock for RLock {
    fn new() -> anyhow::Result<RLock> {
        Ok(RLock::new()?)
    }

    fn locked<T>(&self, run: impl FnOnce() -> T) -> anyhow::Result<T> {
        let _guard = self.lock().map_err(|error| anyhow!("{error}"))?;
        Ok(run())
    }
}

impl Lock for Semaphore {
    fn new() -> anyhow::Result<Semaphore> {
        Ok(Semaphore::new(1)?)
    }

    fn locked<T>(&self, run: impl FnOnce() -> T) -> anyhow::Result<T> {
        let _permit = self.acquire().map_err(|error| anyhow!("{error}"))?;
        Ok(run())
    }
}

/// A number beside such a lock.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub(super) struct Under<L: Lock>(L, RawValue<u64>);

impl<L: Lock> Counter for Under<L> {
    fn pair() -> anyhow::Result<(Under<L>, Under<L>)> {
        let (lock, value) = (L::new()?, RawValue::new(0)?);
        Ok((Under(lock.clone(), value.clone()), Under(lock, value)))
    }

    fn add(&self, times: u64) -> anyhow::Result<u64> {
        for _ in 0..times {
            self.0.locked(|| self.1.store(self.1.load(Relaxed) + 1, Relaxed))?;
        }
        self.0.locked(|| self.1.load(Relaxed))
    }
}
