//! The checks, each in the folder of its exercise.

#[path = "../exercises/counted_in_turn/check.rs"]
pub(crate) mod counted_in_turn;
#[path = "../exercises/draft_left_behind/check.rs"]
pub(crate) mod draft_left_behind;
#[path = "../exercises/journal_left_open/check.rs"]
pub(crate) mod journal_left_open;
#[path = "../exercises/leaves_zombies/check.rs"]
pub(crate) mod leaves_zombies;
#[path = "../exercises/ready_too_early/check.rs"]
pub(crate) mod ready_too_early;
