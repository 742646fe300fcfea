//! Operations that are too short to be timed one by one.

use std::time::Duration;

/// How long a batch of them should take.
const ENOUGH: Duration = Duration::from_millis(10);

/// How many operations the first batch has.
const FIRST: u64 = 16;

/// Has so many operations done that a clock can time them, and returns how many nanoseconds one of them took.
///
/// How many that is follows from the fastest batch. So one that the machine has interrupted does not make the next ones short.
pub(crate) fn each(
    mut run: impl FnMut(u64) -> anyhow::Result<Duration> + 'static,
) -> impl FnMut() -> anyhow::Result<f64> + 'static {
    let (mut count, mut fastest) = (FIRST, f64::INFINITY);
    move || loop {
        let each = run(count)?.as_nanos() as f64 / count as f64;
        // Operations may have become slower for good, so what was the fastest batch is forgotten step by step.
        fastest = each.min(1.25 * fastest);
        let wanted = (ENOUGH.as_nanos() as f64 / fastest.max(0.1)).max(1.0) as u64;
        let was_long_enough = wanted <= 2 * count;
        count = wanted;
        if was_long_enough {
            return Ok(each);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    /// The lengths of the batches of so many samples, where the first argument says how long each of them takes.
    fn lengths(took: impl Fn(usize, u32) -> Duration + 'static, samples: usize) -> Vec<u64> {
        let lengths = Rc::new(RefCell::new(Vec::new()));
        let seen = Rc::clone(&lengths);
        let mut once = each(move |count| {
            let mut seen = seen.borrow_mut();
            seen.push(count);
            Ok(took(seen.len(), count as u32))
        });
        for _ in 0..samples {
            once().expect("it does not fail");
        }
        drop(once);
        Rc::try_unwrap(lengths).expect("the batches are over").into_inner()
    }

    /// A batch of short operations, with what it takes to begin one.
    fn quick(count: u32) -> Duration {
        Duration::from_micros(100) + Duration::from_nanos(50) * count
    }

    #[test]
    fn the_first_batches_grow_until_they_can_be_timed() {
        let lengths = lengths(|_, count| quick(count), 3);
        assert!(lengths.len() > 3 && lengths[0] == FIRST, "{lengths:?}");
        let last = quick(*lengths.last().expect("there are some") as u32);
        assert!(last > ENOUGH / 2 && last < 2 * ENOUGH, "{last:?}");
    }

    #[test]
    fn an_interrupted_batch_is_not_the_measure() {
        let interrupted = |batch, count| match batch {
            1 | 7 => quick(count) + Duration::from_millis(50),
            _ => quick(count),
        };
        let lengths = lengths(interrupted, 10);
        assert!(lengths[7..].iter().all(|&length| length > 100_000), "{lengths:?}");
    }

    #[test]
    fn batches_become_shorter_when_operations_become_slow() {
        let slower = |batch, count| if batch < 10 { quick(count) } else { 20 * quick(count) };
        let last = *lengths(slower, 40).last().expect("there are some") as u32;
        assert!(20 * quick(last) < 2 * ENOUGH, "{last}");
    }
}
