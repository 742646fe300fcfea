//! What can be asked of a child without waiting for it.

use std::time::Duration;

use multiprocess::Child;

/// A question by its name. It gives the child back if that can still be joined.
pub type Question = (&'static str, fn(Child<u32>) -> Option<Child<u32>>);

/// All of them.
pub const QUESTIONS: [Question; 6] = [
    ("try_join", |mut child| match child.try_join() {
        // How another process's child ended can be read before its parent has learned of it.
        Ok(Some(_)) => None,
        _ => Some(child),
    }),
    ("join_timeout of nothing", |mut child| match child.join_timeout(Duration::ZERO) {
        Ok(Some(_)) => None,
        _ => Some(child),
    }),
    ("is_alive", |child| {
        let _ = child.is_alive();
        Some(child)
    }),
    ("exit_status", |child| {
        let _ = child.exit_status();
        Some(child)
    }),
    ("close", |child| child.close().err().map(|(child, _)| child)),
    ("drop", |child| {
        drop(child);
        None
    }),
];
