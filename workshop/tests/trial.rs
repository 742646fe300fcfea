//! What a trial gives of programs that do not end.

use std::{path::Path, time::Duration};

use supervisor::{End, oracle::clean};
use workshop::{Trial, trial::with};

#[test]
fn a_program_that_is_ended_while_it_prints_has_a_timeline() {
    let how = with(["-c", "while :; do echo tick; done"]).within(Duration::from_millis(300));
    // It may be ended between two writes, so more than once.
    for _ in 0..5 {
        let seen = clean(|| {
            let mut on_step = |_: workshop::trial::Step<'_>| {};
            Trial::new("prints", Path::new("/bin/sh"), None, &mut on_step)?.run(&how)
        });
        let seen = seen.unwrap_or_else(|trouble| panic!("{trouble}"));
        assert_eq!(seen.run.ended(), End::Deadline);
        assert!(!seen.events().is_empty());
    }
}
