//! One `check!` in a process of its own, of a listing of the chapter `mutants` of the workspace in a given folder.
//!
//! `checker ROOT LISTING MILLISECONDS PROMISE ENDS ARGS...`, where PROMISE is `exact`, `any` or `any a<b`, and ENDS is as in
//! a record. `checker ROOT LISTING MILLISECONDS refused CODE` checks one that must not compile and has at most two errors.

use std::{
    env,
    panic::{catch_unwind, resume_unwind},
    path::PathBuf,
    time::Duration,
};

use records::{any_order, check, check::Place, exact, refused};
use supervisor::oracle::clean;

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let root = PathBuf::from(&args[0]);
    let within = Duration::from_millis(args[2].parse().expect("milliseconds"));
    let built = root.join("target/debug/examples");
    let place = Place { root, chapter: "mutants".into(), built };
    if args[3] == "refused" {
        return match &args[4..] {
            [first] => refused!(in place, &*args[1], &**first),
            [first, second] => refused!(in place, &*args[1], &**first, &**second),
            codes => panic!("one or two codes, not {codes:?}"),
        };
    }
    let promise = match args[3].split_once(' ') {
        None if args[3] == "exact" => exact(),
        None => any_order(),
        Some((_, constraint)) => {
            let (first, second) = constraint.split_once('<').expect("a<b");
            any_order().before(first, second)
        }
    };
    let ends = args[4].split(", ").map(|end| end.parse().expect("an end"));
    let trial = promise.ends(ends).args(&args[5..]).within(within);
    // A check that fails must be as clean as one that passes.
    let checked = clean(|| catch_unwind(|| check!(in place, &*args[1], trial)));
    checked.unwrap_or_else(|failure| resume_unwind(failure));
}
