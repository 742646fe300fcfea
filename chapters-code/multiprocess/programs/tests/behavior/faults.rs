//! Faults at random moments and in random bytes. Each test prints its seed; `SEED=n` repeats it.

use std::fs;

use supervisor::share;

use crate::common::{folder, path_of, program, seed, seeded, tell, test_name};
use crate::methods::{Method, but_not, every_method};
use crate::plan::{FRONT, ORDER};

#[test]
fn children_killed_at_any_moment_are_told_of_or_had_returned() {
    every_method(|_| {
        let ran = seeded(program!("kills_children")).repeats(50, 5000).run();
        assert_eq!(ran.stdout(), "true\n", "too few were killed: {ran:?}");
        tell(&ran.stderr());
    });
}

#[test]
fn of_a_parent_killed_at_any_moment_nothing_lives_on() {
    every_method(|_| {
        let program = seeded(program!("kills_parents")).env("PROGRAM", path_of!("starts_until_killed"));
        let ran = program.repeats(50, 2000).run();
        assert_eq!(ran.stdout(), "true\n", "too few had children: {ran:?}");
        tell(&ran.stderr());
    });
}

#[test]
fn an_outcome_that_is_damaged_is_no_result() {
    every_method(|_| {
        let ran = seeded(program!("damages_its_outcome")).repeats(100, 2000).run();
        // A random byte may be that with which a refusal begins. It is no result either, and most runs have none.
        let kinds = ran.stdout().replace("\"Refused\", ", "");
        assert_eq!(kinds, "[\"Exited\", \"NeverEntered\", \"ResultUnreadable\"]\n", "{ran:?}");
    });
}

/// A real plan, with bytes changed, cut off, or added: the program that is handed it runs its target or refuses, and
/// says so by its exit code.
#[test]
fn a_plan_that_is_damaged_anywhere_is_refused_or_works() {
    but_not(&[Method::Fork], "a forked child reads no plan", |_| {
        let folder = folder(&format!("{}_plan", test_name()));
        let plan = folder.join("plan");
        program!("runs_executable").env("EXECUTABLE", path_of!("keeps_its_work")).env("KEPT", &plan).run();
        let plan = fs::read(plan).expect("the launcher has copied it");
        assert!(plan.len() > 100, "{plan:?}");
        let mut random = multiprocess_programs::random::Random::new({
            let seed = seed();
            tell(&format!("seed {seed}\n"));
            seed
        });
        let (mut worked, mut refused) = (0, 0);
        for round in 0..share::times(15, 2000) {
            let mut damaged = plan.clone();
            // The first one is whole, and works.
            let faults = if round == 0 { 0 } else { random.below(4) };
            for _ in 0..faults {
                let at = random.below(damaged.len() as u64) as usize;
                match random.below(6) {
                    0 => damaged.truncate(at),
                    1 => damaged.insert(at, random.below(256) as u8),
                    _ => damaged[at] ^= 1 << random.below(8),
                }
                if damaged.is_empty() {
                    break;
                }
            }
            let frame = folder.join("frame");
            fs::write(&frame, &damaged).expect("it can be written");
            let program = program!("hands_out_work").arg(FRONT).arg(ORDER).env("FRAME", &frame);
            let ran = program.env("PROGRAM", path_of!("runs_executable")).untraced().run();
            let last = ran.lines().into_iter().rev().find(|line| line.starts_with("exit status: "));
            match last.as_deref() {
                Some("exit status: 0") => worked += 1,
                Some("exit status: 1") => refused += 1,
                _ => panic!("{damaged:?}: {ran:?}"),
            }
        }
        tell(&format!("{worked} worked, {refused} refused\n"));
        assert!(worked > 0 && refused > 0, "{worked} worked, {refused} refused");
    });
}
