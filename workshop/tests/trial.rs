//! What a trial gives of programs that do not end, or take away what it needs.

use std::{os::unix::fs::symlink, path::Path, time::Duration};

use supervisor::{End, Temporary, oracle::clean};
use workshop::{Trial, Trouble, trial::with};

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

#[test]
fn a_program_that_takes_away_what_the_next_run_needs_is_at_fault() {
    for (script, what) in
        [("rmdir \"$PWD\"", "the folder that it runs in"), ("rm \"$0\"", "its own program file")]
    {
        for often in [false, true] {
            let folder = Temporary::new().expect("a folder");
            let program = folder.path().join("shell");
            symlink("/bin/sh", &program).expect("a link");
            let how = with(["-c", script, program.to_str().expect("a path")]);
            let mut on_step = |_: workshop::trial::Step<'_>| {};
            let mut trial = Trial::new("removes", &program, None, &mut on_step).expect("a trial");
            let done = if often { trial.repeat(2, &how, |_| Ok(())) } else { trial.run(&how).map(drop) };
            assert!(
                matches!(&done, Err(Trouble::Failure(failure)) if failure.what.contains(what)),
                "{done:?}"
            );
        }
    }
}
