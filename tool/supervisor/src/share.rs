//! How much of what a test could repeat it repeats now.
//!
//! What is checked of a change has to come soon, so it makes each run that shows something new once, and takes turns with what
//! shows the same in another way. Everything that is only repeated, because it happens rarely, is for the night: `FULL=1` in the
//! environment.

use std::{
    env,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    process::Command,
};

/// Whether to repeat everything: the variable `FULL` is set, and neither empty nor 0.
pub fn full() -> bool {
    env::var_os("FULL").is_some_and(|full| !full.is_empty() && full != "0")
}

/// `few` times, or with `FULL=1` `many` times.
pub fn times<T>(few: T, many: T) -> T {
    if full() { many } else { few }
}

/// Which of `count` turns this one has at a commit: others at other commits, so that each has every turn before long.
///
/// # Panics
///
/// When there are no turns.
pub fn turn(name: &str, count: u64, commit: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (name, commit).hash(&mut hasher);
    hasher.finish() % count
}

/// The hash of the commit that is checked out in this folder; nothing where git knows of none.
pub fn commit(root: &Path) -> String {
    let asked = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(root).output();
    asked.ok().and_then(|asked| String::from_utf8(asked.stdout).ok()).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_every_turn_before_long() {
        let turns = |name| (0..40).map(|commit| turn(name, 3, &format!("{commit:040x}"))).collect::<Vec<_>>();
        for name in ["process-class/hello", "daemon/ways_out"] {
            assert!((0..3).all(|each| turns(name).contains(&each)), "{name}: {:?}", turns(name));
        }
        assert_ne!(turns("process-class/hello"), turns("daemon/ways_out"));
    }
}
