//! One `check!` in a process of its own, of the listing `mutants/program` of the workspace in a given folder.
//!
//! `checker ROOT MILLISECONDS PROMISE ENDS ARGS...`, where PROMISE is `exact`, `any` or `any a<b`, and ENDS is as in
//! a record.

use std::{env, path::PathBuf, time::Duration};

use supervisor::{any_order, check, check::Place, exact};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let root = PathBuf::from(&args[0]);
    let within = Duration::from_millis(args[1].parse().expect("milliseconds"));
    let built = root.join("target/debug/examples");
    let place = Place { root, chapter: "mutants".into(), package: "mutants".into(), built };
    let promise = match args[2].split_once(' ') {
        None if args[2] == "exact" => exact(),
        None => any_order(),
        Some((_, constraint)) => {
            let (first, second) = constraint.split_once('<').expect("a<b");
            any_order().before(first, second)
        }
    };
    let ends = args[3].split(", ").map(|end| end.parse().expect("an end"));
    let trial = promise.ends(ends).args(&args[4..]).within(within);
    check!(in place, "program", trial);
}
