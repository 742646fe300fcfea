//! Operations that are too short to be timed one by one.

use std::time::Duration;

/// A sample takes at least half of this, and usually not much more than all of it.
const ENOUGH: Duration = Duration::from_millis(10);

/// Has so many operations done that a clock can time them, and returns how many nanoseconds one of them took.
///
/// How many that is becomes known in the first call, and is remembered for the next one.
pub(crate) fn each(
    mut run: impl FnMut(u64) -> anyhow::Result<Duration> + 'static,
) -> impl FnMut() -> anyhow::Result<f64> + 'static {
    let mut count = 16;
    move || loop {
        let took = run(count)?;
        let each = took.as_nanos() as f64 / count as f64;
        if took >= ENOUGH / 2 {
            if took > 2 * ENOUGH {
                count = (count / 2).max(1);
            }
            return Ok(each);
        }
        // The fixed costs of a short batch make `each` too long, so it may take several steps.
        let wanted = ENOUGH.as_nanos() as f64 / each.max(0.1);
        count = (wanted as u64).clamp(count + 1, 64 * count);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    #[test]
    fn a_batch_grows_until_it_can_be_timed() {
        let counts = Rc::new(RefCell::new(Vec::new()));
        let seen = Rc::clone(&counts);
        let mut once = each(move |count| {
            seen.borrow_mut().push(count);
            Ok(Duration::from_micros(100) + Duration::from_nanos(50) * count as u32)
        });
        let first = once().expect("it does not fail");
        assert!((50.0..52.0).contains(&first), "{first}");
        let runs = counts.borrow().len();
        assert!(runs > 1, "16 operations take too little time");
        once().expect("it does not fail");
        assert_eq!(counts.borrow().len(), runs + 1, "the second sample knows the number");
    }

    #[test]
    fn a_batch_shrinks_when_operations_become_slow() {
        let counts = Rc::new(RefCell::new(Vec::new()));
        let seen = Rc::clone(&counts);
        let mut once = each(move |count| {
            seen.borrow_mut().push(count);
            Ok(Duration::from_millis(5) * count as u32)
        });
        for _ in 0..3 {
            assert_eq!(once().expect("it does not fail"), 5e6);
        }
        assert_eq!(*counts.borrow(), [16, 8, 4]);
    }
}
