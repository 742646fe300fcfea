//! How one side sleeps and the other one wakes it, without a wake-up that is lost and without a system call while the first one is
//! awake.
//!
//! One side says that it sleeps and then looks once more. The other side changes what is looked at and then looks whether somebody
//! sleeps. Between the two steps each side has a fence. So at least one of them sees what the other has done: the sleeper stays
//! awake, or it is woken.
//!
//! The atomics are a parameter, so that a test can go through every order in which two threads may run (`loom`).

use std::sync::atomic::Ordering;

/// An atomic number, and the fence that goes with it.
pub(super) trait Word {
    fn load(&self, order: Ordering) -> u32;
    fn store(&self, value: u32, order: Ordering);
    fn swap(&self, value: u32, order: Ordering) -> u32;
    fn fence(order: Ordering);
}

impl Word for std::sync::atomic::AtomicU32 {
    fn load(&self, order: Ordering) -> u32 {
        self.load(order)
    }

    fn store(&self, value: u32, order: Ordering) {
        self.store(value, order);
    }

    fn swap(&self, value: u32, order: Ordering) -> u32 {
        self.swap(value, order)
    }

    fn fence(order: Ordering) {
        std::sync::atomic::fence(order);
    }
}

/// Says that this side is about to sleep. `true` if what it waits for is not there: then it may sleep, and it is woken.
///
/// It is a swap because the other side's swap may come at the same time. With a plain store, which is weaker, `loom` finds an order in
/// which a wake-up is lost.
// ANCHOR: handshake
pub(super) fn may_sleep<W: Word>(asleep: &W, is_there: impl FnOnce() -> bool) -> bool {
    asleep.swap(1, Ordering::AcqRel);
    W::fence(Ordering::SeqCst);
    let may = !is_there();
    if !may {
        asleep.store(0, Ordering::Relaxed);
    }
    may
}

/// Says that this side is awake.
pub(super) fn is_awake<W: Word>(asleep: &W) {
    asleep.store(0, Ordering::Relaxed);
}

/// After a change that the other side may wait for: whether it has to be
/// woken. It is told once.
pub(super) fn must_wake<W: Word>(asleep: &W) -> bool {
    W::fence(Ordering::SeqCst);
    asleep.load(Ordering::Relaxed) != 0 && asleep.swap(0, Ordering::AcqRel) != 0
}
// ANCHOR_END: handshake

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use loom::sync::atomic::{AtomicU32, fence};
    use loom::sync::{Condvar, Mutex};
    use loom::thread;

    use super::*;

    /// As the real one, or with another fence.
    struct Modelled<const FENCED: bool>(AtomicU32);

    impl<const FENCED: bool> Word for Modelled<FENCED> {
        fn load(&self, order: Ordering) -> u32 {
            self.0.load(order)
        }

        fn store(&self, value: u32, order: Ordering) {
            self.0.store(value, order);
        }

        fn swap(&self, value: u32, order: Ordering) -> u32 {
            self.0.swap(value, order)
        }

        fn fence(order: Ordering) {
            fence(if FENCED { order } else { Ordering::AcqRel });
        }
    }

    /// Like a counter in the kernel: it keeps a wake-up that comes early.
    #[derive(Default)]
    struct Counter(Mutex<u32>, Condvar);

    impl Counter {
        fn add(&self) {
            *self.0.lock().expect("no panic") += 1;
            self.1.notify_one();
        }

        fn wait_and_take(&self) {
            let mut count = self.0.lock().expect("no panic");
            while *count == 0 {
                count = self.1.wait(count).expect("no panic");
            }
            *count = 0;
        }
    }

    /// One thread waits for the tail to change, twice; another one changes it twice. `loom` goes through every order of their
    /// steps in which they interrupt each other up to three times, and finds a thread that sleeps forever.
    fn nobody_sleeps_forever<const FENCED: bool>() {
        let mut model = loom::model::Builder::new();
        // Without the bound it takes a minute, and finds the same.
        model.preemption_bound = Some(3);
        model.check(|| {
            let asleep = Arc::new(Modelled::<FENCED>(AtomicU32::new(0)));
            let tail = Arc::new(AtomicU32::new(0));
            let counter = Arc::new(Counter::default());
            let sleeper = {
                let (asleep, tail, counter) = (Arc::clone(&asleep), Arc::clone(&tail), Arc::clone(&counter));
                thread::spawn(move || {
                    for seen in 0..2 {
                        let has_changed = || tail.load(Ordering::Acquire) > seen;
                        while !has_changed() {
                            if may_sleep(&*asleep, has_changed) {
                                counter.wait_and_take();
                                is_awake(&*asleep);
                            }
                        }
                    }
                })
            };
            for filled in 1..=2 {
                tail.store(filled, Ordering::Release);
                if must_wake(&*asleep) {
                    counter.add();
                }
            }
            sleeper.join().expect("it does not panic");
        });
    }

    #[test]
    fn no_wake_up_is_lost() {
        nobody_sleeps_forever::<true>();
    }

    #[test]
    #[should_panic(expected = "deadlock")]
    fn with_a_weaker_fence_one_is_lost() {
        nobody_sleeps_forever::<false>();
    }
}
